# expect: ? batch-size-division-missing line 58
import numpy as np


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros_like(data)


class Module:
    def __call__(self, *args):
        return self.forward(*args)

    def parameters(self):
        return []


class Linear(Module):
    def __init__(self, in_features, out_features):
        bound = 1 / np.sqrt(in_features)
        self.weight = Parameter(np.random.uniform(-bound, bound, (out_features, in_features)))
        self.bias = Parameter(np.random.uniform(-bound, bound, out_features))

    def forward(self, x):
        self.x = x
        return x @ self.weight.data.T + self.bias.data

    def backward(self, dout):
        self.weight.grad += dout.T @ self.x
        self.bias.grad += dout.sum(axis=0)
        return dout @ self.weight.data

    def parameters(self):
        return [self.weight, self.bias]


class ReLU(Module):
    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, 0)

    def backward(self, dout):
        return dout * self.mask


class CrossEntropyLoss(Module):
    def forward(self, logits, target):
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.probs = np.exp(log_probs)
        self.target = target
        return -log_probs[np.arange(len(target)), target].mean()

    def backward(self):
        grad = self.probs.copy()
        grad[np.arange(len(self.target)), self.target] -= 1
        return grad


class MLP(Module):
    def __init__(self, in_features, hidden, out_features):
        self.fc1 = Linear(in_features, hidden)
        self.act = ReLU()
        self.fc2 = Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))

    def backward(self, dout):
        return self.fc1.backward(self.act.backward(self.fc2.backward(dout)))

    def parameters(self):
        return self.fc1.parameters() + self.fc2.parameters()


class SGD:
    def __init__(self, params, lr):
        self.params = params
        self.lr = lr

    def zero_grad(self):
        for p in self.params:
            p.grad = np.zeros_like(p.data)

    def step(self):
        for p in self.params:
            p.data -= self.lr * p.grad


def main():
    x = np.random.randn(100, 20)
    y = np.random.randint(0, 3, 100)
    model = MLP(20, 16, 3)
    criterion = CrossEntropyLoss()
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(50):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        model.backward(criterion.backward())
        optimizer.step()
        print(epoch, loss)


if __name__ == "__main__":
    main()
