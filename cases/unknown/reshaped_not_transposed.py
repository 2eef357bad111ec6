# expect: unknown delta1
import numpy as np
def sig(x): return 1/(1+np.exp(-x))
def gradients(X, Y, W1, b1, W2, b2):
    H = sig(X.dot(W1) + b1)
    O = sig(H.dot(W2) + b2)
    dO = (O - Y) * O * (1 - O)
    gW2 = H.T.dot(dO)
    dH = dO.dot(W2.reshape(W2.shape[1], W2.shape[0])) * H * (1 - H)
    return X.T.dot(dH), dH.sum(axis=0), gW2, dO.sum(axis=0)
