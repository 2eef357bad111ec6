# expect: correct
# Регрессия: мини-пакеты, затухание шага
import numpy as np
from tqdm import trange


class Сеть:
    def __init__(self, входов, скрытых, выходов):
        self.П1 = np.random.randn(входов, скрытых) * 0.1
        self.П2 = np.random.randn(скрытых, выходов) * 0.1

    def ответ(self, х):
        self.с = np.tanh(х @ self.П1)
        return np.tanh(self.с @ self.П2)

    def учить(self, х, ц, темп=0.1, пакет=16, эпох=100):
        for эпоха in trange(эпох):
            for нач in range(0, len(х), пакет):
                хп, цп = х[нач:нач + пакет], ц[нач:нач + пакет]
                в = self.ответ(хп)
                дв = (в - цп) * (1 - в * в) / len(хп)
                дс = дв @ self.П2.T * (1 - self.с * self.с)
                self.П2 -= темп * self.с.T @ дв
                self.П1 -= темп * хп.T @ дс
            темп *= 0.99


if __name__ == "__main__":
    х = np.random.rand(200, 3)
    ц = np.sin(х.sum(1, keepdims=True))
    Сеть(3, 8, 1).учить(х, ц)
