# expect: grad_a1 stale-weights line 78
# Step by step backpropagation, every neuron an object
import math
import random


class Neuron:
    def __init__(self, bias):
        self.bias = bias
        self.weights = []

    def calculate_output(self, inputs):
        self.inputs = inputs
        self.output = self.squash(self.total_net_input())
        return self.output

    def total_net_input(self):
        total = 0
        for i in range(len(self.inputs)):
            total += self.inputs[i] * self.weights[i]
        return total + self.bias

    def squash(self, total):
        return 1 / (1 + math.exp(-total))

    def pd_error_wrt_output(self, target):
        return -(target - self.output)

    def pd_output_wrt_net(self):
        return self.output * (1 - self.output)

    def pd_error_wrt_net(self, target):
        return self.pd_error_wrt_output(target) * self.pd_output_wrt_net()


class NeuronLayer:
    def __init__(self, num_neurons):
        self.neurons = [Neuron(random.random()) for _ in range(num_neurons)]

    def feed_forward(self, inputs):
        return [neuron.calculate_output(inputs) for neuron in self.neurons]


class NeuralNetwork:
    LEARNING_RATE = 0.5

    def __init__(self, num_inputs, num_hidden, num_outputs):
        self.num_inputs = num_inputs
        self.hidden_layer = NeuronLayer(num_hidden)
        self.output_layer = NeuronLayer(num_outputs)
        for neuron in self.hidden_layer.neurons:
            neuron.weights = [random.random() for _ in range(num_inputs)]
        for neuron in self.output_layer.neurons:
            neuron.weights = [random.random() for _ in range(num_hidden)]

    def feed_forward(self, inputs):
        return self.output_layer.feed_forward(self.hidden_layer.feed_forward(inputs))

    def train(self, inputs, targets):
        self.feed_forward(inputs)

        # 1. output neuron deltas
        output_deltas = []
        for o, neuron in enumerate(self.output_layer.neurons):
            output_deltas.append(neuron.pd_error_wrt_net(targets[o]))

        # 2. update output neurons
        for o, neuron in enumerate(self.output_layer.neurons):
            for w in range(len(neuron.weights)):
                neuron.weights[w] -= self.LEARNING_RATE * output_deltas[o] * neuron.inputs[w]
            neuron.bias -= self.LEARNING_RATE * output_deltas[o]

        # 3. hidden neuron deltas
        hidden_deltas = []
        for h, neuron in enumerate(self.hidden_layer.neurons):
            error = 0
            for o in range(len(self.output_layer.neurons)):
                error += output_deltas[o] * self.output_layer.neurons[o].weights[h]
            hidden_deltas.append(error * neuron.pd_output_wrt_net())

        # 4. update hidden neurons
        for h, neuron in enumerate(self.hidden_layer.neurons):
            for w in range(len(neuron.weights)):
                neuron.weights[w] -= self.LEARNING_RATE * hidden_deltas[h] * neuron.inputs[w]
            neuron.bias -= self.LEARNING_RATE * hidden_deltas[h]

    def total_error(self, training_sets):
        total = 0
        for inputs, targets in training_sets:
            outputs = self.feed_forward(inputs)
            total += sum(0.5 * (t - o) ** 2 for t, o in zip(targets, outputs))
        return total


nn = NeuralNetwork(2, 2, 2)
for i in range(10000):
    nn.train([0.05, 0.1], [0.01, 0.99])
    if i % 1000 == 0:
        print(i, round(nn.total_error([[[0.05, 0.1], [0.01, 0.99]]]), 9))
