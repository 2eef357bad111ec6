# expect: w1 weight-gradient-one-example-only line 25
import math


def sigmoid(t):
    return 1 / (1 + math.exp(-t))


def gradient(X, Y, W1, b1, W2, b2):
    d, h, k = len(W1), len(b1), len(b2)
    gW1 = [[0.0] * h for _ in range(d)]
    gb1 = [0.0] * h
    gW2 = [[0.0] * k for _ in range(h)]
    gb2 = [0.0] * k
    for x, y in zip(X, Y):
        a1 = [sigmoid(sum(x[i] * W1[i][j] for i in range(d)) + b1[j]) for j in range(h)]
        a2 = [sigmoid(sum(a1[j] * W2[j][o] for j in range(h)) + b2[o]) for o in range(k)]
        d2 = [(a2[o] - y[o]) * a2[o] * (1 - a2[o]) for o in range(k)]
        d1 = [sum(d2[o] * W2[j][o] for o in range(k)) * a1[j] * (1 - a1[j]) for j in range(h)]
        for j in range(h):
            gb1[j] += d1[j]
            for o in range(k):
                gW2[j][o] += a1[j] * d2[o]
            for i in range(d):
                gW1[i][j] = x[i] * d1[j]
        for o in range(k):
            gb2[o] += d2[o]
    return gW1, gb1, gW2, gb2
