"""Who confirms the answers of the quiz: reads what is printed, and knows nothing of lessons.

An expression is taken as Python reads it, and worked out in plain arithmetic on what `--json`
prints; a change is made on what is printed of the controls. The values themselves are confirmed
by `tests/claims`, which works each of them out by other means.
"""

import ast
import math
import operator
import re
import shlex
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np

from tests.claims.book import State, claims, opened

OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: lambda a, b: alike(a, b),
    ast.NotEq: lambda a, b: not alike(a, b),
}
WORDS: Mapping[str, Any] = {"yes": True, "no": False, "none": None}
DIRECTIONS = {"larger", "smaller", "the same"}


def flat(found: Any) -> list[float]:
    return [float(x) for x in np.ravel(found)]


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": lambda x: _plain(np.abs(x)),
    "sqrt": lambda x: _plain(np.sqrt(x)),
    "log": lambda x: _plain(np.log(x)),
    "exp": lambda x: _plain(np.exp(x)),
    "sum": lambda *xs: math.fsum(flat(xs)),
    "mean": lambda *xs: math.fsum(flat(xs)) / len(flat(xs)),
    "max": lambda *xs: max(flat(xs)),
    "min": lambda *xs: min(flat(xs)),
    "len": len,
    "argmax": lambda xs: flat(xs).index(max(flat(xs))),
    "argmin": lambda xs: flat(xs).index(min(flat(xs))),
    "round": lambda x, digits=0: rounded(x, digits),
}


def rounded(x: float, digits: int) -> float:
    """Halves away from zero."""
    return float(Decimal(repr(float(x))).quantize(Decimal(10) ** -int(digits), ROUND_HALF_UP))


def alike(a: Any, b: Any) -> bool:
    """The same text, the same truth, or the same number to nine digits."""
    if isinstance(a, bool | str) or isinstance(b, bool | str) or a is None or b is None:
        return type(a) is type(b) and bool(a == b)
    return bool(abs(a - b) <= 1e-9 * max(abs(a), abs(b)))


def worth(expression: str, state: State) -> Any:
    """What an expression is worth in a state."""
    return _worth(ast.parse(expression, mode="eval").body, state)


def _worth(node: ast.expr, state: State) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return WORDS[node.id] if node.id in WORDS else _named(node.id, state)
        case ast.Attribute(value=ast.Name(id="control")):
            return getattr(state.controls, node.attr)
        case ast.UnaryOp(op=ast.USub()):
            return -_worth(node.operand, state)
        case ast.UnaryOp(op=ast.Not()):
            return not _worth(node.operand, state)
        case ast.BinOp():
            left, right = (np.asarray(_worth(one, state)) for one in (node.left, node.right))
            return _plain(OPERATORS[type(node.op)](left.astype(float), right.astype(float)))
        case ast.BoolOp():
            each = [_worth(one, state) for one in node.values]
            return all(each) if isinstance(node.op, ast.And) else any(each)
        case ast.Compare():
            sides = [_worth(one, state) for one in (node.left, *node.comparators)]
            return all(
                OPERATORS[type(op)](a, b)
                for op, a, b in zip(node.ops, sides, sides[1:], strict=False)
            )
        case ast.Call(func=ast.Name()):
            return FUNCTIONS[node.func.id](*(_worth(one, state) for one in node.args))
        case ast.Subscript():
            found = _worth(node.value, state)
            steps = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            for step in steps:
                at = _worth(step, state)
                found = found[at if isinstance(at, str) else int(at)]
            return found
    raise AssertionError(ast.dump(node))


def _plain(found: Any) -> Any:
    return float(found) if np.ndim(found) == 0 else found


def _named(name: str, state: State) -> Any:
    values, controls = vars(state.values), vars(state.controls)
    return values[name] if name in values else controls[name]


def changed(record: Mapping[str, Any]) -> State:
    """The state after the change that is asked about."""
    start = opened(record["link"])
    controls = dict(vars(start.controls))
    names = []
    for word in shlex.split(record["task"]["after"]):
        match = re.fullmatch(r"(\w+)(?:\[([-\d,]+)\])?(\+=|\*=|=)(.*)", word, re.DOTALL)
        assert match is not None, word
        name, place, sign, value = match.groups()
        names.append(name)
        if sign == "=" and place is None:
            controls[name] = value
            continue
        numbers = np.array(controls[name], dtype=float)
        at = tuple(int(i) for i in place.split(",")) if place else ...
        by = float(value)
        numbers[at] = {"=": lambda _, b=by: b, "+=": lambda x, b=by: x + b,
                       "*=": lambda x, b=by: x * b}[sign](numbers[at])  # fmt: skip
        controls[name] = numbers.tolist()
    words = (shlex.quote(f"{name}={_written(controls[name])}") for name in dict.fromkeys(names))
    return opened(f"{record['link']} {' '.join(words)}")


def _written(thing: Any) -> str:
    """A control as a command line has it."""
    if not isinstance(thing, list):
        return repr(thing) if isinstance(thing, float) else str(thing)
    rows = thing if isinstance(thing[0], list) else [thing]
    return ";".join(",".join(repr(float(x)) for x in row) for row in rows)


def confirm(record: Mapping[str, Any]) -> None:
    """See that the answer of a question is what the two states say, and only that."""
    task, was, now = record["task"], opened(record["link"]), changed(record)
    concept = record["link"].split()[1]
    _confirm_values(concept, task["expression"], was, now)
    after = worth(task["expression"], now)
    if task["choices"] is None:
        assert alike(after, task["answer"]), f"{after} against {task['answer']}"
        return
    meanings = task["meanings"]
    if set(meanings) <= DIRECTIONS:
        before = worth(task["expression"], was)
        same = alike(before, after) or abs(after - before) <= (task["tolerance"] or 0)
        fits = [m == ("the same" if same else "larger" if after > before else "smaller")
                for m in meanings]  # fmt: skip
    else:
        fits = [_means(meaning, after) for meaning in meanings]
    assert sum(fits) == 1, f"{after} against {meanings}"
    assert task["choices"][fits.index(True)] == task["answer"]


def _means(meaning: str, after: Any) -> bool:
    if isinstance(after, bool) or after is None:
        return meaning == {True: "yes", False: "no", None: "none"}[after]
    if isinstance(after, str):
        return meaning == after
    text = meaning.replace("−", "-").replace(",", "")
    if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", text):
        return False
    digits = -int(Decimal(text).as_tuple().exponent)
    return alike(rounded(after, digits), float(text))


def _confirm_values(concept: str, expression: str, *states: State) -> None:
    """Let the claims of the concept work out every value that is asked about."""
    used = {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}
    checks = [oracle.check for oracle in claims(concept).oracles if used & {*oracle.names}]
    assert checks, f"nobody works out {expression}"
    for state in states:
        for check in checks:
            check(state)
