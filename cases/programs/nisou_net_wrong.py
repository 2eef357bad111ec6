# expect: slope1 derivative-of-tanh line 36
# ゼロから作る二層ニューラルネットワーク（分類）
import numpy as np


def ソフトマックス(値):
    値 = 値 - np.max(値, axis=-1, keepdims=True)
    return np.exp(値) / np.sum(np.exp(値), axis=-1, keepdims=True)


def シグモイド(値):
    return 1 / (1 + np.exp(-値))


class 二層ネット:
    def __init__(self, 入力数, 中間数, 出力数, 学習率=0.1):
        self.重み1 = 0.01 * np.random.randn(入力数, 中間数)
        self.偏り1 = np.zeros(中間数)
        self.重み2 = 0.01 * np.random.randn(中間数, 出力数)
        self.偏り2 = np.zeros(出力数)
        self.学習率 = 学習率

    def 予測(self, 入力):
        中間 = シグモイド(np.dot(入力, self.重み1) + self.偏り1)
        return ソフトマックス(np.dot(中間, self.重み2) + self.偏り2)

    def 学習(self, 入力, 教師):
        個数 = 入力.shape[0]
        中間 = シグモイド(np.dot(入力, self.重み1) + self.偏り1)
        出力 = ソフトマックス(np.dot(中間, self.重み2) + self.偏り2)

        # 逆伝播
        差 = (出力 - 教師) / 個数
        勾配2 = np.dot(中間.T, 差)
        偏り勾配2 = np.sum(差, axis=0)
        差 = np.dot(差, self.重み2.T) * (1.0 - 中間 ** 2)
        勾配1 = np.dot(入力.T, 差)
        偏り勾配1 = np.sum(差, axis=0)

        for 名前, 勾配 in (('重み1', 勾配1), ('偏り1', 偏り勾配1), ('重み2', 勾配2), ('偏り2', 偏り勾配2)):
            setattr(self, 名前, getattr(self, 名前) - self.学習率 * 勾配)

    def 正解率(self, 入力, 教師):
        return np.mean(self.予測(入力).argmax(axis=1) == 教師.argmax(axis=1))
