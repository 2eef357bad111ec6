# expect: correct
# -*- coding: utf-8 -*-
# Yapay sinir ağı ödevi: göğüs kanseri verisi
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler


class YapaySinirAgi:
    def __init__(self, giris, gizli, cikis):
        self.A1 = np.random.randn(gizli, giris) * 0.1   # ağırlıklar
        self.e1 = np.zeros((gizli, 1))                  # eşik değerleri
        self.A2 = np.random.randn(cikis, gizli) * 0.1
        self.e2 = np.zeros((cikis, 1))

    @staticmethod
    def sigmoid(t):
        return 1 / (1 + np.exp(-t))

    def ileri_besleme(self, girdi):
        self.girdi = girdi
        self.gizli = self.sigmoid(self.A1 @ girdi + self.e1)
        self.tahmin = self.sigmoid(self.A2 @ self.gizli + self.e2)
        return self.tahmin

    def maliyet(self, hedef):
        orneksayisi = hedef.shape[1]
        p = self.tahmin
        return -(hedef * np.log(p) + (1 - hedef) * np.log(1 - p)).sum() / orneksayisi

    def geri_yayilim(self, hedef):
        orneksayisi = hedef.shape[1]
        hata = self.tahmin - hedef
        self.dA2 = hata @ self.gizli.T / orneksayisi
        self.de2 = hata.sum(axis=1).reshape(-1, 1) / orneksayisi
        gizli_hata = self.A2.T @ hata * self.gizli * (1 - self.gizli)
        self.dA1 = gizli_hata @ self.girdi.T / orneksayisi
        self.de1 = gizli_hata.sum(axis=1).reshape(-1, 1) / orneksayisi

    def guncelle(self, ogrenme_orani):
        self.A1 -= ogrenme_orani * self.dA1
        self.e1 -= ogrenme_orani * self.de1
        self.A2 -= ogrenme_orani * self.dA2
        self.e2 -= ogrenme_orani * self.de2

    def egit(self, girdi, hedef, tur=500, ogrenme_orani=0.5):
        for i in range(tur):
            self.ileri_besleme(girdi)
            self.geri_yayilim(hedef)
            self.guncelle(ogrenme_orani)
            if i % 50 == 0:
                print("Tur:", i, "Maliyet:", self.maliyet(hedef))


veri = load_breast_cancer()
X_egitim, X_test, y_egitim, y_test = train_test_split(veri.data, veri.target, test_size=0.2)
olcek = StandardScaler().fit(X_egitim)
ag = YapaySinirAgi(30, 12, 1)
ag.egit(olcek.transform(X_egitim).T, y_egitim.reshape(1, -1))
cevap = input("Test sonucu gösterilsin mi? (e/h) ")
if cevap == "e":
    print(ag.ileri_besleme(olcek.transform(X_test).T))
