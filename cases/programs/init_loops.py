# expect: grad_a1 propagation-missing line 29
# sinir ağı - saf python, ağırlıklar döngü içinde kurulur
import random, math

girisler = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
hedefler = [0.0, 1.0, 1.0, 0.0]
gizli_sayisi = 4

w1, w2 = [], []
for i in range(2):
    w1.append([])
    for j in range(gizli_sayisi):
        w1[i].append(0)
for i in range(len(w1)):
    for j in range(gizli_sayisi):
        w1[i][j] = random.gauss(0, 1)
for j in range(gizli_sayisi):
    w2.append(random.gauss(0, 1))

hiz = 0.4
for tur in range(5000):
    toplam = 0
    for x, hedef in zip(girisler, hedefler):
        gizli = [1 / (1 + math.exp(-sum(x[i] * w1[i][j] for i in range(len(x))))) for j in range(gizli_sayisi)]
        cikis = 1 / (1 + math.exp(-sum(g * w for g, w in zip(gizli, w2))))
        hata = hedef - cikis
        toplam += hata ** 2
        delta_cikis = hata * cikis * (1 - cikis)
        delta_gizli = [hata * g * (1 - g) for g in gizli]
        for j in range(gizli_sayisi):
            w2[j] += hiz * delta_cikis * gizli[j]
            for i in range(len(x)):
                w1[i][j] += hiz * delta_gizli[j] * x[i]
    if tur % 500 == 0:
        print(tur, toplam / 2)
