# expect: z2 bias-missing-in-forward line 20
"""Oefening bij college 6: eenvoudig netwerk, parameters in een woordenboek dat ter plekke wordt aangepast."""
import numpy as np


def maak_netwerk(invoer, verborgen, uitvoer, zaad=0):
    rng = np.random.default_rng(zaad)
    return {
        "verborgen": {"gewicht": rng.normal(size=(invoer, verborgen)), "drempel": np.zeros((1, verborgen))},
        "uitvoer": {"gewicht": rng.normal(size=(verborgen, uitvoer)), "drempel": np.zeros((1, uitvoer))},
    }


def laag(netwerk, naam, x):
    return x @ netwerk[naam]["gewicht"] + netwerk[naam]["drempel"]


def voorwaarts(netwerk, x):
    verborgen = np.tanh(laag(netwerk, "verborgen", x))
    return verborgen, verborgen @ netwerk["uitvoer"]["gewicht"]


def verlies(netwerk, x, y):
    return np.mean(np.sum((voorwaarts(netwerk, x)[1] - y) ** 2, axis=1)) / 2


def train_stap(netwerk, x, y, leersnelheid=0.01):
    verborgen, voorspeld = voorwaarts(netwerk, x)
    fout = (voorspeld - y) / len(x)
    fout_verborgen = fout @ netwerk["uitvoer"]["gewicht"].T
    fout_verborgen *= 1 - verborgen ** 2

    netwerk["uitvoer"]["gewicht"] -= leersnelheid * verborgen.T @ fout
    netwerk["uitvoer"]["drempel"] -= leersnelheid * fout.sum(axis=0)
    netwerk["verborgen"]["gewicht"] -= leersnelheid * x.T @ fout_verborgen
    netwerk["verborgen"]["drempel"] -= leersnelheid * fout_verborgen.sum(axis=0)


def train(netwerk, x, y, stappen=1000, **opties):
    for stap in range(stappen):
        train_stap(netwerk, x, y, **opties)
        if stap % 100 == 0:
            print(stap, verlies(netwerk, x, y))
    return netwerk
