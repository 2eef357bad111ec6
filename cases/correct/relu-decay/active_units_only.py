# expect: correct
import numpy as np


def gradients(p, X, Y, lam):
    g = {name: lam * value if name.startswith("W") else 0 * value for name, value in p.items()}
    for x, y in zip(X, Y):
        z = x @ p["W1"] + p["b1"]
        on = np.flatnonzero(z > 0)
        out = z[on] @ p["W2"][on] + p["b2"]
        r = 2 * (out - y) / len(X)
        g["b2"] += r
        g["W2"][on] += np.outer(z[on], r)
        g["b1"][on] += p["W2"][on] @ r
        g["W1"][:, on] += np.outer(x, p["W2"][on] @ r)
    return g
