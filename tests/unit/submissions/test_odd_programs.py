"""Programs in odd forms, each as somebody writes it; what they compute is right, so must come back right."""

import pytest
from submitted import assert_right, contract, inputs, run, script, write
from test_script import AFTER, FIRST, HEAD, INJECT, NAMES, PASS, indent

SIGMOID = "import numpy as np\n" + HEAD[HEAD.index("def sigmoid") :]
SETTING = HEAD[HEAD.index("X = np.load") : HEAD.index("def sigmoid")]
GRADIENTS_ONLY = PASS[: PASS.index("W1 -=")]

ELEVEN_LINES_OBJECT = """
import numpy as np
def sigmoid(x):
    return 1.0 / (1 + np.exp(-x))
def sigmoid_derivative(x):
    return x * (1.0 - x)
class NeuralNetwork:
    def __init__(self, x, y):
        self.input = x
        self.weights1 = np.random.rand(self.input.shape[1], 4)
        self.weights2 = np.random.rand(4, 1)
        self.y = y
    def feedforward(self):
        self.layer1 = sigmoid(np.dot(self.input, self.weights1))
        self.output = sigmoid(np.dot(self.layer1, self.weights2))
    def backprop(self):
        delta = (self.y - self.output) * sigmoid_derivative(self.output)
        d_weights2 = np.dot(self.layer1.T, delta)
        d_weights1 = np.dot(self.input.T, np.dot(delta, self.weights2.T) * sigmoid_derivative(self.layer1))
        self.weights1 += d_weights1
        self.weights2 += d_weights2
if __name__ == "__main__":
    X = np.array([[0, 0, 1], [0, 1, 1]])
    y = np.array([[0], [1]])
    nn = NeuralNetwork(X, y)
    for i in range(1500):
        nn.feedforward()
        nn.backprop()
    print(nn.output)
"""


def without_biases():
    """Inputs of a network that has none."""
    given = inputs()
    arrays = {name: array * (name not in ("b1", "b2")) for name, array in given.arrays.items()}
    return type(given)(arrays=arrays, sizes=given.sizes)


NET = {"X": "X", "y": "Y", "nn.weights1": "W1", "nn.weights2": "W2"}


@pytest.mark.parametrize(
    "how",
    [
        script({"W1": "W1 - after('nn.weights1')", "W2": "W2 - after('nn.weights2')"}, inject=NET),
        script({"W1": "-local('backprop', 'd_weights1')"}, inject=NET),
        contract(
            run="net = NeuralNetwork(X, Y)\n"
            "net.weights1, net.weights2 = W1, W2\nnet.feedforward()\nnet.backprop()",
            gradients={"W1": "-local('NeuralNetwork.backprop', 'd_weights1')", "W2": "W2 - net.weights2"},
        ),
    ],
    ids=["script after", "script local", "class"],
)
def test_an_object_that_updates_itself(tmp_path, how):
    """Its methods update it, and the loop only calls them."""
    given = without_biases()
    assert_right(run(write(tmp_path, ELEVEN_LINES_OBJECT), how, given), given)


@pytest.mark.parametrize("call", ["", "main([])\n"])
def test_everything_in_main_behind_arguments(tmp_path, call):
    """Data that isn't there, arguments, a way out, an endless loop: all in one function."""
    text = f"""{SIGMOID}
import argparse, sys
def main(argv=None):
    args = argparse.ArgumentParser().parse_args(argv)
    lr = args.lr
    X, y = load_things()
    if X is None:
        sys.exit('no data')
    W1 = np.random.randn(X.shape[1], 3); b1 = np.zeros((1, 3))
    W2 = np.random.randn(3, 2); b2 = np.zeros((1, 2))
    while True:
{indent(PASS, 8)}
        print("Loss", ((A2 - y) ** 2).sum())
if __name__ == '__main__':
    sys.exit(main())
"""
    assert_right(run(write(tmp_path, text), script(AFTER, inject=INJECT, function="main", run=call)))


@pytest.mark.parametrize("gradients", [FIRST, AFTER], ids=["first", "after"])
def test_parameters_updated_under_another_name(tmp_path, gradients):
    """No statement of the loop names a parameter on its left."""
    text = (
        HEAD
        + "params = [W1, b1, W2, b2]\nfor e in range(10**9):\n"
        + indent(GRADIENTS_ONLY + "for p, g in zip(params, [dW1, db1, dW2, db2]):\n    p -= lr * g\n")
    )
    assert_right(run(write(tmp_path, text), script(gradients, inject=INJECT)))


@pytest.mark.parametrize(
    "expression",
    ["first(\"grads['d{0}']\")", "({0} - after(\"parameters['{0}']\")) / 0.5", "local('step', 'd{0}')"],
)
def test_a_dictionary_passed_from_function_to_function(tmp_path, expression):
    """A whole dictionary is injected in place of what initialises it."""
    text = f"""{SIGMOID}
def step(p, X, y):
    W1, b1, W2, b2 = p['W1'], p['b1'], p['W2'], p['b2']
{indent(GRADIENTS_ONLY)}
    return {{'dW1': dW1, 'db1': db1, 'dW2': dW2, 'db2': db2}}
def update(p, g, lr=0.5):
    return {{key: p[key] - lr * g['d' + key] for key in p}}
def nn_model(X, y, n_h, num_iterations=10000):
    parameters = initialize(n_h)
    for i in range(0, num_iterations):
        grads = step(parameters, X, y)
        parameters = update(parameters, grads)
    return parameters
"""
    how = script(
        {name: expression.format(name) for name in NAMES},
        inject={"parameters": "{'W1': W1, 'b1': b1, 'W2': W2, 'b2': b2}"},
        function="nn_model",
        run="nn_model(X, Y, h)\n",
    )
    assert_right(run(write(tmp_path, text), how))


def test_matrices(tmp_path):
    """`np.matrix` throughout, injected as such."""
    body = """
A1 = sigmoid(X * W1 + np.ones((len(X), 1)) * b1)
A2 = sigmoid(A1 * W2 + b2)
d2 = np.multiply(A2 - y, np.multiply(A2, 1 - A2))
d1 = np.multiply(d2 * W2.T, np.multiply(A1, 1 - A1))
W2 = W2 - A1.T * d2
W1 = W1 - X.T * d1
b1 = b1 - d1.sum(0)
b2 = b2 - d2.sum(0)
"""
    inject = {key: f"np.matrix({value})" for key, value in INJECT.items() if key != "lr"}
    how = script({name: f"{name} - after('{name}')" for name in NAMES}, inject=inject)
    assert_right(run(write(tmp_path, HEAD + "for e in range(9):\n" + indent(body)), how))


def test_single_precision(tmp_path):
    """float32 arrays give float32 gradients."""
    inject = {
        key: f"np.float32({value})" if key == "lr" else f"{value}.astype('f')" for key, value in INJECT.items()
    }
    text = HEAD + "W1 = W1.astype('float32')\nfor e in range(3):\n" + indent(PASS)
    result = run(write(tmp_path, text), script(FIRST, inject=inject))
    assert_right(result, tolerance=1e-4)
    assert set(result.dtypes.values()) == {"float32"}


def test_data_of_a_library_that_is_not_there(tmp_path):
    """Nested unpacking, arithmetic and pictures of stand-ins; the injected arrays take their place."""
    text = f"""
from keras.datasets import mnist
import keras
(X, t), (Xt, yt) = mnist.load_data()
X = X.reshape(60000, 784) / 255.
y = keras.utils.to_categorical(t, 10)
m = X.shape[0]
{HEAD}
plt.imshow(X[0])
for e in range(9):
    assert m == 5
{indent(PASS)}
"""
    assert_right(run(write(tmp_path, text), script(FIRST, inject=INJECT)))


def test_training_in_the_constructor(tmp_path):
    """The loop of `Net.__init__`."""
    body = indent(PASS.replace("W1", "self.W1").replace("dself.W1", "dW1"), 12)
    text = f"""{SIGMOID}
class Net:
    def __init__(self, X, y, lr=1, epochs=9999):
        self.W1 = np.random.randn(3, 3)
        b1 = b2 = W2 = 0
        for _ in range(epochs):
{body}
"""
    inject = {"self.W1": "W1", "b1": "b1", "W2": "W2", "b2": "b2", "lr": "0.5"}
    gradients = {"W1": "(W1 - after('self.W1')) / 0.5", "b1": "first('db1')"}
    how = script(gradients, inject=inject, function="Net.__init__", run="Net(X, Y)\n")
    assert_right(run(write(tmp_path, text), how))


def test_a_generator(tmp_path):
    """Training that the caller draws one pass at a time; its locals are read where it yields."""
    text = (
        f"{SIGMOID}\ndef descend(X, y, W1, b1, W2, b2, lr):\n    while True:\n{indent(PASS, 8)}        yield dW1\n"
    )
    how = contract(
        run="g = descend(X, Y, W1, b1, W2, b2, 0.5)\ndW1 = next(g)\n",
        gradients={"W1": "dW1", "b1": "local('descend', 'db1')"},
    )
    assert_right(run(write(tmp_path, text), how))


def test_lists_of_layers_filled_in_a_loop(tmp_path):
    """What appends to an injected list before the loop is undone."""
    body = PASS
    for name, held in (("W1", "W[0]"), ("W2", "W[1]"), ("b1", "B[0]"), ("b2", "B[1]")):
        body = body.replace(name, held).replace(f"d{held}", f"d{name}")
    start = "W = []\nfor i in range(2):\n    W.append(np.random.randn(4, 4))\n    W[i] *= 2\nB = [b1, b2]\n"
    gradients = {"W1": "(W1 - after('W[0]')) / .5", "W2": "(W2 - after('W')[1]) / .5", "b1": "first('db1')"}
    inject = {"X": "X", "y": "Y", "lr": "0.5", "W": "[W1, W2]", "B": "[b1, b2]"}
    path = write(tmp_path, HEAD + start + "for e in range(99):\n" + indent(body))
    assert_right(run(path, script(gradients, inject=inject, loop=2)))


def test_an_animation_trains(tmp_path):
    """A callback without a loop is a pass of its own, with or without a script contract."""
    text = f"""{HEAD}
import matplotlib.animation as animation
def update(frame):
    global W1, b1, W2, b2
{indent(PASS)}
    return [1]
ani = animation.FuncAnimation(plt.gcf(), update, frames=100)
plt.show()
"""
    sets = "\n".join(f"submission.{name} = {value}" for name, value in INJECT.items())
    local = {name: f"local('update', 'd{name}')" for name in NAMES}
    path = write(tmp_path, text)
    assert_right(run(path, contract(run=sets + "\nupdate(0)\n", gradients=local)))
    assert_right(run(path, script(AFTER, inject=INJECT, function="update", run="update(0)\n")))


@pytest.mark.parametrize("gradients", [FIRST, AFTER], ids=["first", "after"])
def test_a_function_on_globals(tmp_path, gradients):
    """A function that trains the module's own arrays, and is called by it."""
    text = (
        f"{HEAD}\ndef train():\n    global W1, b1, W2, b2\n    for i in range(10**8):\n{indent(PASS, 8)}train()\n"
    )
    assert_right(run(write(tmp_path, text), script(gradients, inject=INJECT, function="train")))


def test_questions_and_ways_out(tmp_path):
    """`input()` before the loop, `exit` before and inside it."""
    text = f"""{HEAD}
import sys, os
if not os.path.exists('x.csv'):
    print('missing')
    sys.exit(1)
name = input('name? ')
number = int(input())
best = None
while best is None or best > 1e-9:
{indent(PASS)}
    sys.exit()
"""
    assert_right(run(write(tmp_path, text), script(AFTER, inject=INJECT)))


@pytest.mark.parametrize("gradients", [FIRST, AFTER], ids=["first", "after"])
@pytest.mark.parametrize("guarded", [False, True], ids=["top", "main guard"])
def test_one_step_without_a_loop(tmp_path, gradients, guarded):
    """What sets the injected names is skipped, updates are the pass; a failure in it is a crash."""
    steps = SETTING + PASS + "plt.show()\nopen('none')\n"
    text = SIGMOID + ("if __name__ == '__main__':\n" + indent(steps) if guarded else steps)
    assert_right(run(write(tmp_path, text), script(gradients, inject=INJECT)))
    broken = run(write(tmp_path, text.replace("dZ1 = dZ2", "dZ1 = dZ3")), script(gradients, inject=INJECT))
    assert broken.status == "crashed"
