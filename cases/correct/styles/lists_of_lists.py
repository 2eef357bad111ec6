# expect: correct
# no numpy: lists, loops and math
import math


def sigmoid(t):
    return 1 / (1 + math.exp(-t))


def zeros(rows, cols):
    return [[0.0] * cols for _ in range(rows)]


def backward(X, Y, W1, b1, W2, b2):
    n, d, h, k = len(X), len(W1), len(W2), len(W2[0])
    gW1, gb1, gW2, gb2 = zeros(d, h), zeros(1, h), zeros(h, k), zeros(1, k)
    for s in range(n):
        hid = []
        for j in range(h):
            total = b1[0][j]
            for i in range(d):
                total += X[s][i] * W1[i][j]
            hid.append(sigmoid(total))
        out = []
        for o in range(k):
            total = b2[0][o]
            for j in range(h):
                total += hid[j] * W2[j][o]
            out.append(sigmoid(total))

        delta_out = [(out[o] - Y[s][o]) * out[o] * (1 - out[o]) for o in range(k)]
        for j in range(h):
            error = 0.0
            for o in range(k):
                error += delta_out[o] * W2[j][o]
                gW2[j][o] += hid[j] * delta_out[o]
            delta = error * hid[j] * (1 - hid[j])
            gb1[0][j] += delta
            for i in range(d):
                gW1[i][j] += X[s][i] * delta
        for o in range(k):
            gb2[0][o] += delta_out[o]
    return gW1, gb1, gW2, gb2
