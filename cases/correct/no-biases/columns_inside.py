# expect: correct
import numpy as np


def learn(X, Y, wih, who):
    wih, who = wih.T, who.T
    dih, dho = np.zeros_like(wih), np.zeros_like(who)
    for record, target in zip(X, Y):
        inputs = np.array(record, ndmin=2).T
        targets = np.array(target, ndmin=2).T
        hidden = 1 / (1 + np.exp(-np.dot(wih, inputs)))
        final = 1 / (1 + np.exp(-np.dot(who, hidden)))
        output_errors = (targets - final) * final * (1.0 - final)
        hidden_errors = np.dot(who.T, output_errors)
        dho += np.dot(output_errors, np.transpose(hidden))
        dih += np.dot(hidden_errors * hidden * (1.0 - hidden), np.transpose(inputs))
    return (wih + dih).T, (who + dho).T
