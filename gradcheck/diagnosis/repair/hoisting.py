"""Where what an edit changes was made, a name or what a helper gives; and the same edit there."""

from __future__ import annotations

import ast
import re

from gradcheck.diagnosis.locate.program import Program
from gradcheck.diagnosis.locate.roots import Root
from gradcheck.diagnosis.locate.statements import base, defaults, targets, turn_names, values_given
from gradcheck.diagnosis.locate.uses import filled, gives, names_given
from gradcheck.diagnosis.repair.writing import Edit, is_name
from gradcheck.submissions.targets import last_name
from gradcheck.submissions.trees import walk

_ANEW = re.compile(r"(?P<name>\w+) = (?P<value>.*)\n\s*")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
_MADE = 0.1  # how much likelier a mistake is where a name was made than where it is used,
_EVADED = 0.4  # and in a helper that has to be done without than where that is called
_ITS_VALUE = "\0"  # stands for what a helper returns
_ALONE = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant)


def hoisted(program: Program, edit: Edit) -> Edit | None:
    """
    Move an edit of a name, or one that makes it anew, to the assignment that made it.

    Parameters
    ----------
    program : Program
    edit : Edit
        Of that program.

    Returns
    -------
    Edit or None
        None where it isn't of a name, takes another name for it, or the name isn't made by one assignment.
    """
    anew = _ANEW.fullmatch(edit.replacement)
    name = anew["name"] if anew else program.text[edit.start : edit.end]
    value = anew["value"] if anew else edit.replacement
    if not is_name(name) or is_name(value) or edit.root is None:
        return None
    found = made_once(program, name, program.scope(program.nodes[edit.root.statement]))
    if found is None or program.span(found[0])[1] > edit.start:
        return None
    giving, made = found
    source = program.segment(made)
    again = source if isinstance(made, _ALONE) else f"({source})"
    new = re.sub(rf"(?<![\w.]){re.escape(name)}\b", lambda _: again, value)
    if not isinstance(made, ast.Tuple | ast.GeneratorExp):  # a call's own parentheses are enough
        new = new.replace(f"(({source}))", f"({source})")
    root = Root(program.number(giving), program.number(made))
    return Edit(*program.span(made), new, edit.cost - _MADE, root, new)


def made_once(program: Program, name: str, function: ast.AST) -> tuple[ast.stmt, ast.expr] | None:
    """Find the assignment that gives a name, or an attribute, its value in a function, if it is the only one."""
    givings = [
        node
        for node in program.nodes
        if isinstance(node, ast.Assign | ast.AugAssign) and program.scope(node) is function
        if gives(program, node, name)
    ]
    made = _value_given(program, givings[0], name) if len(givings) == 1 else None
    return (givings[0], made) if made is not None else None


def into_helper(program: Program, edit: Edit) -> Edit | None:
    """
    Move an edit that does without a helper of the file's own, or makes more of what it gives, into that helper.

    So it is with one that hands it one thing for another.

    Returns
    -------
    Edit or None
        None where it replaces no call of a function that ends in returning an expression, where it calls that with
        anything else, unless only with its arguments in another order than their names have there, or where it
        takes more than what that is given, its own variables and what the file has everywhere.
    """
    call, new = _parsed(program.text[edit.start : edit.end]), _parsed(edit.replacement)
    if not isinstance(call, ast.Call) or call.keywords or new is None or edit.root is None:
        return None
    called = ast.unparse(call.func)
    name = called.rpartition(".")[2]
    helper = program.definitions.get(name) or _lambda(program, name)
    last = helper.body[-1] if isinstance(helper, ast.FunctionDef) else helper
    value = last.value if isinstance(last, ast.Return) else last.body if isinstance(last, ast.Lambda) else None
    if helper is None or last is None or value is None:
        return None
    arguments = [argument.arg for argument in helper.args.args]
    given = arguments[1:] if arguments[:1] == ["self"] else arguments
    source = program.segment(value)
    again = source if isinstance(value, _ALONE) else f"({source})"
    own_call = re.compile(rf"(?<![\w.]){re.escape(program.text[edit.start : edit.end])}")
    replacement = own_call.sub(_ITS_VALUE, edit.replacement)  # more may be made of what it gives
    handed, otherwise = (
        [ast.unparse(one) for one in each.args] if isinstance(each, ast.Call) else [] for each in (call, new)
    )
    if sum(map(str.__eq__, otherwise, given)) > sum(map(str.__eq__, handed, given)):
        return None  # in that order they are called as the helper calls them: it is the call that is wrong
    if _are_swapped(call, new) and {*given} & {*handed} and len(given) == len(handed):
        others = {name: given[handed.index(one)] for name, one in zip(given, otherwise, strict=True)}
        text = _NAME.sub(lambda word: others.get(word[0], word[0]), source)
    else:
        named = dict(zip(handed, given, strict=False))
        either = "|".join(re.escape(one) for one in sorted(named, key=len, reverse=True))
        argument = re.compile(rf"(?<![\w.])(?:{either})(?!\w)")
        text = argument.sub(lambda one: named[one[0]], replacement) if named else replacement
        text = text.replace(_ITS_VALUE, again)
    moved = _parsed(text)
    if moved is None or len(call.args) > len(given) or called in ast.unparse(moved):
        return None
    names = {node.id for node in walk(moved) if isinstance(node, ast.Name)}
    own = {node.id for node in names_given(walk(helper))}
    known = {*arguments, *own, *program.imported, *program.scopes.names(program.tree)}
    if not names & {*given, *own} or not names <= known:
        return None
    if text.startswith("(") and text.endswith(")") and _parsed(text[1:-1]) is not None:
        text = text[1:-1]
    root = Root(program.number(last), program.number(value))
    return Edit(*program.parenthesised(value), text, edit.cost - _EVADED, root, text)


def into_default(program: Program, edit: Edit) -> Edit | None:
    """
    Move an edit that hands a function of the file's own one option more to what that has by default.

    Returns
    -------
    Edit or None
        None where it does anything else to the call, or neither the option nor its default is a plain constant.
    """
    call, new = _parsed(program.text[edit.start : edit.end]), _parsed(edit.replacement)
    if not isinstance(call, ast.Call) or not isinstance(new, ast.Call) or not new.keywords:
        return None
    *others, option = new.keywords
    without = ast.Call(func=new.func, args=new.args, keywords=others)
    stem = call.func.value if isinstance(call.func, ast.Attribute) else None
    of_a_module = isinstance(stem, ast.Name) and stem.id in program.imported
    helper = None if of_a_module else program.definitions.get(last_name(call.func))
    if helper is None or ast.dump(without) != ast.dump(call):
        return None
    default = next((value for name, value in defaults(helper) if name == option.arg), None)
    if not isinstance(default, ast.Constant) or not isinstance(option.value, ast.Constant):
        return None
    return Edit(*program.span(default), ast.unparse(option.value), edit.cost - _EVADED)


def into_nothing(program: Program, edit: Edit) -> Edit | None:
    """
    Take a number for nothing by default, `l2=0`, instead of a statement away that does something with it.

    It may be kept in an attribute of the object; a parameter is one of that function.
    """
    if edit.replacement.strip() or edit.root is not None:
        return None
    within = [one for one in program.nodes if isinstance(one, ast.expr) and edit.covers(program.span(one))]
    read = {program.segment(one) for one in within if isinstance(one, ast.Name | ast.Attribute)}
    around = [one for node in within[:1] for one in program.ancestors(node)]
    classes = [one for one in around if isinstance(one, ast.ClassDef)][:1]
    own = [one for one in around if isinstance(one, ast.FunctionDef)][:1]
    for function in (*own, *(one for node in classes for one in node.body if isinstance(one, ast.FunctionDef))):
        kept = [pair for node in walk(function) for pair in values_given(node)]
        for name, value in defaults(function):
            used = {program.segment(one) for one, given in kept if program.segment(given) == name}
            used |= {name} if function in own else set()
            number = isinstance(value, ast.Constant) and isinstance(value.value, int | float)
            if isinstance(value, ast.Constant) and number and value.value and used & read:
                nothing = "False" if isinstance(value.value, bool) else "0"
                return Edit(*program.span(value), nothing, edit.cost - _EVADED)
    return None


def _lambda(program: Program, name: str) -> ast.Lambda | None:
    """The function that a name is given without a definition of its own, if it is given nothing else."""
    values = [
        node.value
        for node in program.nodes
        if isinstance(node, ast.Assign) and any(program.segment(one) == name for one in node.targets)
    ]
    return values[0] if len(values) == 1 and isinstance(values[0], ast.Lambda) else None


def _are_swapped(call: ast.Call, new: ast.expr) -> bool:
    """Whether two calls differ only in the order of what they hand on, each of it different."""
    if not isinstance(new, ast.Call):
        return False
    before, after = ([ast.unparse(one) for one in each.args] for each in (call, new))
    same = ast.unparse(call.func) == ast.unparse(new.func) and not new.keywords
    return same and sorted(before) == sorted(after) and len({*before}) == len(before) and before != after


def _parsed(text: str) -> ast.expr | None:
    """The expression that a text is, if it is one by itself."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None


def into_asked(program: Program, edit: Edit) -> Edit | None:
    """
    Move an edit that turns `option == "mean"` round to what the option has by default: that is `"mean"`, then.

    Returns
    -------
    Edit or None
        None of any other edit, or where the function has no such parameter with a constant by default.
    """
    changed = program.text[edit.start : edit.end]
    old, new = _parsed(changed), _parsed(edit.replacement)
    function = program.scope(program.nodes[edit.root.statement]) if edit.root is not None else None
    if not isinstance(old, ast.Compare) or not isinstance(new, ast.Compare) or not isinstance(old.left, ast.Name):
        return None
    turned = isinstance(old.ops[0], ast.Eq) and isinstance(new.ops[0], ast.NotEq)
    if not turned or ast.dump(old.left) != ast.dump(new.left) or not isinstance(function, ast.FunctionDef):
        return None
    meant = old.comparators[0]
    default = next((value for name, value in defaults(function) if name == old.left.id), None)
    if not isinstance(default, ast.Constant) or not isinstance(meant, ast.Constant):
        return None
    return Edit(
        *program.span(default), ast.get_source_segment(changed, meant) or ast.unparse(meant), edit.cost - _EVADED
    )


def makers(program: Program, edit: Edit) -> list[ast.stmt]:
    """Find the statements that gave an edited or removed one its names, or changed these, the nearest first."""
    if edit.root is not None:
        return makers_of(program, program.nodes[edit.root.statement])
    removed = [one for one in program.nodes if isinstance(one, ast.stmt) and not edit.replacement.strip()]
    removed = [one for one in removed if edit.covers(program.span(one))]
    return makers_of(program, removed[0]) if removed else []


def makers_of(program: Program, node: ast.AST, loops: bool = False) -> list[ast.stmt]:
    """The same for what a statement or an expression reads; the loops, too, that give it its names."""
    assert isinstance(node, ast.stmt | ast.expr)
    start, _ = program.span(node)
    used = {program.segment(one) for one in walk(node) if isinstance(one, ast.Name | ast.Attribute)}
    givings = [one for one in program.nodes if isinstance(one, ast.Assign | ast.AugAssign | ast.Expr | ast.For)]
    nearest: dict[str, ast.stmt] = {}
    for giving in (one for one in givings if loops or not isinstance(one, ast.For)):
        if program.scope(giving) is program.scope(node):
            for name in used & _stems_given(program, giving) if program.span(giving)[0] < start else ():
                nearest[name] = max(nearest.get(name, giving), giving, key=lambda one: one.lineno)
    found = {id(one): one for one in nearest.values()}.values()
    return sorted(found, key=lambda one: (-one.lineno, one.col_offset))


def callers_of(program: Program, node: ast.AST) -> list[ast.stmt]:
    """Find the statements that call the function which something stands in, if it reads what that is handed."""
    function = program.scope(node)
    if not isinstance(function, ast.FunctionDef):
        return []
    handed = {argument.arg for argument in function.args.args}
    read = {one.id for one in walk(node) if isinstance(one, ast.Name)}
    calls = (one for one in program.nodes if isinstance(one, ast.Call) and last_name(one.func) == function.name)
    found = (program.statement(one) for one in calls) if handed & read else ()
    return [one for one in found if one is not None]


def helpers(program: Program, edit: Edit) -> list[ast.stmt]:
    """
    Find what the file's own functions return whose calls an edit changes, the innermost first.

    What is handed to one, or made of what it gives, may make up for what is wrong in it.
    """
    calls = [node for node in program.nodes if isinstance(node, ast.Call)]
    inside = "\n" not in program.text[edit.start : edit.end]  # else it may put whole lines elsewhere
    around = [
        one for one in calls if edit.within(program.span(one)) or (inside and edit.covers(program.span(one)))
    ]
    around.sort(key=lambda one: program.span(one)[1] - program.span(one)[0])
    functions = [program.definitions.get(last_name(one.func)) for one in around]
    own = program.scope(around[0]) if around else None
    bodies = (walk(one) for one in functions if isinstance(one, ast.FunctionDef) and one is not own)
    returns = ([part for part in some if isinstance(part, ast.Return) and part.value] for some in bodies)
    return [max(some, key=lambda one: one.lineno) for some in returns if some]


def takers(program: Program, edit: Edit) -> list[ast.stmt]:
    """Find the statements behind an edited one, or in its loop, that use what it gives a name, nearest first."""
    if edit.root is None:
        return []
    statement = program.nodes[edit.root.statement]
    if not isinstance(statement, ast.Assign | ast.AugAssign | ast.For | ast.Expr):
        return []
    given = _stems_given(program, statement)
    functions = [one for one in program.ancestors(statement) if isinstance(one, ast.FunctionDef)]
    around = [program.scope(statement), *functions]  # an inner function may fill what the outer one goes through
    found = {
        one
        for node in program.nodes
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
        if program.segment(node) in given and program.scope(node) in around
        if (one := program.statement(node)) is not None and one.lineno > statement.lineno
    }
    return sorted(found, key=lambda one: (one.lineno, one.col_offset))


def _stems_given(program: Program, node: ast.stmt) -> set[str]:
    """What a statement gives or changes: of `a[0] = b` and `a.append(b)` it is `a`, of a call its `out`, too."""
    if isinstance(node, ast.For):
        return {*turn_names(node)}
    options = node.value.keywords if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else []
    given = {program.segment(option.value) for option in options if option.arg == "out"}
    given |= filled(node, program.definitions) if isinstance(node, ast.Expr) else set()
    return given | {program.segment(base(target)) for target in targets(node)}


def _value_given(program: Program, statement: ast.AST, name: str) -> ast.expr | None:
    """What an assignment gives a name."""
    pairs = values_given(statement)
    return next((given for target, given in pairs if program.segment(target) == name), None)
