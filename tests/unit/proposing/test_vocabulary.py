"""Roles by name."""

import pytest

from gradcheck.proposing import vocabulary


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        ("X Y W1 b1 W2 b2", "X Y W1 b1 W2 b2"),
        ("inputs targets w_hidden b_hidden w_out b_out", "X Y W1 b1 W2 b2"),
        ("entradas saidas pesos1 pesos2", "X Y W1 W2"),
        ("eingaben ziele gewichte1 schwelle1 gewichte2 schwelle2", "X Y W1 b1 W2 b2"),
        ("x t syn0 syn1 lr", "X Y W1 W2 rate"),
        ("输入 目标 权重1 权重2 学习率", "X Y W1 W2 rate"),
    ],
)
def test_roles_are_read_in_several_languages(names: str, roles: str) -> None:
    """Every name has the role that its word says, whatever the language."""
    assert vocabulary.roles(names.split()) == dict(zip(names.split(), roles.split(), strict=True))


@pytest.mark.parametrize("name", ["dW1", "db2", "grad_w1", "delta_hidden", "nabla_b", "d_weights1"])
def test_gradients_are_no_parameters(name: str) -> None:
    """A name that says it is a derivative has no role, though a word in it fits one."""
    assert vocabulary.kind(name) == ""


@pytest.mark.parametrize("name", ["delta", "data", "w", "bias", "grid"])
def test_not_everything_is_a_gradient(name: str) -> None:
    """Names that only begin like a derivative's are none."""
    assert not vocabulary.is_gradient(name)


def test_a_letter_is_a_rate_only_where_no_word_is() -> None:
    """`alpha` may be a penalty: it is the rate only if nothing else is."""
    assert vocabulary.rates(["alpha", "learning_rate"]) == ["learning_rate"]
    assert vocabulary.rates(["alpha"]) == ["alpha"]


def test_what_guards_a_division_is_no_rate() -> None:
    """`eps=1e-8` is none, whatever else is there; `epsilon=0.01` may be one."""
    assert vocabulary.rates({"eps": "1e-8"}) == []
    assert vocabulary.rates({"epsilon": "0.01"}) == ["epsilon"]


@pytest.mark.parametrize(
    ("names", "axes"),
    [
        ("n_x n_h n_y", "d h k"),
        ("hidden_size output_size input_size", "h k d"),
        ("D_in H D_out", "d h k"),
        ("a b c", "d h k"),
        ("nn_hdim", "h"),
    ],
)
def test_sizes_are_told_by_words_or_by_their_order(names: str, axes: str) -> None:
    """Words tell where all of them do, else the usual order does."""
    assert vocabulary.sizes(names.split()) == dict(zip(names.split(), axes.split(), strict=True))
