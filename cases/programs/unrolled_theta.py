# expect: correct
import numpy as np
import scipy.io as sio
import scipy.optimize as opt
from scipy.special import expit
data = sio.loadmat('ex4data1.mat')
X = data['X']; y = data['y']
input_layer_size = 400; hidden_layer_size = 25; num_labels = 10
def sigmoidGradient(z):
    g = expit(z); return g*(1-g)
def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lmbda):
    Theta1 = nn_params[:hidden_layer_size*(input_layer_size+1)].reshape((hidden_layer_size, input_layer_size+1), order='F')
    Theta2 = np.reshape(nn_params[hidden_layer_size*(input_layer_size+1):], (num_labels, hidden_layer_size+1), 'F')
    m = X.shape[0]
    a1 = np.c_[np.ones(m), X]
    z2 = a1.dot(Theta1.T)
    a2 = np.c_[np.ones(m), expit(z2)]
    a3 = expit(a2.dot(Theta2.T))
    Y = np.eye(num_labels)[y.ravel()-1]
    J = (1/m)*np.sum(-Y*np.log(a3) - (1-Y)*np.log(1-a3))
    J += lmbda/(2*m)*(np.sum(Theta1[:,1:]**2)+np.sum(Theta2[:,1:]**2))
    d3 = a3 - Y
    d2 = d3.dot(Theta2)[:,1:]*sigmoidGradient(z2)
    Theta1_grad = d2.T.dot(a1)/m
    Theta2_grad = d3.T.dot(a2)/m
    Theta1_grad[:,1:] += lmbda/m*Theta1[:,1:]
    Theta2_grad[:,1:] += lmbda/m*Theta2[:,1:]
    grad = np.concatenate([Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')])
    return J, grad
initial = np.random.uniform(-.12,.12, hidden_layer_size*(input_layer_size+1)+num_labels*(hidden_layer_size+1))
res = opt.minimize(nnCostFunction, initial, args=(input_layer_size, hidden_layer_size, num_labels, X, y, 1), jac=True, method='TNC')
