"""What an expression is worth in a state. Every fault is a BadValue with one sentence."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from tui_transformer.controls import BadValue
from tui_transformer.lessons import tree
from tui_transformer.lessons.functions import FUNCTIONS, Thing, alike, finite, kind, numbers
from tui_transformer.lessons.grammar import shown
from tui_transformer.lessons.scope import Scope

_ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.float_power,
}
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def evaluate(node: tree.Node, scope: Scope) -> Thing:
    """Work an expression out: a number, a text, yes or no, none, an array, a list or a mapping."""
    match node:
        case tree.Literal():
            return finite(node.value, shown(node.text)) if _is_number(node.value) else node.value
        case tree.Name():
            return scope.look(node)
        case tree.Pinned():
            return finite(node.find(scope.model), shown(node.text))
        case tree.Place():
            return _at(node, scope)
        case tree.Call():
            given = [evaluate(one, scope) for one in node.arguments]
            return FUNCTIONS[node.function](given, shown(node.text))
        case tree.Negative():
            return -numbers(evaluate(node.inner, scope), shown(node.inner.text))
        case tree.Chain():
            return _calculated(node, scope)
        case tree.Not():
            return not condition(node.inner, scope)
        case tree.Compare():
            return compared(node, scope)
        case tree.Logic():
            each = (condition(part, scope) for part in node.parts)
            return all(each) if node.sign == "and" else any(each)
    raise AssertionError(node)


def condition(node: tree.Node, scope: Scope) -> bool:
    """Work out what must be yes or no."""
    found = evaluate(node, scope)
    if isinstance(found, bool):
        return found
    raise BadValue(f"{shown(node.text)} is {kind(found)}, not a condition.")


def _is_number(thing: Thing) -> bool:
    return isinstance(thing, float)


# ── arithmetic and comparing ───────────────────────────────────────────────────────────


def _calculated(node: tree.Chain, scope: Scope) -> Thing:
    result = numbers(evaluate(node.first, scope), shown(node.first.text))
    for sign, part in node.rest:
        other = numbers(evaluate(part, scope), shown(part.text))
        shapes = {np.shape(result), np.shape(other)} - {()}
        if len(shapes) > 1:
            raise BadValue(
                f"{shown(node.text)} puts {kind(result)} and {kind(other)} together, "
                "which differ in shape."
            )
        if sign == "/" and not np.all(other):
            raise BadValue(f"{shown(node.text)} divides by zero.")
        with np.errstate(all="ignore"):
            result = finite(_ARITHMETIC[sign](result, other), shown(node.text))
    return result


def compared(node: tree.Compare, scope: Scope) -> bool:
    """Work a comparison out; of several in a chain all must hold."""
    left, before = evaluate(node.first, scope), node.first
    for sign, part in node.rest:
        right = evaluate(part, scope)
        if not _holds(sign, left, right, (before, part)):
            return False
        left, before = right, part
    return True


def _holds(sign: str, left: Thing, right: Thing, nodes: tuple[tree.Node, tree.Node]) -> bool:
    if sign in ("==", "!="):
        return _same(left, right, shown(nodes[0].text)) == (sign == "==")
    for thing, node in zip((left, right), nodes, strict=True):
        if not _is_number(thing):
            raise BadValue(f"{shown(node.text)} is {kind(thing)}; {sign} compares numbers.")
    return _ORDER[sign](left, right)


def _same(left: Thing, right: Thing, text: str) -> bool:
    if left is None or right is None:
        return left is right
    if isinstance(left, list | np.ndarray) and isinstance(right, list | np.ndarray):
        pairs = zip(left, right, strict=False)
        return len(left) == len(right) and all(_same(_bare(a), _bare(b), text) for a, b in pairs)
    if type(left) is not type(right):
        raise BadValue(f"{text} is {kind(left)}, and never {kind(right)}.")
    return alike(left, right) if _is_number(left) else bool(left == right)


def _bare(thing: Thing) -> Thing:
    """Take an element of an array as a plain float."""
    return float(thing) if isinstance(thing, np.floating) else thing


# ── places ─────────────────────────────────────────────────────────────────────────────


def _at(node: tree.Place, scope: Scope) -> Thing:
    found, text = evaluate(node.base, scope), node.base.text
    labels = scope.labels(node.base) if isinstance(node.base, tree.Name) else ()
    for step in node.steps:
        found = _one(found, evaluate(step, scope), shown(text), labels)
        text, labels = f"{text}[{step.text}]", ()
    return found


def _one(found: Thing, step: Thing, text: str, labels: Any) -> Thing:
    if isinstance(found, Mapping):
        if not isinstance(step, str) or step not in found:
            raise BadValue(f"{text} has no {_place(step)}; it has {shown(', '.join(found))}.")
        return found[step]
    if isinstance(step, str) and step in labels:
        step = float(labels.index(step))
    if not isinstance(found, str | list | np.ndarray):
        raise BadValue(f"{text} is {kind(found)} and has no places.")
    if not _is_number(step) or step != round(step):
        raise BadValue(f"{text} has places from 0 on, and no {_place(step)}.")
    if not -len(found) <= step < len(found):
        raise BadValue(f"{text} has {len(found):,} places, and no {_place(step)}.")
    return _bare(found[int(step)])


def _place(step: Thing) -> str:
    if isinstance(step, str):
        return f'["{shown(step)}"]'
    return f"[{step:g}]" if _is_number(step) else f"place that is {kind(step)}"
