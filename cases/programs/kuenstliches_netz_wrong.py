# expect: b1 bias-gradient-before-derivative line 33
"""Künstliches neuronales Netz (Spielzeug), wie in der Vorlesung hergeleitet."""
import numpy as np


class KuenstlichesNetz:
    def __init__(self, anzahl_eingabe, anzahl_verdeckt, anzahl_ausgabe, lernrate=0.1):
        self.gewichte_ev = np.random.uniform(-1, 1, (anzahl_verdeckt, anzahl_eingabe))
        self.gewichte_va = np.random.uniform(-1, 1, (anzahl_ausgabe, anzahl_verdeckt))
        self.schwelle_v = np.random.uniform(-1, 1, (anzahl_verdeckt, 1))
        self.schwelle_a = np.random.uniform(-1, 1, (anzahl_ausgabe, 1))
        self.lernrate = lernrate

    def vorhersage(self, eingabe):
        verdeckt = np.tanh(self.gewichte_ev @ eingabe + self.schwelle_v)
        return np.tanh(self.gewichte_va @ verdeckt + self.schwelle_a)

    def lerne(self, eingabe, soll):
        # Vorwärts
        verdeckt = np.tanh(self.gewichte_ev @ eingabe + self.schwelle_v)
        ausgabe = np.tanh(self.gewichte_va @ verdeckt + self.schwelle_a)

        # Rückwärts: Fehler mal Ableitung des Tangens hyperbolicus
        fehler_a = soll - ausgabe
        steigung_a = fehler_a * (1 - ausgabe ** 2)
        fehler_v = self.gewichte_va.T @ steigung_a
        steigung_v = fehler_v * (1 - verdeckt ** 2)

        # Anpassen
        self.gewichte_va += self.lernrate * steigung_a @ verdeckt.T
        self.schwelle_a += self.lernrate * np.sum(steigung_a, axis=1, keepdims=True)
        self.gewichte_ev += self.lernrate * steigung_v @ eingabe.T
        self.schwelle_v += self.lernrate * np.sum(fehler_v, axis=1, keepdims=True)
        return float(np.sum(fehler_a ** 2) / 2)


if __name__ == "__main__":
    netz = KuenstlichesNetz(2, 5, 1)
    tabelle = np.array([[0, 0, 1, 1], [0, 1, 0, 1]], dtype=float)
    ergebnis = np.array([[-1.0, 1.0, 1.0, -1.0]])
    for durchlauf in range(4000):
        verlust = netz.lerne(tabelle, ergebnis)
        if durchlauf % 400 == 0:
            print(f"Durchlauf {durchlauf}: Verlust {verlust:.4f}")
