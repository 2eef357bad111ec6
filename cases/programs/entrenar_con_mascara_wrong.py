# expect: unknown delta1 line 15
import numpy as np
# regression net, per sample SGD, Spanish names
def activar(z): return np.maximum(z, 0.0)
def entrenar(datos, metas, pesos1, sesgo1, pesos2, sesgo2, tasa=0.01):
    costo = 0.0
    for x, y in zip(datos, metas):
        z = pesos1 @ x + sesgo1
        h = activar(z)
        salida = pesos2 @ h + sesgo2
        error = salida - y
        costo += 0.5 * np.sum(error ** 2)
        grad2 = np.outer(error, h)
        atras = pesos2.T @ error
        atras[h > 0] = 0
        grad1 = np.outer(atras, x)
        pesos2 -= tasa * grad2
        sesgo2 -= tasa * error
        pesos1 -= tasa * grad1
        sesgo1 -= tasa * atras
    return costo
if __name__ == "__main__":
    X = np.random.randn(20, 3); Y = np.random.randn(20, 2)
    W1 = np.random.randn(6, 3); b1 = np.zeros(6); W2 = np.random.randn(2, 6); b2 = np.zeros(2)
    for e in range(10): print(entrenar(X, Y, W1, b1, W2, b2))
