# expect: grad_a1 averaged-delta-propagated line 25
"""Abgabe Gruppe 12, Blatt 7: mehrere Module, Aufruf mit `python -m sieben_module.abgabe`."""
import json
from pathlib import Path

from . import mathe
from .mathe import sigmoid, steigung

EINSTELLUNGEN = json.loads((Path(__file__).parent / "einstellungen.json").read_text())


def vorwaerts(x, schichten):
    werte = [x]
    for w, b in schichten:
        werte.append(sigmoid(werte[-1] @ w + b))
    return werte


def lerne(x, y, schichten, rate=EINSTELLUNGEN["rate"]):
    """Ein Schritt; ändert die Felder in `schichten`."""
    x, versteckt, ausgabe = vorwaerts(x, schichten)
    (w1, b1), (w2, b2) = schichten

    gradient = mathe.fehler_ableitung(ausgabe, y) * steigung(ausgabe)
    weiter = gradient.mean(axis=0) @ w2.T
    w2 -= rate * versteckt.T @ gradient
    b2 -= rate * gradient.sum(axis=0)

    gradient = weiter * steigung(versteckt)
    w1 -= rate * x.T @ gradient
    b1 -= rate * gradient.sum(axis=0)
    return mathe.fehler(ausgabe, y)


if __name__ == "__main__":
    muster = mathe.muster(EINSTELLUNGEN["muster"])
    schichten = mathe.zufall(muster.shape[1], EINSTELLUNGEN["versteckt"], muster.shape[1])
    for runde in range(EINSTELLUNGEN["runden"]):
        print(runde, lerne(muster, muster, schichten))
