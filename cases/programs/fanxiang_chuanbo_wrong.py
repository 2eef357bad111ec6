# expect: delta1 derivative-of-incoming-gradient line 34
# -*- coding: utf-8 -*-
# 手写数字识别：两层全连接网络
import numpy as np


def softmax(fenshu):
    zhishu = np.exp(fenshu - fenshu.max(1, keepdims=True))
    return zhishu / zhishu.sum(1, keepdims=True)


def qianxiang(canshu, shuru):
    """前向传播"""
    z1 = shuru.dot(canshu['W1']) + canshu['b1']
    yincang = np.where(z1 > 0, z1, 0)
    gailv = softmax(yincang.dot(canshu['W2']) + canshu['b2'])
    return z1, yincang, gailv


def jiaochashang(gailv, biaoqian):
    """交叉熵损失，对样本取平均"""
    return -np.mean(np.sum(biaoqian * np.log(gailv), axis=1))


def fanxiang_chuanbo(canshu, shuru, biaoqian):
    """反向传播，返回梯度字典"""
    yangben = shuru.shape[0]
    z1, yincang, gailv = qianxiang(canshu, shuru)
    tidu = {}
    wucha = (gailv - biaoqian) / yangben
    tidu['W2'] = yincang.T.dot(wucha)
    tidu['b2'] = wucha.sum(0)
    wucha = wucha.dot(canshu['W2'].T)
    wucha[wucha < 0] = 0
    tidu['W1'] = shuru.T.dot(wucha)
    tidu['b1'] = wucha.sum(0)
    return tidu


def xunlian(shuru, biaoqian, yincang_shu=50, lunshu=100, xuexilv=0.1):
    canshu = {
        'W1': 0.01 * np.random.randn(shuru.shape[1], yincang_shu),
        'b1': np.zeros(yincang_shu),
        'W2': 0.01 * np.random.randn(yincang_shu, biaoqian.shape[1]),
        'b2': np.zeros(biaoqian.shape[1]),
    }
    for lun in range(lunshu):
        tidu = fanxiang_chuanbo(canshu, shuru, biaoqian)
        for ming in canshu:
            canshu[ming] -= xuexilv * tidu[ming]
        print('第%d轮 损失 %.4f' % (lun, jiaochashang(qianxiang(canshu, shuru)[2], biaoqian)))
    return canshu
