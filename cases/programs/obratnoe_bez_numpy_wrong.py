# expect: b1 bias-gradient-one-example-only line 39
# Обратное распространение ошибки на чистом Python, без NumPy
import math
import random


def сигмоида(s):
    return 1 / (1 + math.exp(-s))


def прямой_проход(x, w1, b1, w2, b2):
    скрытый = [сигмоида(sum(x[i] * w1[i][j] for i in range(len(x))) + b1[j]) for j in range(len(b1))]
    выход = [сигмоида(sum(скрытый[j] * w2[j][k] for j in range(len(скрытый))) + b2[k]) for k in range(len(b2))]
    return скрытый, выход


def градиенты(примеры, ответы, w1, b1, w2, b2):
    """Сумма градиентов половины квадрата ошибки по всем примерам."""
    dw1 = [[0.0] * len(b1) for _ in w1]
    db1 = [0.0] * len(b1)
    dw2 = [[0.0] * len(b2) for _ in w2]
    db2 = [0.0] * len(b2)
    for x, t in zip(примеры, ответы):
        h, y = прямой_проход(x, w1, b1, w2, b2)
        d2 = [(y[k] - t[k]) * y[k] * (1 - y[k]) for k in range(len(y))]
        d1 = []
        for j in range(len(h)):
            ошибка = sum(d2[k] * w2[j][k] for k in range(len(y)))
            d1.append(ошибка * h[j] * (1 - h[j]))
        for j in range(len(h)):
            for k in range(len(y)):
                dw2[j][k] += h[j] * d2[k]
        for k in range(len(y)):
            db2[k] += d2[k]
        for i in range(len(x)):
            for j in range(len(h)):
                dw1[i][j] += x[i] * d1[j]
        for j in range(len(h)):
            db1[j] = d1[j]
    return dw1, db1, dw2, db2


def обучить(примеры, ответы, скрытых=3, скорость=0.5, эпох=2000):
    случайно = lambda: random.uniform(-1, 1)
    w1 = [[случайно() for _ in range(скрытых)] for _ in примеры[0]]
    b1 = [случайно() for _ in range(скрытых)]
    w2 = [[случайно() for _ in ответы[0]] for _ in range(скрытых)]
    b2 = [случайно() for _ in ответы[0]]
    for _ in range(эпох):
        dw1, db1, dw2, db2 = градиенты(примеры, ответы, w1, b1, w2, b2)
        for строка, дельта in zip(w1 + w2, dw1 + dw2):
            for j in range(len(строка)):
                строка[j] -= скорость * дельта[j]
        b1 = [b - скорость * g for b, g in zip(b1, db1)]
        b2 = [b - скорость * g for b, g in zip(b2, db2)]
    return w1, b1, w2, b2


if __name__ == '__main__':
    X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    T = [[0], [1], [1], [0]]
    веса = обучить(X, T)
    for x in X:
        print(x, прямой_проход(x, *веса)[1])
