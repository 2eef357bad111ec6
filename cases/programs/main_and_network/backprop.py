# expect: correct
from network import NeuralNetwork
import numpy as np
import matplotlib.pyplot as plt

data = np.loadtxt("data/seeds.txt")
inputs = data[:, :-1]
targets = np.eye(3)[data[:, -1].astype(int) - 1]

net = NeuralNetwork(inputs.shape[1], 10, 3)
history = net.train(inputs, targets, iterations=1000, eta=0.2)
plt.plot(history)
plt.show()
