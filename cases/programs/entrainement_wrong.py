# expect: w2 pre-activation-in-weight-gradient line 42; b1 bias-mean-instead-of-sum line 47
"""Projet d'informatique : prédire le prix des maisons."""
import csv
import sys

import numpy as np

COLONNES = ["surface", "pieces", "etage"]


def charger(chemin):
    with open(chemin, newline="") as fichier:
        lignes = list(csv.DictReader(fichier))
    entrees = np.array([[float(ligne[c]) for c in COLONNES] for ligne in lignes])
    prix = np.array([[float(ligne["prix"])] for ligne in lignes])
    return (entrees - entrees.mean(0)) / entrees.std(0), prix / prix.max()


def entrainer(chemin="maisons.csv", neurones=10, pas=0.05, tours=2000):
    try:
        entrees, prix = charger(chemin)
    except FileNotFoundError:
        print("Fichier introuvable :", chemin)
        sys.exit(1)

    poids1 = np.random.randn(entrees.shape[1], neurones)
    biais1 = np.zeros(neurones)
    poids2 = np.random.randn(neurones, prix.shape[1])
    biais2 = np.zeros(prix.shape[1])
    taille = len(entrees)

    for tour in range(tours):
        somme = entrees.dot(poids1) + biais1
        cachee = somme.clip(min=0)
        estimation = cachee.dot(poids2) + biais2

        ecart = estimation - prix
        if tour % 100 == 0:
            print(f"tour {tour} : erreur quadratique {np.mean(ecart ** 2):.5f}")

        grad_sortie = ecart / taille
        grad_poids2 = somme.T.dot(grad_sortie)
        grad_biais2 = grad_sortie.sum(axis=0)
        grad_cachee = grad_sortie.dot(poids2.T)
        grad_somme = np.where(somme > 0, grad_cachee, 0)
        grad_poids1 = entrees.T.dot(grad_somme)
        grad_biais1 = grad_somme.mean(axis=0)

        poids1 -= pas * grad_poids1
        biais1 -= pas * grad_biais1
        poids2 -= pas * grad_poids2
        biais2 -= pas * grad_biais2

    return poids1, biais1, poids2, biais2


if __name__ == "__main__":
    entrainer(*sys.argv[1:2])
