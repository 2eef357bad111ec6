# expect: grad_a1 raw-error-propagated line 14
import numpy as np


def activation_function(x):
    return 1 / (1 + np.exp(-x))


def backward(inputs, targets, wih, bh, who, bo):
    hidden_outputs = activation_function(np.dot(inputs, wih) + bh)
    final_outputs = activation_function(np.dot(hidden_outputs, who) + bo)

    output_errors = final_outputs - targets
    hidden_errors = np.dot(output_errors, who.T)

    output_delta = output_errors * final_outputs * (1.0 - final_outputs)
    hidden_delta = hidden_errors * hidden_outputs * (1.0 - hidden_outputs)
    return (np.dot(inputs.T, hidden_delta), hidden_delta.sum(axis=0, keepdims=True),
            np.dot(hidden_outputs.T, output_delta), output_delta.sum(axis=0, keepdims=True))
