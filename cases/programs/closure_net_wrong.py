# expect: b2 batch-size-division-missing line 33
import numpy as np

EPS = 1e-12


def make_network(activation="sigmoid"):
    """Returns (predict, loss, gradient), which share the activation picked here."""
    table = {
        "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
        "tanh": (np.tanh, lambda a: 1 - a * a),
    }
    act, act_prime = table[activation]
    squash = table["sigmoid"][0]
    memory = {}

    def predict(x, w1, b1, w2, b2):
        memory["h"] = act(x @ w1 + b1)
        memory["p"] = squash(memory["h"] @ w2 + b2)
        return memory["p"]

    def loss(p, y):
        return -(y * np.log(p + EPS) + (1 - y) * np.log(1 - p + EPS)).sum() / len(y)

    def gradient(x, y, w1, b1, w2, b2):
        p = predict(x, w1, b1, w2, b2)
        h = memory["h"]
        scale = 1 / len(x)
        err = p - y
        back = err @ w2.T * act_prime(h)
        return {
            "w2": scale * h.T @ err,
            "b2": err.sum(axis=0, keepdims=True),
            "w1": scale * x.T @ back,
            "b1": scale * back.sum(axis=0, keepdims=True),
        }

    return predict, loss, gradient


predict, loss, gradient = make_network("tanh")
