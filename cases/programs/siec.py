# expect: w2 activation-of-wrong-layer line 31
# Zadanie 5 - sieć neuronowa ucząca się funkcji logicznych
import numpy as np


class Siec:
    """Sieć z dwoma wejściami, dwoma neuronami ukrytymi i dwoma wyjściami (AND i XOR)."""

    def __init__(self, eta=0.1, ziarno=None):
        np.random.seed(ziarno)
        self.eta = eta
        self.w1 = np.random.uniform(-1, 1, (2, 2))
        self.b1 = np.random.uniform(-1, 1, (1, 2))
        self.w2 = np.random.uniform(-1, 1, (2, 2))
        self.b2 = np.random.uniform(-1, 1, (1, 2))

    def _akt(self, s):
        return 1.0 / (1.0 + np.exp(-s))

    def licz(self, wejscie):
        return self._akt(np.dot(self._akt(np.dot(wejscie, self.w1) + self.b1), self.w2) + self.b2)

    def ucz(self, wejscie, oczekiwane):
        ukryte = self._akt(np.dot(wejscie, self.w1) + self.b1)
        wyjscie = self._akt(np.dot(ukryte, self.w2) + self.b2)

        blad = wyjscie - oczekiwane
        delta_wyj = blad * wyjscie * (1 - wyjscie)
        delta_ukr = np.dot(delta_wyj, self.w2.T) * ukryte * (1 - ukryte)

        self.w2 -= self.eta * np.dot(wyjscie.T, delta_wyj)
        self.b2 -= self.eta * delta_wyj.sum(axis=0)
        self.w1 -= self.eta * np.dot(wejscie.T, delta_ukr)
        self.b1 -= self.eta * delta_ukr.sum(axis=0)
        return (blad ** 2).sum() / 2


siec = Siec(eta=0.5, ziarno=3)
wzorce = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
odpowiedzi = np.array([[0, 0], [0, 1], [0, 1], [1, 0]])
for epoka in range(10000):
    blad = siec.ucz(wzorce, odpowiedzi)
print(np.round(siec.licz(wzorce), 2), blad)
