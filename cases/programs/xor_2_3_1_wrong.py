# expect: b1 bias-summed-to-scalar line 39; b2 bias-summed-to-scalar line 37
# XOR mit einem 2-3-1-Netz
import numpy as np
import matplotlib.pyplot as plt

np.random.seed(0)

eingaben = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
ziele = np.array([[0], [1], [1], [0]])

W1 = np.random.randn(2, 3)
b1 = np.zeros((1, 3))
W2 = np.random.randn(3, 1)
b2 = np.zeros((1, 1))

lernrate = 2.0
fehlerverlauf = []


def sig(x):
    return 1 / (1 + np.exp(-x))


epochen = int(input("Wie viele Epochen? ") or 5000)
for epoche in range(epochen):
    # vorwärts
    h = sig(eingaben.dot(W1) + b1)
    o = sig(h.dot(W2) + b2)
    fehler = np.mean((o - ziele) ** 2)
    fehlerverlauf.append(fehler)

    # rückwärts
    do = 2 * (o - ziele) / ziele.size * o * (1 - o)
    dh = do.dot(W2.T) * h * (1 - h)

    W2 -= lernrate * h.T.dot(do)
    b2 -= lernrate * np.mean(do)
    W1 -= lernrate * eingaben.T.dot(dh)
    b1 -= lernrate * np.mean(dh)

    if epoche % 500 == 0:
        print("Epoche", epoche, "Fehler", fehler)

for e in eingaben:
    print(e, sig(sig(e.dot(W1) + b1).dot(W2) + b2))

plt.plot(fehlerverlauf)
plt.xlabel("Epoche")
plt.ylabel("MSE")
plt.savefig("xor.png")
plt.show()
input("Weiter mit Enter")
