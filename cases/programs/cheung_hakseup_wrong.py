# expect: b1 bias-mean-instead-of-sum line 21; b2 bias-mean-instead-of-sum line 21
# -*- coding: utf-8 -*-
# ML 101 lab: XOR 층마다 클래스 하나
import numpy as np


class 층:
    def __init__(self, 입력, 출력):
        self.가중치 = np.random.randn(입력, 출력)
        self.편향 = np.zeros((1, 출력))

    def 순전파(self, x):
        self.입력 = x
        self.출력 = 1 / (1 + np.exp(-(x @ self.가중치 + self.편향)))
        return self.출력

    def 역전파(self, 오차, 학습률):
        델타 = 오차 * self.출력 * (1 - self.출력)
        이전오차 = 델타 @ self.가중치.T      # 갱신 전에 계산해야 함
        self.가중치 -= 학습률 * self.입력.T @ 델타
        self.편향 -= 학습률 * 델타.mean(axis=0, keepdims=True)
        return 이전오차


def 학습(층들, x, y, 학습률=1.0, 반복=1):
    for _ in range(반복):
        출력 = x
        for 하나 in 층들:
            출력 = 하나.순전파(출력)
        오차 = 출력 - y
        for 하나 in reversed(층들):
            오차 = 하나.역전파(오차, 학습률)
    return 층들


x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
층들 = 학습([층(2, 4), 층(4, 1)], x, y, 반복=20000)
print("결과:", [float(v) for v in 층들[1].출력.ravel()])
