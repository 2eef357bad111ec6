# expect: b1 bias-regularised line 37; b2 bias-regularised line 38
# ex4: neural network learning (translated from the Octave assignment)
import numpy as np
from scipy.optimize import minimize
from scipy.io import loadmat
from scipy.special import expit


def pack(t1, t2):
    return np.concatenate((t1.ravel(), t2.ravel()))


def unpack(theta, n_in, n_hid, n_out):
    cut = n_hid * (n_in + 1)
    return theta[:cut].reshape(n_hid, n_in + 1), theta[cut:].reshape(n_out, n_hid + 1)


def nn_cost_function(theta, n_in, n_hid, n_out, X, y, lam):
    """J and its gradient, both thetas unrolled into one long vector."""
    t1, t2 = unpack(theta, n_in, n_hid, n_out)
    m = len(X)
    one = np.ones((m, 1))

    a1 = np.hstack((one, X))
    z2 = a1 @ t1.T
    a2 = np.hstack((one, expit(z2)))
    a3 = expit(a2 @ t2.T)

    J = -np.sum(y * np.log(a3) + (1 - y) * np.log(1 - a3)) / m
    J += lam / (2 * m) * (np.sum(t1[:, 1:] ** 2) + np.sum(t2[:, 1:] ** 2))

    d3 = a3 - y
    d2 = (d3 @ t2)[:, 1:] * expit(z2) * (1 - expit(z2))
    grad1 = d2.T @ a1 / m
    grad2 = d3.T @ a2 / m
    # regularisation
    grad1 += lam / m * t1
    grad2 += lam / m * t2
    return J, pack(grad1, grad2)


data = loadmat('ex4data1.mat')
X, labels = data['X'], data['y'].ravel() % 10
Y = np.eye(10)[labels]
eps = 0.12
start = np.random.rand(25 * 401 + 10 * 26) * 2 * eps - eps
res = minimize(nn_cost_function, start, args=(400, 25, 10, X, Y, 1), method='CG', jac=True, options={'maxiter': 50})
t1, t2 = unpack(res.x, 400, 25, 10)
print('J =', res.fun)
