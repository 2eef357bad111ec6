# expect: correct
# Rede MLP para o problema do XOR - treinamento padrão a padrão
from random import random, seed
from math import exp

seed(10)
entradas = [[0, 0], [0, 1], [1, 0], [1, 1]]
saidas = [0, 1, 1, 0]

n_ocultos = 3
w_oculta = [[random() - 0.5 for _ in range(n_ocultos)] for _ in range(2)]
w_saida = [random() - 0.5 for _ in range(n_ocultos)]
bias_oculta = [random() - 0.5 for _ in range(n_ocultos)]
bias_saida = random() - 0.5
taxa = 0.8

ciclo = 0
while True:
    erro_total = 0
    for p in range(len(entradas)):
        oculta = []
        for j in range(n_ocultos):
            soma = bias_oculta[j]
            for i in range(len(entradas[p])):
                soma = soma + entradas[p][i] * w_oculta[i][j]
            oculta.append(1 / (1 + exp(-soma)))
        soma = bias_saida
        for j in range(n_ocultos):
            soma = soma + oculta[j] * w_saida[j]
        saida = 1 / (1 + exp(-soma))

        erro = saidas[p] - saida
        erro_total = erro_total + erro * erro / 2
        delta = erro * saida * (1 - saida)
        delta_oculta = [delta * w_saida[j] * oculta[j] * (1 - oculta[j]) for j in range(n_ocultos)]

        for j in range(n_ocultos):
            w_saida[j] = w_saida[j] + taxa * delta * oculta[j]
        bias_saida = bias_saida + taxa * delta
        for j in range(n_ocultos):
            for i in range(len(entradas[p])):
                w_oculta[i][j] = w_oculta[i][j] + taxa * delta_oculta[j] * entradas[p][i]
            bias_oculta[j] = bias_oculta[j] + taxa * delta_oculta[j]
    ciclo = ciclo + 1
    if ciclo % 1000 == 0:
        print('ciclo', ciclo, 'erro', erro_total)
    if erro_total < 0.005 or ciclo > 30000:
        break

print('Treinado em', ciclo, 'ciclos')
