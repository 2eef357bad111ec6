# expect: delta2 prediction-thresholded line 15
import numpy as np


def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def compute_gradients(params, X, y):
    n, k = X.shape[0], params["W2"].shape[1]
    H = np.maximum(X.dot(params["W1"]) + params["b1"], 0)
    P = softmax(H.dot(params["W2"]) + params["b2"])
    eye = np.eye(k)
    dS = (eye[P.argmax(axis=1)] - eye[y]) / n
    dH = dS.dot(params["W2"].T) * (H > 0)
    return {"W2": H.T.dot(dS), "b2": dS.sum(axis=0), "W1": X.T.dot(dH), "b1": dH.sum(axis=0)}
