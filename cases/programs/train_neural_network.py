# expect: correct
import numpy as np
from sklearn import datasets


def train_neural_network(X_train, y_train, hidden_size=16, lr=0.01, epochs=1000):
    n_samples, n_features = X_train.shape
    n_classes = len(np.unique(y_train))
    one_hot = np.eye(n_classes)[y_train]

    weights_hidden = np.random.randn(n_features, hidden_size) * 0.01
    bias_hidden = np.zeros(hidden_size)
    weights_output = np.random.randn(hidden_size, n_classes) * 0.01
    bias_output = np.zeros(n_classes)

    for epoch in range(epochs):
        hidden = np.tanh(np.dot(X_train, weights_hidden) + bias_hidden)
        logits = np.dot(hidden, weights_output) + bias_output
        exp_logits = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = exp_logits / exp_logits.sum(axis=1, keepdims=True)
        loss = -np.mean(np.sum(one_hot * np.log(probabilities), axis=1))

        grad_logits = (probabilities - one_hot) / n_samples
        grad_weights_output = np.dot(hidden.T, grad_logits)
        grad_bias_output = grad_logits.sum(axis=0)
        grad_hidden = np.dot(grad_logits, weights_output.T)
        grad_hidden_input = grad_hidden * (1 - hidden ** 2)
        grad_weights_hidden = np.dot(X_train.T, grad_hidden_input)
        grad_bias_hidden = grad_hidden_input.sum(axis=0)

        weights_output -= lr * grad_weights_output
        bias_output -= lr * grad_bias_output
        weights_hidden -= lr * grad_weights_hidden
        bias_hidden -= lr * grad_bias_hidden

        if epoch % 100 == 0:
            print(f"epoch {epoch}: loss {loss:.4f}")

    return weights_hidden, bias_hidden, weights_output, bias_output


wine = datasets.load_wine()
X = (wine.data - wine.data.mean(axis=0)) / wine.data.std(axis=0)
parameters = train_neural_network(X, wine.target)
