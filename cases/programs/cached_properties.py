# expect: correct
from functools import cached_property
import numpy as np
class Graph:
    def __init__(s, x, t, W, b, V, c): s.x, s.t, s.W, s.b, s.V, s.c = x, t, W, b, V, c
    @cached_property
    def h(s): return np.tanh(s.x @ s.W + s.b)
    @cached_property
    def o(s): return 1/(1+np.exp(-(s.h @ s.V + s.c)))
    @property
    def E(s): return .5*((s.o-s.t)**2).sum()/len(s.x)
    @cached_property
    def do(s): return (s.o - s.t)*s.o*(1-s.o)/len(s.x)
    @cached_property
    def dh(s): return (s.do @ s.V.T)*(1-s.h**2)
    dW = property(lambda s: s.x.T @ s.dh)
    db = property(lambda s: s.dh.sum(0)[None])
    dV = property(lambda s: s.h.T @ s.do)
    dc = property(lambda s: s.do.sum(0)[np.newaxis, :])
