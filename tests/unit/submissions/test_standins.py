"""Stand-ins take part in anything."""

import numpy as np
import pytest

from gradcheck.submissions.standins import PLOTTING, expit, stand_in


@pytest.mark.parametrize("name", sorted(PLOTTING))
def test_anything_can_be_done_with_a_stand_in(name):
    """Called, indexed, entered, unpacked, computed with, iterated: nothing comes of it."""
    library = stand_in(name)
    figure, (left, right), *rest = library.anything(1, key=2)
    left[0, 1] = 3
    with library.style("dark") as style:
        assert not style
    assert list(library.axes) == []
    assert len(right) == 0
    assert not ((1 + left * 2 - right) ** 2)
    assert rest == []
    assert callable(figure.show)


def test_decorators_leave_what_they_decorate():
    """A function stays a function, with or without arguments to the decorator."""
    library = stand_in("numba")

    @library.jit
    def one():
        return 1

    @library.jit(nopython=True)
    def two():
        return 2

    assert one() + two() == 3


def test_it_has_no_numbers():
    """Numpy refuses it, alone and in an expression."""
    for attempt in (lambda: np.asarray(stand_in("x").y), lambda: np.ones(2) * stand_in("x")):
        with pytest.raises(TypeError, match="stand-in"):
            attempt()


def test_special_members():
    """What a submission can't do without is there."""
    assert stand_in("scipy.special").expit(0.0) == 0.5
    assert stand_in("scipy").special.expit is expit
    assert list(stand_in("tqdm").tqdm(range(3), desc="x")) == [0, 1, 2]
    assert list(stand_in("tqdm").trange(1, 3)) == [1, 2]
    assert stand_in("pylab").dot is np.dot


def test_expit_saturates_quietly():
    """No overflow on either side, and any shape."""
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_array_equal(expit([[-1e4, 0.0], [1e4, 0.0]]), [[0, 0.5], [1, 0.5]])


def test_shuffling_leaves_all_as_it_is():
    """One array or several: their order says nothing of gradients."""
    shuffle = stand_in("sklearn.utils").shuffle
    first, second = np.arange(3), np.arange(4)
    assert shuffle(first, random_state=0) is first
    assert [one.size for one in shuffle(first, second)] == [3, 4]
    assert stand_in("sklearn").utils.shuffle(second) is second
