"""Which edit mends which mistake: every edit that was found is shown, and every mistake once."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import replace
from difflib import SequenceMatcher

from gradcheck.diagnosis.examination import Examination, are_nothing, explain, told, version
from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.unfinished import unfinished
from gradcheck.diagnosis.locate.uses import changed_in_place, given_within, names_read, read
from gradcheck.diagnosis.locating import each_line_once, line_of_source, span
from gradcheck.diagnosis.remaining import remaining
from gradcheck.diagnosis.repair.hoisting import helpers, makers, makers_of, takers
from gradcheck.diagnosis.repair.preferring import SMALL
from gradcheck.diagnosis.repair.proving import Repair, diff
from gradcheck.diagnosis.repair.sharing import copied
from gradcheck.diagnosis.repair.steps import Step
from gradcheck.diagnosis.repair.writing import Edit
from gradcheck.findings import Finding, Fix
from gradcheck.network.forward import printed
from gradcheck.submissions.reading import lines_of, syntax_error
from gradcheck.submissions.trees import walk

_NO_CODE = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*(?P<indent>[ \t]*)")  # blank lines, comments
_BEGUN = 2  # places of what is begun and not gone on with
_MAKERS = 2  # statements that made what an edit changes
_FORWARD = ("z1", "a1", "z2", "a2", "loss")


def attach(case: Examination, findings: Sequence[Finding], mended: Repair) -> list[Finding]:
    """
    Give each finding the edit that mends what it spoils.

    What one edit mends as a whole is one mistake, be it in a line that serves both layers, or in one that it
    takes several entries of the catalogue to explain.
    """
    attaching = _Attaching(case, findings, mended)
    for step in mended.steps:
        attaching.take(step)
    return attaching.result()


class _Attaching:
    """Goes through the edits in their order, and gives each to the finding that it belongs to."""

    def __init__(self, case: Examination, findings: Sequence[Finding], mended: Repair) -> None:
        self.case, self.findings, self.mended = case, findings, mended
        self.left = list(findings)
        self.done: dict[int, Finding] = {}
        self.ahead: list[Finding] = []
        self.behind: list[Finding] = []
        self.before: list[Step] = []  # edits without which the next one mends nothing
        self.told: dict[str, list[Finding]] = {}  # what explains the gradients of each version
        self.partly: dict[int, list[Step]] = {}  # edits of a named mistake that don't mend all that it spoils yet

    def result(self) -> list[Finding]:
        """Every finding once, with its edit if it has one; one with others where their edits mend all of it."""
        if self.before and not self.done:
            self._leave_the_rest()
        kept = {index: one for index, one in enumerate(self.findings) if any(one is other for other in self.left)}
        done = dict(self.done)
        for index, one in [*kept.items()]:
            shared = {other: _overlap(one.spoils, self.findings[other].spoils) for other in done}
            most = max(shared, key=lambda other: shared[other], default=None)
            if most is not None and one.spoils <= self.mended.mended:
                there = (other for other in done if _is_there(self.findings[other], one))
                same = most if shared[most] else next(there, None)
                if same is not None:
                    done[same] = merged(done[same], [kept.pop(index)])
        unclaimed = [self._otherwise(step) for step in self.before]
        behind = [*self.behind, *unclaimed] if done else []
        return [*self.ahead, *(one for _, one in sorted((done | kept).items())), *behind]

    def _leave_the_rest(self) -> None:
        """Show edits that mend a part of what nothing explains: likely ones, or where all the rest has a name."""
        mended = self.mended.mended
        whole = next((one for one in self.left if one.fault is None and mended < one.spoils), None)
        left = remaining(self.case, self.mended.text) if whole is not None else []
        likely = all(step.edit.cost <= SMALL or len(step.mended) > 1 for step in self.before)
        if whole is None or not left or not (likely or all(one.fault for one in left)):
            return
        if mended.union(*(one.spoils for one in left)) == whole.spoils:
            named = tuple(name for name in whole.parameters if name.lower() in mended)
            own = replace(whole, parameters=named)
            self.done[self._position(whole)] = fixed_by_all(self.case, own, self.before, self.mended)
            self.left = [one for one in self.left if one is not whole]
            self.before, self.behind = [], [*self.behind, *left]

    def take(self, step: Step) -> None:
        """Give one edit, with those that it needs, to the finding of what it mends; or make one for it."""
        spoiled = {name.lower() for name in step.mended}
        touched = [one for one in self.left if _overlap(spoiled, one.spoils) > 0]
        # what mends no gradient as yet is the named step of the forward pass, rather what has its place there
        shown = spoiled <= {"a2", "loss"}
        steps = [one for one in self.left if one.fault and one.site in _FORWARD and shown]
        there = [one for one in steps if _is_at(self.case, one, step)]
        there = there or [one for one in steps if "a2" in spoiled][:1]
        touched += [one for one in there if not any(one is other for other in touched)]
        if not spoiled:
            self.before.append(step)
        elif not touched:
            self._of_no_finding(step, spoiled)
        else:
            ranks = [(one.site in _FORWARD, _overlap(spoiled, one.spoils)) for one in there or touched]
            likely = [one for one, rank in zip(there or touched, ranks, strict=True) if rank == max(ranks)]
            if len(likely) > 1 and self.done and not self.before:  # an edit before it may have been for some
                still = {one.fault for one in self._told_before(step)}
                touched = [one for one in touched if one not in likely or one.fault in still] or touched
                likely = [one for one in likely if one.fault in still] or likely
            best = likely[0]
            others = {name for one in self.findings if one is not best for name in one.spoils}
            if best.spoils <= self.mended.mended | others:
                self._of(best, touched, [*self.before, step], spoiled)
                self.before = []
            else:  # it mends a symptom; what comes after builds on it
                self.before.append(step)

    def _of_no_finding(self, step: Step, spoiled: set[str]) -> None:
        """The rest of a mistake that takes two edits, or what showed only now."""
        of = next((index for index in self.partly if spoiled <= self.findings[index].spoils), None)
        first = self.findings[of] if of is not None and not are_nothing(self.case, spoiled) else None
        # another activation comes with its derivative: that is one mistake
        rest = None if first is not None and first.site in _FORWARD else self._rest(step)
        own_name = first is not None and rest is not None and rest.fault not in (None, first.fault)
        if of is not None and first is not None and not own_name:
            self.partly[of].append(step)
            done = self.done[of]  # it may be of less than the finding, or of more
            first = replace(first, parameters=done.parameters, also=done.also)
            self.done[of] = fixed_by_all(self.case, first, self.partly[of], self.mended)
        elif rest is not None:
            self.behind.append(rest)
        else:  # it is shown with what it leads to
            self.before.append(step)

    def _rest(self, step: Step) -> Finding | None:
        """What an edit mends that is left by those before it; None of the first."""
        return self._otherwise(step) if step is not self.mended.steps[0] else None

    def _otherwise(self, step: Step) -> Finding:
        """A finding for an edit by itself, by the name that what it mends has before it, if any."""
        spoiled = {name.lower() for name in step.mended}
        other = _unnamed(self.case, spoiled, _BEHIND)
        told = self._told_before(step)
        best = max(told, key=lambda one: _overlap(spoiled, one.spoils), default=other)
        same = (one for one in told if one is not best and one.fault == best.fault and one.spoils <= spoiled)
        chosen = merged(best, same if best.fault else ()) if best.spoils <= spoiled else other
        if spoiled.isdisjoint(self.case.wrong) and chosen.fault:
            chosen = replace(chosen, message=f"{chosen.message} {_UNDONE}")
        return fixed(self.case, chosen, step, self.mended)

    def _told_before(self, step: Step) -> list[Finding]:
        """What the gradients are explained by before an edit; asked once."""
        if step.before not in self.told:
            self.told[step.before] = _told_before(self.case, step)
        return self.told[step.before]

    def _of(self, best: Finding, touched: Sequence[Finding], steps: list[Step], spoiled: set[str]) -> None:
        """Give edits that mend something only together to a finding, and to others what is theirs of it."""
        position = self._position(best)
        whole = best
        for one in touched:
            if one is not best and not one.spoils <= spoiled:
                continue
            self.left = [other for other in self.left if other is not one]
            same = one.fault is not None and one.fault == best.fault  # one mistake in another gradient
            own = self._own(one, best, steps) if not same else []
            if one is not best and len(own) == 1 and len(steps) > 1:
                self.done[self._position(one)] = fixed(self.case, one, own[0], self.mended)
                steps.remove(own[0])
            elif one is not best:
                whole = merged(whole, [one])
        if not whole.spoils <= self.mended.mended:  # the rest of it is another mistake's as well
            named = tuple(name for name in whole.parameters if name.lower() in self.mended.mended)
            whole = replace(whole, parameters=named)
        hidden = are_nothing(self.case, spoiled) and len({*map(_line, steps)}) > 1  # what is zero shows no other
        left = self._left_by(whole, steps, spoiled) if not hidden else None
        if left is not None and left.fault != whole.fault:
            self.done[position] = fixed_by_all(self.case, whole, steps[:-1], self.mended)
            self.behind.append(fixed(self.case, left, steps[-1], self.mended))
        elif whole.fault and len(steps) > 1 and not hidden and left is None:
            self.done[position] = fixed_by_all(self.case, whole, steps, self.mended)
        else:
            there = whole.location.line if whole.fault and whole.location else None
            last = next((one for one in steps if _line(one) == there), steps[-1])
            others = [one for one in steps if one is not last]
            self.done[position] = fixed(self.case, whole, last, self.mended)
            twin = replace(_unnamed(self.case, spoiled, _TWO), site=None)
            self.ahead += [fixed(self.case, twin, other, self.mended) for other in others]
        if whole.fault and not best.spoils <= spoiled:
            self.partly[position] = steps

    def _left_by(self, whole: Finding, steps: Sequence[Step], spoiled: set[str]) -> Finding | None:
        """
        What the last of several edits mends by a name, the one that they mend together or another one.

        None where there is none, or where it is made of what those before it change: then it takes all of them to
        mend one mistake, as an activation comes with its derivative, and what was turned is turned back.
        """
        if not whole.fault or whole.site in _FORWARD or len({*map(_line, steps)}) < 2:
            return None
        before = Program(steps[-1].before)
        fed = {one.lineno for one in makers(before, _rooted(before, steps[-1].edit))}
        if not fed.isdisjoint(map(_line, steps[:-1])):
            return None
        left = (
            one
            for one in self._told_before(steps[-1])
            if one.fault and one.spoils <= spoiled
            # a step has one derivative: what is said of it in another name is the same mistake
            if one.fault == whole.fault or one.site != whole.site or not (one.site or "").startswith("slope")
        )
        return max(left, key=lambda one: _overlap(spoiled, one.spoils), default=None)

    def _own(self, one: Finding, best: Finding, steps: Sequence[Step]) -> list[Step]:
        """
        Edits of one finding among those that mend something only together with another finding's.

        What is still explained by its name once the others are made is the last one's; else its line tells.
        """
        if len(steps) > 1 and one.fault and best.fault and one is not best:
            left = {finding.fault for finding in self._told_before(steps[-1])}
            if (one.fault in left) != (best.fault in left):
                return [steps[-1] if one.fault in left else steps[0]]
        return [step for step in steps if _is_at(self.case, one, step)]

    def _position(self, finding: Finding) -> int:
        return next(index for index, one in enumerate(self.findings) if one is finding)


_TWO = "A mistake that spoils the same gradients as another one: neither edit is enough without the other."
_UNDONE = "As the program stands, another mistake undoes this one."
_BEHIND = "Another mistake, which shows only once the ones before it are mended."


def _unnamed(case: Examination, spoiled: Collection[str], message: str) -> Finding:
    """A mistake that an edit shows, and that no entry of the catalogue has been found to explain."""
    return Finding(
        fault=None,
        site=next((name for name in ("a2", "loss", *case.network.parameters) if name in spoiled), None),
        parameters=tuple(printed(name) for name in case.network.parameters if name in spoiled),
        confidence="unknown",
        message=message,
    )


def _told_before(case: Examination, step: Step) -> list[Finding]:
    """Explain the gradients anew of a program with the edits before one."""
    then = version(case, step.before)
    return told(then, explain(then, several=False))


def merged(finding: Finding, others: Iterable[Finding]) -> Finding:
    """One finding of several that are one mistake."""
    for one in others:
        names = tuple(dict.fromkeys((*finding.parameters, *one.parameters)))
        finding = replace(finding, parameters=names, also=(*finding.also, *([one.site] if one.site else [])))
    return finding


def _is_there(one: Finding, other: Finding) -> bool:
    """Whether two findings have their places on the same line."""
    if one.location is None or other.location is None:
        return False
    return (one.location.cell, one.location.line) == (other.location.cell, other.location.line)


def _overlap(one: Set[str], other: Set[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def fixed(case: Examination, finding: Finding, step: Step, mended: Repair) -> Finding:
    """Put the edit into a finding, and the place that it changes; then those where other edits would do."""
    before = Program(step.before)
    edited = span(case.source, before, *_changed(before, step.edit))
    line = "" if _removes(step) else lines_of(step.after)[_line(step) - 1]
    fix = Fix(
        line=line,
        diff=diff(step.before, step.after, case.source.path),
        verified=True,
        probes=mended.probes,
        replaced=mended.text,
    )
    instead = [span(case.source, before, *_changed(before, edit)) for edit in step.instead]
    rooted = _rooted(before, step.edit)
    made = (*helpers(before, step.edit)[:1], *makers(before, rooted)[:_MAKERS])
    other = (*unfinished(before)[:_BEGUN], *made, *takers(before, rooted)[:1])
    stretches = (*map(before.span, other), *_made_for(step)[:_MAKERS])
    linked = [span(case.source, before, *stretch) for stretch in stretches]
    passed, followed = (
        [span(case.source, before, *before.span(one)) for one in some(before, step.edit)]
        for some in (_passed, _followed)
    )
    gap = any(edited.line - one.line > 1 for one in followed)  # of blank lines: either side may be looked at
    brought = [span(case.source, before, *stretch) for stretch in _brought(before, step)[:_MAKERS]]
    changing = [span(case.source, before, *before.span(one)) for one in _changing(before, step.edit)]
    by_value = [finding.location] if finding.fault else []  # there the wrong value comes about, with what makes it
    place, *others = each_line_once(
        (
            *changing,
            edited,
            *(followed if gap else ()),
            *passed,
            *brought,
            *instead,
            *by_value,
            *linked,
            finding.location,
            *finding.alternatives,
            *followed,
        )
    )
    return replace(finding, location=place, alternatives=tuple(others), fix=fix)


def _made_for(step: Step) -> list[tuple[int, int]]:
    """The stretches that give a statement which is put in what it is made of, the nearest first."""
    edit, new = step.edit, step.edit.replacement
    if not edit.inserts or edit.root is not None:
        return []
    after, at = Program(step.after), edit.start + len(new) - len(new.lstrip())
    put_in = [one for one in after.nodes if isinstance(one, ast.stmt) and after.span(one)[0] == at]
    made = map(after.span, makers_of(after, put_in[0]) if put_in else ())
    return [(start, end) for start, end in made if end <= edit.start]  # there nothing has moved


def _brought(before: Program, step: Step) -> list[tuple[int, int]]:
    """The stretches that make what an edit uses, and nothing used before: it may have been made wrongly, too."""
    edit, end = step.edit, step.edit.start + len(step.edit.replacement)
    if edit.inserts or "\n" in edit.replacement:
        return []
    after = Program(step.after)
    used = {one.id for one in names_read(before.nodes)}
    names = (one for one in names_read(after.nodes) if one.id not in used)
    made = [makers_of(after, one)[:1] for one in names if edit.start <= after.span(one)[0] < end]
    spans = (after.span(one) for some in made for one in some)
    return [(first, last) for first, last in dict.fromkeys(spans) if last <= edit.start]  # there nothing has moved


def _rooted(program: Program, edit: Edit) -> Edit:
    """Give an edit of no expression, or that several steps came to, that of the assignment, or call, it is in."""
    if edit.root is not None or edit.inserts:
        return edit
    within = (node for node in program.nodes if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr))
    statement = next((node for node in within if edit.within(program.span(node.value))), None)
    if statement is None:
        return edit
    return replace(edit, root=Root(program.number(statement), program.number(statement.value)))


def _line(step: Step) -> int:
    """The line that an edit changes, or puts in, counted in the text before it."""
    start, _ = step.edit.trimmed(step.before) if _removes(step) else (step.edit.start, 0)
    return step.before.count("\n", 0, start) + 1 + step.edit.replacement.startswith("\n")


def _removes(step: Step) -> bool:
    """Whether an edit only takes lines away."""
    return not step.edit.replacement and "\n" in step.before[step.edit.start : step.edit.end]


def _is_at(case: Examination, finding: Finding, step: Step) -> bool:
    """Whether an edit is on the line where values tell a mistake: on one that the source has, too."""
    line = line_of_source(case.source.text, step.before, _line(step))
    if finding.location is None or line is None:
        return False
    return (finding.location.cell, finding.location.line) == case.source.place(line)


def fixed_by_all(case: Examination, finding: Finding, steps: Sequence[Step], mended: Repair) -> Finding:
    """Put several edits into a finding that is one mistake: its place is the first that values tell as well."""
    known = {place.line for place in (finding.location, *finding.alternatives) if place is not None}
    each = [fixed(case, finding, step, mended) for step in steps]
    first = next((one for one in each if one.location and one.location.line in known), each[-1])
    assert first.fix is not None
    places = each_line_once((first.location, *(one.location for one in each), *first.alternatives))
    whole = replace(first.fix, diff=diff(steps[0].before, steps[-1].after, case.source.path))
    return replace(first, location=places[0], alternatives=places[1:], fix=whole)


def _changed(before: Program, edit: Edit) -> tuple[int, int]:
    """The stretch to underline: the expression that the edit is part of, or the edit itself."""
    if edit.root is None and edit.inserts and edit.replacement.startswith("\n"):
        at = _pushed_down(before.text, edit)
        return at, at
    if edit.root is None:
        if (moved := _moved(before.text, edit)) is not None:
            return moved
        around = [before.span(node) for node in before.nodes if isinstance(node, ast.expr)]
        around = [span for span in around if edit.within(span)] if edit.start < edit.end else []
        return min(around, key=lambda span: span[1] - span[0], default=edit.trimmed(before.text))
    start, end = before.span(before.expression(edit.root))
    if "\n" in before.text[start:end] and "\n" not in before.text[edit.start : edit.end]:  # rather its line
        own, parts = (edit.start, edit.end), map(before.span, before.inside(before.expression(edit.root)))
        longer = (one for one in parts if edit.within(one) and one != own and "\n" not in before.text[slice(*one)])
        start, end = min(longer, key=lambda one: one[1] - one[0], default=own)
    return min(start, edit.start), max(end, edit.end)


def _moved(text: str, edit: Edit) -> tuple[int, int] | None:
    """The lines that an edit puts elsewhere, without blanks around them; None if it changes them, too."""
    old, new = text[edit.start : edit.end].splitlines(keepends=True), edit.replacement.splitlines(keepends=True)
    if len(old) < 2 or sorted(map(str.strip, old)) != sorted(map(str.strip, new)):
        return None
    compared = SequenceMatcher(
        None, [line.rstrip("\n") for line in old], [line.rstrip("\n") for line in new], autojunk=False
    )
    gone = next(((first, last) for kind, first, last, _, _ in compared.get_opcodes() if kind == "delete"), None)
    if gone is None:
        return None
    start = edit.start + sum(map(len, old[: gone[0]]))
    stretch = replace(edit, start=start, end=start + sum(map(len, old[gone[0] : gone[1]])))
    return stretch.trimmed(text)


def _passed(before: Program, edit: Edit) -> list[ast.stmt]:
    """What an edit moves a statement past, as far as that changes its value: this may be what is misplaced."""
    stretch = _moved(before.text, edit)
    if stretch is None:
        return []
    inside = [one for one in before.nodes if isinstance(one, ast.stmt) and edit.covers(before.span(one))]
    moved = [one for one in inside if stretch[0] <= before.span(one)[0] < stretch[1]]
    others = [one for one in inside if one not in moved]
    reads, gives = ({text for one in moved for text in some(one)} for some in (read, given_within))
    return [one for one in others if not (given_within(one).isdisjoint(reads) and read(one).isdisjoint(gives))]


def _changing(before: Program, edit: Edit) -> list[ast.stmt]:
    """What changes an argument in place that an edit makes a copy of: there it is that the caller's is lost."""
    if edit.root is not None or not edit.inserts or syntax_error(new := edit.replacement.strip()) is not None:
        return []
    names = {
        own.id
        for one in ast.parse(new).body
        if isinstance(one, ast.Assign) and isinstance(one.value, ast.Call)
        if isinstance(own := copied(one.value), ast.Name)
    }
    functions = [one for one in before.nodes if isinstance(one, ast.FunctionDef) and edit.within(before.span(one))]
    inside = walk(min(functions, key=lambda one: len(before.segment(one)))) if functions and names else ()
    kinds = (ast.Assign, ast.AugAssign, ast.Expr)
    return [one for one in inside if isinstance(one, kinds) and changed_in_place(one) & names]


def _followed(before: Program, edit: Edit) -> list[ast.stmt]:
    """The statement that a new one is put in behind, as far as that is another line than it has its place on."""
    if edit.root is not None or not edit.inserts:
        return []
    above = [one for one in before.nodes if isinstance(one, ast.stmt) and before.span(one)[1] <= edit.start]
    return [max(above, key=lambda one: (before.span(one)[1], before.span(one)[0]))] if above else []


def _pushed_down(text: str, edit: Edit) -> int:
    """Where the statement begins that a new one stands before; at the end of a block the line that it follows."""
    line = text.find("\n", edit.start) + 1
    if not line:
        return edit.start
    found = _NO_CODE.match(text, line)
    assert found is not None  # it matches nothing, too
    new = edit.replacement.removeprefix("\n")
    return found.end() if len(found["indent"]) >= len(new) - len(new.lstrip(" \t")) else edit.start
