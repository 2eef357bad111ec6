# expect: delta1 gradient-sign-flipped line 53
# HW2 - MNIST, 784-16-10, sizes are constants
import gzip
import struct
import numpy as np
import matplotlib.pyplot as plt

N_PIXELS = 784
N_HIDDEN = 16
N_CLASSES = 10

w_ih = np.random.randn(N_HIDDEN, N_PIXELS) * np.sqrt(1.0 / N_PIXELS)
b_h = np.zeros(N_HIDDEN)
w_ho = np.random.randn(N_CLASSES, N_HIDDEN) * np.sqrt(1.0 / N_HIDDEN)
b_o = np.zeros(N_CLASSES)


def load_images(path):
    with gzip.open(path) as f:
        _, count, rows, cols = struct.unpack(">IIII", f.read(16))
        return np.frombuffer(f.read(), np.uint8).reshape(count, rows * cols) / 255.0


def load_labels(path):
    with gzip.open(path) as f:
        f.read(8)
        return np.frombuffer(f.read(), np.uint8)


def one_hot(label):
    v = np.zeros(N_CLASSES)
    v[label] = 1.0
    return v


def learn(image, label, rate):
    """One image (784,), one label. Changes the weights. Returns the squared error."""
    global w_ho, b_o, w_ih, b_h
    image = image.reshape(N_PIXELS)
    hidden = np.empty(N_HIDDEN)
    for j in range(N_HIDDEN):
        hidden[j] = 1 / (1 + np.exp(-(np.dot(w_ih[j], image) + b_h[j])))
    output = np.empty(N_CLASSES)
    for k in range(N_CLASSES):
        output[k] = 1 / (1 + np.exp(-(np.dot(w_ho[k], hidden) + b_o[k])))

    error = output - one_hot(label)
    delta_o = 2 * error * output * (1 - output)
    delta_h = np.zeros(N_HIDDEN)
    for j in range(N_HIDDEN):
        for k in range(N_CLASSES):
            delta_h[j] += delta_o[k] * w_ho[k, j]
        delta_h[j] *= hidden[j] * (hidden[j] - 1)

    w_ho -= rate * np.outer(delta_o, hidden)
    b_o -= rate * delta_o
    w_ih -= rate * np.outer(delta_h, image)
    b_h -= rate * delta_h
    return np.sum(error ** 2)


images = load_images("train-images-idx3-ubyte.gz")
labels = load_labels("train-labels-idx1-ubyte.gz")
errors = []
for epoch in range(3):
    total = 0
    for image, label in zip(images, labels):
        total += learn(image, label, 0.05)
    errors.append(total / len(images))
    print("epoch", epoch, "error", errors[-1])
plt.plot(errors)
plt.show()
