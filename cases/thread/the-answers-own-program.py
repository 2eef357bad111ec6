# expect: grad_a1 gradient-of-weights-propagated line 24; slope1 derivative-of-pre-activation line 25
import numpy as np


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


class Net:
    def step(self, x, y, rate):
        # feed forward
        out_l1 = np.dot(x, self.W1) + self.b1
        act_l1 = sigmoid(out_l1)
        out_l2 = np.dot(act_l1, self.W2) + self.b2
        act_l2 = sigmoid(out_l2)

        # output layer
        err = act_l2 - y
        delta_2 = (1 - act_l2) * act_l2 * err
        dW2 = np.dot(act_l1.T, delta_2)
        db2 = np.sum(delta_2, axis=0, keepdims=True)

        # hidden layer
        grad_1 = np.sum(dW2.T, axis=0, keepdims=True)
        delta_1 = (1 - out_l1) * out_l1 * grad_1
        dW1 = np.dot(x.T, delta_1)
        db1 = np.sum(delta_1, axis=0, keepdims=True)

        self.W2 = self.W2 - rate * dW2
        self.b2 = self.b2 - rate * db2
        self.W1 = self.W1 - rate * dW1
        self.b1 = self.b1 - rate * db1
