"""
What a name may stand for, in the languages that people write networks in.

A word is only a first guess, by which trials are ordered: what doesn't fit is found out by running it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

# Words of up to three Latin letters must be the whole of a part of a name, longer ones may begin it.
WORDS: Mapping[str, str] = {
    "rounds": "epoch epochs epochen epoche epoka epok epoc epocas iteration iter iters "
    "iterations rounds passes steps runden durchlauf tours cycles ciclos эпох эпохи 轮 "
    "エポック turns repeats ronde rondes epoque epoques vueltas giri giros varv kierrokset",
    "size": "size sizes dim dims number anzahl aantal numero nombre cantidad liczba antal "
    "count units neurons neuronen neurones neuronas neuroni layers hidden_size nodes "
    "shape число 数 个数 개수 jumlah sayisi",
    "rate": "lr rate alpha alfa eta learning learnrate lernrate lrate pas paso passo tasa taxa taux tasso steg "
    "schritt stap stepsize hiz step_size leersnelheid oppimisnopeus szybkosc tempo темп "
    "скорость шаг 学习率 学習率 학습률 xuexilv xuexi laju ogrenme inlarning gamma epsilon eps",
    "batch_size": "batch_size batchsize lote mini_batch_size tam_lote пакет",
    "decay": "reg lambda lambd lmbda lam strength l2 wd decay weight_decay penalty reg_lambda regularization",
    "W": "w ws weight weights wt wts syn synapse synapses theta peso pesos pesi poids "
    "gewicht gewichte vikt vikter waga wagi bobot agirlik agirliklar kernel coef "
    "coefs matrix mat paino painot вес веса 重み 权重 가중치 vaha vahy",
    "b": "b bs bias biases offset offsets threshold thresholds biais sesgo sesgos vies "
    "soglia soglie progi schwelle schwellen drempel troskel trosklar intercept intercepts vakio c 偏置 偏り "
    "편향 バイアス смещение prog bh bo",
    "Y": "y ys yb yt y_true y_train t target targets label labels desired expected truth "
    "teacher answer answers soll ziel ziele zielwerte facit cible cibles attendu "
    "attesi objetivo objetivos meta hedef hedefler oczekiwane odpowiedz doel etiqueta "
    "etiquetas klasa klass 教師 正解 目标 标签 정답 ответ ответы цель target_output cel obs_y "
    "onehot one_hot outcome desejado esperado esperada esperados rotulos rotulo uscita saidas salidas sorties",
    "X": "x xs xb x_train input inputs in data feature features sample samples example "
    "examples image images batch entrada entradas entree entrees eingabe eingaben "
    "eingang indata ingresso ingressi girdi girdiler giris girisler masukan вход входы примеры 入力 输入 "
    "입력 syote wejscie wejscia invoer obs datos dati donnees daten ornekler dados",
    "output": "output outputs out a2 yhat y_hat y_pred pred prediction ausgabe sortie saida salida p probs",
    "container": "params parameters param model net network theta weights layers",
}
_FIRST = (
    "in input ih xh h hid hidden wih first eins un uno one i ev verborgen verdeckt oculta ocultos oculto cache "
    "cachee caches nascosto nascosti gizli piilo ukryta dold dolt v i_h w_in 一 1 0 01 einput"
)
_SECOND = (
    "out output ho hy o who second zwei deux due dos two va uit uitvoer sortie saida salida ausgabe uscita cikis "
    "wyjscie ut a h_o w_out y 二 2 12 last"
)
_AMBIGUOUS = ("alpha", "gamma", "eps", "epsilon", "tau")
_GRADIENT = "d delta deltas grad grads gradient nabla g dl dj del dc de"


def plain(name: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def parts(name: str) -> list[str]:
    """Split a name at underscores, changes of case and digits."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    spaced = re.sub(r"(?i)(in|inputs?|hidden|out|outputs?)(nodes|neurons|units|size)$", r"\1_\2", spaced)
    return [part for part in re.split(r"[\W_]+|(\d+)", plain(spaced)) if part]


def kind(name: str) -> str:
    """
    Guess what a name stands for.

    Returns
    -------
    str
        A key of `WORDS`; empty for what no word fits, and for what is called a gradient.
    """
    found = parts(name)
    words = [part for part in found if not part.isdigit()]
    if not words or is_gradient(name):
        return ""
    if len(name) > 1 and (found[0] in ("n", "num", "nb") or name.endswith(("数", "수"))):
        repeated = any(_fits(word, known) for word in words for known in WORDS["rounds"].split())
        return "rounds" if repeated else "size"
    whole = "_".join(found)
    for key, vocabulary in WORDS.items():
        if whole in vocabulary.split():
            return key
    for key, vocabulary in WORDS.items():
        if any(_fits(word, known) for word in words for known in vocabulary.split()):
            return key
    return ""


def _fits(word: str, known: str) -> bool:
    return word == known or (word.startswith(known) and (len(known) > 3 or not known.isascii()))


def is_gradient(name: str) -> bool:
    """Whether a name says that it is a derivative: `dW1`, `grad_b`, `delta2`, `nabla_w`."""
    found = parts(name)
    if not found:
        return False
    if found in (["grad"], ["grads"], ["gradient"], ["gradients"]):
        return True
    if found[0] in _GRADIENT.split() or (found[0].startswith(("grad", "delta", "nabla")) and len(found) > 1):
        return len(found) > 1
    return bool(re.match(r"d[a-z]\d*$", plain(name))) or bool(re.match(r"d[wb]", found[0]) and len(found) > 1)


def is_numerical(name: str) -> bool:
    """Whether a function's name says that it takes differences, to check gradients by: `numerical_gradient`."""
    return any(word in plain(name) for word in ("numer", "approx", "finite", "difference", "check"))


def layer(name: str) -> int:
    """Guess a layer, 1 or 2, from digits and words; 0 where nothing tells."""
    for part in reversed(parts(name)):
        if part in ("1", "0", "01"):
            return 1 if part != "1" or not name.startswith("syn") else 2
        if part in ("2", "12"):
            return 2
    found = set(parts(name))
    tail = {part[1:] for part in found if part[0] in "wb" and len(part) > 1}
    if (found | tail) & set(_SECOND.split()) and not (
        found & {"input", "hidden"} and not found & {"output", "out"}
    ):
        return 2
    return 1 if (found | tail) & set(_FIRST.split()) else 0


def in_order(names: Sequence[str]) -> list[str]:
    """Sort the names of one kind by layer; those that don't say keep their order."""
    layers = [layer(name) for name in names]
    if 0 in layers or len(set(layers)) < len(layers):
        digits = [re.findall(r"\d+", name) for name in names]
        if all(digits) and len({found[-1] for found in digits}) == len(names):
            return [name for _, name in sorted(zip((int(found[-1]) for found in digits), names, strict=True))]
        return list(names)
    return [name for _, name in sorted(zip(layers, names, strict=True))]


def roles(names: Iterable[str]) -> dict[str, str]:
    """
    Give names their roles: `X`, `Y`, `W1`, `b1`, `W2`, `b2`, `rate` and so on.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    dict
        Name to role, for those that a word fits; a layer is given where exactly two names are of one kind.
    """
    found = {name: kind(name) for name in names}
    given = {name: key for name, key in found.items() if key and key not in "Wb"}
    for key in "Wb":
        same = [name for name, one in found.items() if one == key]
        if len(same) == 2:
            given |= {name: f"{key}{index}" for index, name in enumerate(in_order(same), 1)}
    return given


def rates(names: Iterable[str]) -> list[str]:
    """
    Names of learning rates: letters that may also be something else only where there is nothing better.

    Parameters
    ----------
    names : iterable of str, or mapping of str to str
        Of a mapping the values are what they are by default: a number next to nothing is no rate but guards a
        division.
    """
    values = names if isinstance(names, Mapping) else {}
    found = [name for name in names if kind(name) == "rate"]
    better = [name for name in found if plain(name) not in _AMBIGUOUS]
    return better or [name for name in found if not _tiny(values.get(name, ""))]


def _tiny(text: str) -> bool:
    try:
        return 0 < float(text) <= 1e-5
    except (TypeError, ValueError):
        return False


def decays(numbers: Iterable[str]) -> list[str]:
    """Names of weight decay among those of numbers: `l2`, which may be a layer elsewhere, is one of them."""
    return [name for name in numbers if kind(name) == "decay" or plain(name) == "l2"]


def sizes(names: Sequence[str]) -> dict[str, str]:
    """Give names of sizes their axes: as words say where they tell all of them, else three of them in order."""
    found: dict[str, str] = {}
    for name in names:
        words = [part for part in parts(name) if part not in ("n", "num", "nb", "size", "dim", "nn")]
        for letter, known in (
            ("h", f"{_FIRST} hidden h"),
            ("d", WORDS["X"]),
            ("k", f"{WORDS['Y']} output outputs out classes class y"),
        ):
            if any(_fits(word, one) for word in words for one in known.split() if one not in ("in", "i", "input")):
                found.setdefault(name, letter)
        if {"input", "in", "i"} & {*words}:
            found[name] = "d"
    if len(found) == len(names) == len({*found.values()}):
        return found
    return dict(zip(names, "dhk", strict=True)) if len(names) == 3 else dict.fromkeys(names, "h")
