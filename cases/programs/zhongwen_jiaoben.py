# expect: correct
# 用神经网络拟合正弦曲线
import numpy as np
import matplotlib.pyplot as plt

样本数, 隐藏单元 = 100, 12
输入 = np.linspace(-3, 3, 样本数).reshape(-1, 1)
目标 = np.sin(输入)

权重一 = np.random.randn(1, 隐藏单元)
偏置一 = np.random.randn(1, 隐藏单元)
权重二 = np.random.randn(隐藏单元, 1)
偏置二 = np.zeros((1, 1))
学习率 = 0.01

轮次 = 0
损失 = float('inf')
while 损失 > 1e-3 and 轮次 < 50000:
    隐藏 = np.tanh(输入 @ 权重一 + 偏置一)
    预测 = 隐藏 @ 权重二 + 偏置二
    误差 = 预测 - 目标
    损失 = np.mean(误差 ** 2)

    # 梯度
    输出梯度 = 2 * 误差 / 误差.size
    权重二梯度 = 隐藏.T @ 输出梯度
    偏置二梯度 = 输出梯度.sum(axis=0, keepdims=True)
    隐藏梯度 = 输出梯度 @ 权重二.T * (1 - 隐藏 ** 2)
    权重一梯度 = 输入.T @ 隐藏梯度
    偏置一梯度 = 隐藏梯度.sum(axis=0, keepdims=True)

    # 更新
    权重一 = 权重一 - 学习率 * 权重一梯度
    偏置一 = 偏置一 - 学习率 * 偏置一梯度
    权重二 = 权重二 - 学习率 * 权重二梯度
    偏置二 = 偏置二 - 学习率 * 偏置二梯度

    轮次 += 1
    if 轮次 % 1000 == 0:
        print(f'第{轮次}轮，损失{损失:.5f}')

plt.plot(输入, 目标, label='真实')
plt.plot(输入, 预测, label='预测')
plt.legend()
plt.show()
