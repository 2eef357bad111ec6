# expect: w2 weight-decay-subtracted line 40
#!/usr/bin/env python
"""Train a two-layer classifier from the command line.

    python train_cli.py --hidden 32 --lr 0.1 data.npz
"""
import argparse
import logging
import sys

import numpy as np
from tqdm import tqdm

log = logging.getLogger("train")


def softmax(z):
    e = np.exp(z - z.max(axis=1)[:, None])
    return e / e.sum(axis=1)[:, None]


class Model:
    __slots__ = ("w", "v", "bw", "bv", "lr", "l2")

    def __init__(self, n_in, n_hidden, n_out, lr=0.1, l2=0.0):
        self.w = np.random.randn(n_in, n_hidden) / np.sqrt(n_in)
        self.v = np.random.randn(n_hidden, n_out) / np.sqrt(n_hidden)
        self.bw, self.bv = np.zeros(n_hidden), np.zeros(n_out)
        self.lr, self.l2 = lr, l2

    def step(self, x, labels):
        m = len(labels)
        hidden = np.maximum(x @ self.w + self.bw, 0.0)
        prob = softmax(hidden @ self.v + self.bv)
        loss = -np.log(prob[np.arange(m), labels]).sum() / m

        prob[np.arange(m), labels] -= 1.0
        prob /= m
        back = (prob @ self.v.T) * (hidden > 0)
        self.v -= self.lr * (hidden.T @ prob - self.l2 * self.v)
        self.bv -= self.lr * prob.sum(axis=0)
        self.w -= self.lr * (x.T @ back + self.l2 * self.w)
        self.bw -= self.lr * back.sum(axis=0)
        return loss


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", help="npz file with arrays x and y")
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--l2", type=float, default=1e-4)
    parser.add_argument("--epochs", type=int, default=50)
    args = parser.parse_args(argv)

    logging.basicConfig(level=logging.INFO)
    archive = np.load(args.data)
    x, y = archive["x"], archive["y"]
    model = Model(x.shape[1], args.hidden, y.max() + 1, args.lr, args.l2)
    for _ in tqdm(range(args.epochs)):
        loss = model.step(x, y)
    log.info("final loss %.4f", loss)
    return 0


if __name__ == "__main__":
    sys.exit(main())
