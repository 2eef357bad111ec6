# expect: b1 bias-gradient-from-weight-gradient line 39; b2 bias-gradient-from-weight-gradient line 38
# Prediksi hujan dengan jaringan syaraf tiruan (tugas akhir bab 3)
import numpy as np
import pandas as pd

df = pd.read_excel('data_cuaca_bmkg.xlsx')
fitur = df[['suhu', 'kelembapan', 'tekanan', 'angin']].values.T
hujan = df[['hujan']].values.T
jumlah = fitur.shape[1]

np.random.seed(99)
W1 = np.random.randn(6, 4)
b1 = np.zeros((6, 1))
W2 = np.random.randn(1, 6)
b2 = np.zeros((1, 1))
laju_belajar = 0.1


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def biaya(target, keluaran):
    return -np.mean(target * np.log(keluaran) + (1 - target) * np.log(1 - keluaran))


for iterasi in range(2000):
    # maju
    tersembunyi = np.tanh(W1 @ fitur + b1)
    keluaran = sigmoid(W2 @ tersembunyi + b2)

    # mundur
    ukuran = hujan.shape[1]
    l2 = keluaran - hujan
    l1 = (W2.T @ l2) * (1 - tersembunyi ** 2)
    grad_W2 = l2 @ tersembunyi.T / ukuran
    grad_W1 = l1 @ fitur.T / ukuran
    grad_b2 = np.sum(grad_W2, axis=1, keepdims=True)
    grad_b1 = np.sum(grad_W1, axis=1, keepdims=True)

    W1 -= laju_belajar * grad_W1
    b1 -= laju_belajar * grad_b1
    W2 -= laju_belajar * grad_W2
    b2 -= laju_belajar * grad_b2

    if iterasi % 200 == 0:
        print('Iterasi', iterasi, 'biaya', biaya(hujan, keluaran))
