# expect: a2 softmax-over-wrong-axis line 7
import numpy as np


def softmax(z):
    e = np.exp(z)
    return e / np.sum(e)


def compute_gradients(p, X, labels):
    n = len(X)
    hidden = np.maximum(0, X @ p["W1"] + p["b1"])
    probs = softmax(hidden @ p["W2"] + p["b2"])
    dscores = probs.copy()
    dscores[range(n), labels] -= 1
    dscores /= n
    dhidden = dscores @ p["W2"].T
    dhidden[hidden <= 0] = 0
    return {"W1": X.T @ dhidden, "b1": dhidden.sum(0), "W2": hidden.T @ dscores, "b2": dscores.sum(0)}
