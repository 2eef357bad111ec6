# expect: b2 bias-summed-over-wrong-axis line 42
import argparse

import numpy as np
import pandas as pd


def parse_args():
    parser = argparse.ArgumentParser(description="Train a small neural network on a CSV file.")
    parser.add_argument("csv")
    parser.add_argument("--hidden", type=int, default=8)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--epochs", type=int, default=1000)
    return parser.parse_args()


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def main():
    args = parse_args()
    df = pd.read_csv(args.csv)
    X = df.drop(columns="target").to_numpy(float)
    y = df["target"].to_numpy(float).reshape(-1, 1)
    X = (X - X.mean(axis=0)) / X.std(axis=0)

    rng = np.random.default_rng(0)
    W1 = rng.normal(0, 0.1, (X.shape[1], args.hidden))
    b1 = np.zeros((1, args.hidden))
    W2 = rng.normal(0, 0.1, (args.hidden, 1))
    b2 = np.zeros((1, 1))
    m = len(X)

    for epoch in range(args.epochs):
        A1 = np.tanh(X @ W1 + b1)
        A2 = sigmoid(A1 @ W2 + b2)
        loss = -np.mean(y * np.log(A2) + (1 - y) * np.log(1 - A2))

        dZ2 = A2 - y
        dW2 = A1.T @ dZ2 / m
        db2 = dZ2.sum(axis=1, keepdims=True) / m
        dZ1 = dZ2 @ W2.T * (1 - A1 ** 2)
        dW1 = X.T @ dZ1 / m
        db1 = dZ1.sum(axis=0, keepdims=True) / m

        W1 -= args.lr * dW1
        b1 -= args.lr * db1
        W2 -= args.lr * dW2
        b2 -= args.lr * db2
        if epoch % 100 == 0:
            print(f"{epoch:5d} {loss:.4f}")


if __name__ == "__main__":
    main()
