# expect: slope1 hidden-derivative-missing line 40
""" Learns to play from raw pixels: stochastic policy gradient with a two-layer policy. """
import numpy as np
import pickle
import gym

H = 200            # hidden neurons
batch_size = 10    # episodes per parameter update
learning_rate = 1e-4
gamma = 0.99
decay_rate = 0.99
resume = False
D = 80 * 80

if resume:
    model = pickle.load(open('save.p', 'rb'))
else:
    model = {}
    model['W1'] = np.random.randn(H, D) / np.sqrt(D)
    model['W2'] = np.random.randn(H) / np.sqrt(H)

grad_buffer = {k: np.zeros_like(v) for k, v in model.items()}
rmsprop_cache = {k: np.zeros_like(v) for k, v in model.items()}


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def policy_forward(x):
    h = np.dot(model['W1'], x)
    h[h < 0] = 0
    p = sigmoid(np.dot(model['W2'], h))
    return p, h  # probability of going up, and hidden state


def policy_backward(eph, epdlogp):
    """ eph holds the hidden states of an episode; epx (global) its inputs """
    dW2 = np.dot(eph.T, epdlogp).ravel()
    dh = np.outer(epdlogp, model['W2'])
    dW1 = np.dot(dh.T, epx)
    return {'W1': dW1, 'W2': dW2}


env = gym.make("Pong-v0")
observation = env.reset()
xs, hs, dlogps = [], [], []
while True:
    x = observation[35:195].ravel()
    aprob, h = policy_forward(x)
    action = 2 if np.random.uniform() < aprob else 3
    xs.append(x)
    hs.append(h)
    dlogps.append((1 if action == 2 else 0) - aprob)
    observation, reward, done, info = env.step(action)
    if done:
        epx, eph, epdlogp = np.vstack(xs), np.vstack(hs), np.vstack(dlogps)
        grad = policy_backward(eph, epdlogp)
        for k in model:
            grad_buffer[k] += grad[k]
        xs, hs, dlogps = [], [], []
        break
