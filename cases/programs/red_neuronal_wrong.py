# expect: grad_a1 gradient-of-weights-propagated line 33
"""Práctica de aprendizaje automático. Red con una capa oculta, clasificación multiclase."""
import numpy as np
import seaborn as sns


class RedNeuronal:
    def __init__(self, entradas, ocultas, salidas, tasa=0.1, semilla=42):
        np.random.seed(semilla)
        self.pesos = [np.random.randn(entradas, ocultas), np.random.randn(ocultas, salidas)]
        self.sesgos = [np.zeros((1, ocultas)), np.zeros((1, salidas))]
        self.tasa = tasa
        self.gradientes = {}

    def adelante(self, x):
        self.activaciones = [x]
        self.activaciones.append(np.tanh(self._lineal(0)))
        exponencial = np.exp(self._lineal(1))
        self.activaciones.append(exponencial / exponencial.sum(axis=1, keepdims=True))
        return self.activaciones[-1]

    def _lineal(self, capa):
        return self.activaciones[capa] @ self.pesos[capa] + self.sesgos[capa]

    def entropia(self, y):
        return -np.sum(y * np.log(self.activaciones[-1])) / len(y)

    def atras(self, y):
        x, oculta, salida = self.activaciones
        error = (salida - y) / y.shape[0]
        self.gradientes['pesos2'] = oculta.T @ error
        self.gradientes['sesgos2'] = np.sum(error, axis=0, keepdims=True)
        error_oculta = error @ self.gradientes['pesos2'].T * (1 - oculta ** 2)
        self.gradientes['pesos1'] = x.T @ error_oculta
        self.gradientes['sesgos1'] = np.sum(error_oculta, axis=0, keepdims=True)

    def paso(self):
        for capa in (0, 1):
            self.pesos[capa] -= self.tasa * self.gradientes[f'pesos{capa + 1}']
            self.sesgos[capa] -= self.tasa * self.gradientes[f'sesgos{capa + 1}']

    def entrenar(self, x, y, epocas=1000):
        historial = []
        for epoca in range(epocas):
            self.adelante(x)
            historial.append(self.entropia(y))
            self.atras(y)
            self.paso()
        sns.lineplot(historial)
        return historial
