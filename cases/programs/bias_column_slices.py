# expect: w1 unit-never-trained line 29
import numpy as np


class Percettrone:
    """Rete 1 strato nascosto; M1 e M2 hanno una riga in più, la prima, per i bias."""

    def __init__(self, nin, nhid, nout):
        self.M1 = np.random.uniform(-.5, .5, (nin + 1, nhid))
        self.M2 = np.random.uniform(-.5, .5, (nhid + 1, nout))

    def attiva(self, v):
        return 1. / (1. + np.exp(-v))

    def con_bias(self, v):
        return np.insert(v, 0, 1., axis=1)

    def avanti(self, ingresso):
        self.v0 = self.con_bias(ingresso)
        self.v1 = self.con_bias(self.attiva(self.v0.dot(self.M1)))
        self.v2 = self.attiva(self.v1.dot(self.M2))
        return self.v2

    def indietro(self, atteso, passo=.1):
        d2 = (self.v2 - atteso) * self.v2 * (1. - self.v2)
        d1 = d2.dot(self.M2[1:].T) * self.v1[:, 1:] * (1. - self.v1[:, 1:])
        self.M2 -= passo * self.v1.T.dot(d2)
        self.M1[0] -= passo * d1.sum(axis=0)
        self.M1[1:, 1:] -= passo * self.v0.T.dot(d1)[1:, 1:]


def addestra(rete, dati, attesi, giri=100):
    for giro in range(giri):
        rete.avanti(dati)
        rete.indietro(attesi)
        print('giro %3d errore %.4f' % (giro, ((rete.v2 - attesi) ** 2).sum() / 2), end='\r')
