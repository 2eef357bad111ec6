# expect: correct
# neural net with one hidden layer, everything global
import numpy as np

LR = 0.1
x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
t = np.array([[0], [1], [1], [0]], dtype=float)

w_hidden = np.random.randn(2, 4)
b_hidden = np.zeros((1, 4))
w_out = np.random.randn(4, 1)
b_out = np.zeros((1, 1))


def sigmoid(v):
    return 1.0 / (1.0 + np.exp(-v))


def forward_pass():
    global h, o
    h = sigmoid(x @ w_hidden + b_hidden)
    o = sigmoid(h @ w_out + b_out)


def backward_pass():
    global w_hidden, b_hidden, w_out, b_out
    d_o = (o - t) * o * (1 - o)
    d_h = d_o @ w_out.T * h * (1 - h)
    w_out = w_out - LR * h.T @ d_o
    b_out = b_out - LR * d_o.sum(axis=0)
    w_hidden = w_hidden - LR * x.T @ d_h
    b_hidden = b_hidden - LR * d_h.sum(axis=0)


for i in range(5000):
    forward_pass()
    backward_pass()
    if i % 500 == 0:
        print(i, 0.5 * np.sum((o - t) ** 2))
