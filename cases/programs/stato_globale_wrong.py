# expect: delta2 gradient-sign-flipped line 33
# Esercitazione 4: rete con stato globale
import numpy as np
import time

np.random.seed(int(time.time()))

ingressi, nascosti, uscite = 3, 4, 2
tasso = 0.2

W1 = np.random.randn(ingressi, nascosti)
b1 = np.random.randn(1, nascosti)
W2 = np.random.randn(nascosti, uscite)
b2 = np.random.randn(1, uscite)
contatore = 0


def sigma(z):
    return 1 / (1 + np.exp(-z))


def calcola(x):
    global H, O
    H = sigma(x @ W1 + b1)
    O = sigma(H @ W2 + b2)
    return O


def passo(x, y):
    """Un passo di discesa del gradiente; modifica le variabili globali."""
    global W1, b1, W2, b2, contatore
    calcola(x)
    differenza = O - y
    delta2 = differenza * O * (1 - O)
    delta1 = delta2 @ W2.T * H * (1 - H)
    W2 = W2 + tasso * H.T @ delta2
    b2 = b2 + tasso * delta2.sum(0, keepdims=True)
    W1 = W1 + tasso * x.T @ delta1
    b1 = b1 + tasso * delta1.sum(0, keepdims=True)
    contatore += 1


def errore(x, y):
    return 0.5 * np.sum((y - calcola(x)) ** 2)


if __name__ == "__main__":
    x = np.random.rand(20, ingressi)
    y = np.column_stack([x.mean(axis=1), x.max(axis=1)])
    while contatore < 5000 and errore(x, y) > 0.01:
        passo(x, y)
    print("passi:", contatore, "errore:", errore(x, y))
