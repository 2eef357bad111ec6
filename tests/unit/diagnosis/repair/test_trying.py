"""Versions are run on no more probes than it takes to see that they are no better."""

from __future__ import annotations

from workbench import CONTRACT, NETWORK, PROBES, PROGRAM, judge, run

from gradcheck.diagnosis.repair.looking import Look
from gradcheck.diagnosis.repair.trying import Trial
from gradcheck.submissions.job import Job, JobResult

WRONG = PROGRAM.replace("dh = d2 @ W2.T", "dh = d2 @ W2").replace("np.sum(d2, axis=0", "np.mean(d2, axis=0")
BETTER = WRONG.replace("np.mean(d2, axis=0", "np.sum(d2, axis=0")  # crashes on the second probe as before
RIGHT = PROGRAM
AS_WRONG = WRONG.replace("h * (1 - h)", "h")


def trial(seen: list[tuple[str, int]]) -> Trial:
    """A trial that notes which versions are run, on how many probes."""

    def noted(job: Job) -> JobResult:
        seen.extend((text, len(job.inputs)) for text in job.variants)
        return run(job)

    return Trial("s.py", CONTRACT, NETWORK, PROBES, noted, judge)


def test_only_what_is_better_on_the_first_probe_is_run_on_the_second() -> None:
    """And of that all that is wrong is told; of the others, that they are no better."""
    seen: list[tuple[str, int]] = []
    some = trial(seen)
    before = some.wrong(WRONG)
    ran = some.better([BETTER, AS_WRONG, RIGHT], before, 0)
    found = [one.left for one in ran]
    assert seen == [(BETTER, 1), (AS_WRONG, 1), (RIGHT, 1), (BETTER, 2), (RIGHT, 2)]
    assert found[0] == some.wrong(BETTER)
    assert found[0] < before
    assert not found[1] < before
    assert found[2] == frozenset()
    assert ran[1].multiples == {"w2", "b2"}  # a mean in place of a sum is right up to a factor


def test_where_the_first_probe_is_right_the_second_tells() -> None:
    """Sizes that are all equal hide what others show."""
    seen: list[tuple[str, int]] = []
    some = trial(seen)
    hidden = PROGRAM.replace("return dW1,", "return dW1 * (len(X) if len(X) != len(W1) else 1),")
    before = some.wrong(hidden)
    assert {probe for probe, _ in before} == {1}
    (found,) = some.better([PROGRAM], before, 1)
    assert found.left == frozenset()


def test_one_factor_of_all_gradients_is_told_from_several() -> None:
    """What all of them are off by may have been left out in one place."""

    def weights(text: str) -> tuple[bool, bool]:
        look = Look(trial([]), text, ())
        return look.weights.rescaled, look.weights.uniform

    assert weights(PROGRAM) == (False, False)
    assert weights(PROGRAM.replace("d2 = (o - Y)", "d2 = 2 * (o - Y)")) == (True, True)
    assert weights(PROGRAM.replace("dh = d2", "dh = 2 * d2")) == (True, False)


def test_nothing_more_is_evaluated_when_the_time_is_spent() -> None:
    """But what was found before is still there."""
    look = Look(trial([]), PROGRAM.replace("o * (1 - o)", "o"), ())
    before = list(look.likely())
    assert any(before)
    look.spent = lambda: True
    assert list(look.likely()) == before
    assert not any(look.less_likely())


def test_most_of_a_gradient_is_nearly_all_of_it() -> None:
    """Laid either way; half of it may be chance."""
    first = PROGRAM.replace("    return dW1", "    dW1[0] = dW2[0] = 3\n    return dW1")
    half = first.replace("dW1[0] =", "dW1[:2] =")
    some = trial([])
    before = some.wrong(WRONG)
    ran = some.better([first, half, first.replace("return dW1,", "return dW1.T,")], before, 0)
    assert [one.multiples & {"w1", "w2"} for one in ran] == [{"w1", "w2"}, {"w2"}, {"w1", "w2"}]
