# expect: slope1 hidden-derivative-missing line 31
import argparse, os, sys, json
import numpy as np

def load(path):
    with open(path) as f:
        return json.load(f)

def main(argv=None):
    """Train a net."""
    parser = argparse.ArgumentParser(description="net")
    parser.add_argument("data")
    parser.add_argument("--hidden", type=int, default=10)
    args = parser.parse_args(argv)
    blob = load(args.data)
    X, T = np.array(blob["x"]), np.array(blob["t"])
    rng = np.random.default_rng(1)
    W, c = rng.normal(size=(X.shape[1], args.hidden)), np.zeros(args.hidden)
    V, e = rng.normal(size=(args.hidden, T.shape[1])), np.zeros(T.shape[1])
    for step in range(1000):
        H = np.tanh(X @ W + c)
        P = H @ V + e
        err = P - T
        gV, ge = H.T @ err, err.sum(0)
        back = err @ V.T
        gW, gc = X.T @ back, back.sum(0)
        for p, g in ((W, gW), (c, gc), (V, gV), (e, ge)):
            p -= 0.01 * g
        if not step % 100:
            print(step, (err ** 2).mean())
    return 0

if __name__ == "__main__":
    sys.exit(main())
