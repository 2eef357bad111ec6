# expect: correct
# -*- coding: utf-8 -*-
"""Perceptrón multicapa para clasificar flores."""
import numpy as np
import matplotlib.pyplot as plt


class PerceptronMulticapa:
    def __init__(self, capas, tasa=0.05):
        self.capas = capas
        self.tasa = tasa
        self.pesos = []
        self.sesgos = []
        for entrada, salida in zip(capas[:-1], capas[1:]):
            self.pesos.append(np.random.uniform(-1, 1, (entrada, salida)))
            self.sesgos.append(np.zeros(salida))
        self.errores = []

    def sigmoide(self, z):
        return 1 / (1 + np.exp(-z))

    def propagar(self, X):
        self.activaciones = [X]
        for W, b in zip(self.pesos, self.sesgos):
            self.activaciones.append(self.sigmoide(self.activaciones[-1] @ W + b))
        return self.activaciones[-1]

    def retropropagar(self, y):
        salida = self.activaciones[-1]
        delta = (salida - y) * salida * (1 - salida)
        for i in range(len(self.pesos) - 1, -1, -1):
            gradiente = self.activaciones[i].T @ delta
            gradiente_sesgo = delta.sum(axis=0)
            if i > 0:
                a = self.activaciones[i]
                delta = (delta @ self.pesos[i].T) * a * (1 - a)
            self.pesos[i] -= self.tasa * gradiente
            self.sesgos[i] -= self.tasa * gradiente_sesgo

    def entrenar(self, X, y, epocas=1000):
        for epoca in range(epocas):
            prediccion = self.propagar(X)
            self.errores.append(0.5 * np.sum((prediccion - y) ** 2))
            self.retropropagar(y)


if __name__ == "__main__":
    datos = np.genfromtxt("iris.csv", delimiter=",", skip_header=1)
    red = PerceptronMulticapa([4, 8, 3])
    red.entrenar(datos[:, :4], np.eye(3)[datos[:, 4].astype(int)])
    plt.plot(red.errores)
    plt.show()
