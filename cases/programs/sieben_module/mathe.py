import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def steigung(a):
    return a * (1 - a)


def fehler(a, y):
    return 0.5 * ((a - y) ** 2).sum()


def fehler_ableitung(a, y):
    return a - y


def muster(anzahl):
    return np.eye(anzahl)


def zufall(*groessen):
    paare = zip(groessen, groessen[1:])
    return [(np.random.uniform(-1, 1, (n, m)), np.zeros(m)) for n, m in paare]
