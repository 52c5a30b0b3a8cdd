"""Doing: whether a state meets a task, part by part with live values, and whether one key does."""

from collections.abc import Iterator
from typing import Final

from tui_transformer.controls import BadValue
from tui_transformer.lessons.change import apply
from tui_transformer.lessons.evaluate import condition, evaluate
from tui_transformer.lessons.functions import Thing
from tui_transformer.lessons.records import Do
from tui_transformer.lessons.scope import Scope
from tui_transformer.lessons.tree import Compare, Literal, Logic, Negative, Node
from tui_transformer.model import Model
from tui_transformer.records import dataclass

KEYS: Final = {"←": -1, "→": 1, "shift+←": -10, "shift+→": 10}


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a comparison: the sign before it, what is written, what it is worth.

    `is_written` says that what is written is the worth itself: a number, a text.
    """

    sign: str
    text: str
    value: Thing
    is_written: bool


@dataclass(frozen=True, eq=False)
class Part:
    """One part of a task in a state: whether it holds, and what its sides are worth there.

    `sides` are those of a comparison, from the left to the right. `problem` says why it cannot
    be told.
    """

    text: str
    holds: bool
    sides: tuple[Side, ...] = ()
    problem: str = ""


def parts(do: Do, model: Model) -> tuple[Part, ...]:
    """Look at each part of the `and` by itself."""
    scope = Scope(model)
    return tuple(_part(node, scope) for node in split(do.condition))


def reached(do: Do, model: Model) -> bool:
    """Say whether a state meets the task; one in which that cannot be told does not."""
    try:
        return condition(do.condition, Scope(model))
    except BadValue:
        return False


def split(node: Node) -> tuple[Node, ...]:
    """Take an expression apart at its outermost `and`."""
    return node.parts if isinstance(node, Logic) and node.sign == "and" else (node,)


def _part(node: Node, scope: Scope) -> Part:
    try:
        return Part(node.text, condition(node, scope), _sides(node, scope))
    except BadValue as problem:
        return Part(node.text, False, problem=str(problem))


def _sides(node: Node, scope: Scope) -> tuple[Side, ...]:
    if not isinstance(node, Compare):
        return ()
    return tuple(
        Side(sign, part.text, evaluate(part, scope), _is_written(part))
        for sign, part in (("", node.first), *node.rest)
    )


def _is_written(part: Node) -> bool:
    """Say whether a part is a number or a text as it stands; −0.5 is one, too."""
    return isinstance(part.inner if isinstance(part, Negative) else part, Literal)


def solved(do: Do, model: Model) -> Model:
    """The state that the lesson's own solution leads to. Raises BadValue where it cannot be."""
    return apply(do.solution, model)


def allowed(do: Do, model: Model) -> tuple[str, ...]:
    """List the controls that may be changed."""
    return do.only or tuple(model.controls())


def one_key(do: Do, model: Model) -> Iterator[str]:
    """List the single keys that would do: each arrow, with and without shift, at each control."""
    for name in allowed(do, model):
        control = model.controls()[name]
        for index in control.knobs(getattr(model, name)):
            for key, amount in KEYS.items():
                value = control.nudge(getattr(model, name), amount, model, index)
                if reached(do, model.replace(**{name: value})):
                    at = "" if index is None else f"[{str(index).strip('()')}]"
                    yield f"{key} at {name}{at}"
