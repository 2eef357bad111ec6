# expect: grad_a1 weights-not-transposed line 42; slope1 derivative-of-pre-activation line 43
#!/usr/bin/env python3
# usage: argv_script.py DATA.csv RATE EPOCHS
import sys
import random
import numpy as np

if len(sys.argv) < 4:
    print(__doc__)
    print("usage:", sys.argv[0], "DATA.csv RATE EPOCHS")
    exit(2)

rate = float(sys.argv[2])
epochs = int(sys.argv[3])
rows = [line.split(",") for line in open(sys.argv[1]) if line.strip()]
random.shuffle(rows)
data = np.array(rows, dtype=float)
X, Y = data[:, :4], data[:, 4:]


def sigmoid(v):
    return 1.0 / (1.0 + np.exp(-v))


def dsigmoid(v):
    return v * (1.0 - v)


W_in = np.random.uniform(-0.5, 0.5, (4, 3))
W_out = np.random.uniform(-0.5, 0.5, (3, 3))

for e in range(epochs):
    total = 0.0
    for x, y in zip(X, Y):
        net = x.dot(W_in)
        hid = sigmoid(net)
        out = sigmoid(hid.dot(W_out))
        diff = out - y
        total += 0.5 * diff.dot(diff)

        d_out = diff * dsigmoid(out)
        back = d_out.dot(W_out)
        d_hid = back * dsigmoid(net)

        W_out -= rate * np.outer(hid, d_out)
        W_in -= rate * np.outer(x, d_hid)
    if e % 100 == 0:
        sys.stdout.write("%d %.6f\n" % (e, total))
        sys.stdout.flush()

np.savetxt("w_in.txt", W_in)
np.savetxt("w_out.txt", W_out)
