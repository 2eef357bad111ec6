# expect: slope2 output-derivative-missing line 31
# TP n°3 - Réseau de neurones à une couche cachée
# Programmation sans bibliothèque d'apprentissage
import numpy as np


def sigmoide(s):
    return 1 / (1 + np.exp(-s))


def derivee(sortie):
    # dérivée exprimée à partir de la sortie du neurone
    return sortie * (1 - sortie)


def propagation(entrees, poids_caches, poids_sortie):
    cachee = sigmoide(entrees @ poids_caches)
    sortie = sigmoide(cachee @ poids_sortie)
    return cachee, sortie


def cout(sortie, cible):
    return ((sortie - cible) ** 2).sum() / (2 * len(cible))


def retropropagation(entrees, cible, poids_caches, poids_sortie):
    """Renvoie les gradients du coût par rapport aux deux matrices de poids."""
    nb = entrees.shape[0]
    cachee, sortie = propagation(entrees, poids_caches, poids_sortie)
    erreur = sortie - cible
    delta_sortie = erreur
    delta_cachee = delta_sortie @ poids_sortie.T * derivee(cachee)
    return entrees.T @ delta_cachee / nb, cachee.T @ delta_sortie / nb


def apprendre(entrees, cible, nb_caches=8, taux=0.5, iterations=5000):
    alea = np.random.default_rng(0)
    p1 = alea.normal(size=(entrees.shape[1], nb_caches))
    p2 = alea.normal(size=(nb_caches, cible.shape[1]))
    for i in range(iterations):
        g1, g2 = retropropagation(entrees, cible, p1, p2)
        p1 -= taux * g1
        p2 -= taux * g2
        if i % 500 == 0:
            print("itération", i, "coût", cout(propagation(entrees, p1, p2)[1], cible))
    return p1, p2


if __name__ == "__main__":
    E = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    C = np.array([[0], [1], [1], [0]])
    apprendre(E, C)
