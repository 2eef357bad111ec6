# expect: delta2 squared-error-delta-with-cross-entropy line 31
# Semestrální práce: rozpoznávání písmen
import os
import numpy as np
import cv2

SLOZKA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pismena')


class NeuronovaSit:
    def __init__(self, vstupu, skrytych, vystupu):
        self.V = np.random.normal(0, 0.1, (vstupu, skrytych))
        self.pv = np.zeros(skrytych)
        self.U = np.random.normal(0, 0.1, (skrytych, vystupu))
        self.pu = np.zeros(vystupu)
        self.ztraty = []

    def trenuj(self, obrazky, cile, rychlost=0.5, davka=20, epoch=30):
        poradi = np.arange(len(obrazky))
        for e in range(epoch):
            for zacatek in range(0, len(poradi), davka):
                vyber = poradi[zacatek:zacatek + davka]
                x, cil = obrazky[vyber], cile[vyber]
                self._davka(x, cil, rychlost)
            print('epocha', e, 'ztráta', self.ztraty[-1])

    def _davka(self, x, cile, rychlost):
        skryte = 1 / (1 + np.exp(-(x @ self.V + self.pv)))
        vystup = 1 / (1 + np.exp(-(skryte @ self.U + self.pu)))
        self.ztraty.append(-(cile * np.log(vystup) + (1 - cile) * np.log(1 - vystup)).sum() / len(x))
        delta = (vystup - cile) * vystup * (1 - vystup) / len(x)
        zpet = delta @ self.U.T * skryte * (1 - skryte)
        self.U -= rychlost * skryte.T @ delta
        self.pu -= rychlost * delta.sum(axis=0)
        self.V -= rychlost * x.T @ zpet
        self.pv -= rychlost * zpet.sum(axis=0)


obrazky, cile = [], []
for jmeno in sorted(os.listdir(SLOZKA)):
    obraz = cv2.imread(os.path.join(SLOZKA, jmeno), cv2.IMREAD_GRAYSCALE)
    obrazky.append(cv2.resize(obraz, (16, 16)).ravel() / 255)
    cile.append(np.eye(26)[ord(jmeno[0].upper()) - 65])

sit = NeuronovaSit(256, 40, 26)
sit.trenuj(np.array(obrazky), np.array(cile))
