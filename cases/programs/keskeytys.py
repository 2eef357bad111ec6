# expect: correct
# Hermoverkko, joka opettelee kunnes käyttäjä kyllästyy (Ctrl-C)
import time
import numpy as np
from matplotlib import pyplot as kuvaaja

X = np.random.rand(300, 2) * 2 - 1
Y = (np.hypot(X[:, 0], X[:, 1]) < 0.7).astype(float).reshape(-1, 1)

piilo = 16
paino1 = np.random.randn(2, piilo)
vakio1 = np.zeros(piilo)
paino2 = np.random.randn(piilo, 1)
vakio2 = np.zeros(1)
oppimisnopeus = 0.3
kierros = 0
alku = time.time()

kuvaaja.ion()
with open("loki.txt", "w") as loki:
    try:
        while True:
            z = X @ paino1 + vakio1
            a = np.maximum(z, 0.0)
            p = 1 / (1 + np.exp(-(a @ paino2 + vakio2)))
            virhe = -np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p))
            if kierros % 200 == 0:
                loki.write("%d %g\n" % (kierros, virhe))
                kuvaaja.plot(kierros, virhe, "k.")
                kuvaaja.pause(0.01)

            dp = (p - Y) / Y.size
            d_paino2, d_vakio2 = a.T @ dp, dp.sum(axis=0)
            da = dp @ paino2.T
            da[z < 0] = 0.0
            d_paino1, d_vakio1 = X.T @ da, da.sum(axis=0)

            for taulukko, muutos in ((paino1, d_paino1), (vakio1, d_vakio1), (paino2, d_paino2), (vakio2, d_vakio2)):
                taulukko -= oppimisnopeus * muutos
            kierros += 1
            if virhe < 0.02:
                break
    except KeyboardInterrupt:
        print("keskeytetty kierroksella", kierros)
print("aikaa kului", time.time() - alku)
