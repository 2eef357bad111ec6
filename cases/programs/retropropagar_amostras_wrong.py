# expect: w2 weight-gradient-one-example-only line 27
# Trabalho 2 - Redes Neurais Artificiais (PUC)
# Perceptron multicamadas, treinamento em lote
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt


def sigmoide(u):
    return 1.0 / (1.0 + np.exp(-u))


def calcula_saida(amostra, pesos_o, limiar_o, pesos_s, limiar_s):
    oculta = sigmoide(np.dot(pesos_o, amostra) + limiar_o)
    saida = sigmoide(np.dot(pesos_s, oculta) + limiar_s)
    return oculta, saida


def retropropagar(amostras, desejados, pesos_o, limiar_o, pesos_s, limiar_s):
    """Acumula o gradiente amostra por amostra e devolve a média do lote."""
    soma_po, soma_lo = np.zeros(pesos_o.shape), np.zeros(limiar_o.shape)
    soma_ps, soma_ls = np.zeros(pesos_s.shape), np.zeros(limiar_s.shape)
    for amostra, desejado in zip(amostras, desejados):
        oculta, saida = calcula_saida(amostra, pesos_o, limiar_o, pesos_s, limiar_s)
        delta_s = (saida - desejado) * saida * (1 - saida)
        delta_o = np.dot(delta_s, pesos_s) * oculta * (1 - oculta)
        soma_ps = np.outer(delta_s, oculta)
        soma_ls += delta_s
        soma_po += np.outer(delta_o, amostra)
        soma_lo += delta_o
    total = len(amostras)
    return {'po': soma_po / total, 'lo': soma_lo / total, 'ps': soma_ps / total, 'ls': soma_ls / total}


def treinar(amostras, desejados, ocultos=6, eta=0.3, epocas=1000):
    rng = np.random.RandomState(7)
    po, lo = rng.uniform(-1, 1, (ocultos, amostras.shape[1])), rng.uniform(-1, 1, ocultos)
    ps, ls = rng.uniform(-1, 1, (desejados.shape[1], ocultos)), rng.uniform(-1, 1, desejados.shape[1])
    for epoca in range(epocas):
        g = retropropagar(amostras, desejados, po, lo, ps, ls)
        po -= eta * g['po']
        lo -= eta * g['lo']
        ps -= eta * g['ps']
        ls -= eta * g['ls']
    return po, lo, ps, ls


dados = pd.read_csv('dados/treinamento.csv', sep=';', decimal=',')
amostras = dados[['x1', 'x2', 'x3']].values
desejados = dados[['d1', 'd2']].values
resultado = treinar(amostras, desejados)
plt.plot(resultado[1])
plt.title('Limiares da camada oculta')
plt.show()
