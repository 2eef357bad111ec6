# expect: slope1 ?
import numpy as np
import pandas as pd
from tqdm import tqdm
from sklearn.model_selection import train_test_split
df = pd.read_csv("mnist_train.csv")
Xall = df.drop("label", axis=1).values / 255.0
yall = pd.get_dummies(df["label"]).values
X_train, X_val, y_train, y_val = train_test_split(Xall, yall, test_size=.2)
class config: lr = 0.5; epochs = 10; bs = 32
rng = np.random.RandomState(0)
params = {
  "W1": rng.randn(784, 64) * np.sqrt(2/784), "b1": np.zeros(64),
  "W2": rng.randn(64, 10) * np.sqrt(2/64), "b2": np.zeros(10),
}
def softmax(z):
    z = z - np.max(z, axis=-1, keepdims=True)
    return np.exp(z) / np.exp(z).sum(-1, keepdims=True)
history = {"loss": [], "acc": []}
for epoch in range(config.epochs):
    idx = rng.permutation(len(X_train))
    running = 0
    for i in tqdm(range(0, len(X_train), config.bs)):
        xb, yb = X_train[idx[i:i+config.bs]], y_train[idx[i:i+config.bs]]
        z1 = xb @ params["W1"] + params["b1"]
        a1 = np.maximum(0, z1)
        probs = softmax(a1 @ params["W2"] + params["b2"])
        running += -np.mean(np.sum(yb*np.log(probs), axis=1))
        grads = {}
        dz2 = (probs - yb) / xb.shape[0]
        grads["W2"] = a1.T @ dz2
        grads["b2"] = dz2.sum(0)
        dz1 = dz2 @ params["W2"].T
        grads["W1"] = xb.T @ dz1
        grads["b1"] = dz1.sum(axis=0)
        for p in params:
            params[p] -= config.lr * grads[p]
    history["loss"].append(running)
