"""The parts of an expression of lessons, as `grammar` finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple

from tui_transformer.records import dataclass

if TYPE_CHECKING:
    from tui_transformer.model import Model


@dataclass(frozen=True)
class Node:
    """A part of an expression; `text` is what was written."""

    text: str


@dataclass(frozen=True)
class Literal(Node):
    """A number, a text, `yes`, `no` or `none`."""

    value: float | str | bool | None


@dataclass(frozen=True)
class Name(Node):
    """A value or a control, in the present state or (`was`) in the one before."""

    name: str
    was: bool = False
    control: bool = False


@dataclass(frozen=True)
class Pinned(Node):
    """A number of a screen, found by the name of its working; nobody writes it in a file."""

    find: Callable[[Model], float]


@dataclass(frozen=True)
class Place(Node):
    """What stands at a place of something."""

    base: Node
    steps: tuple[Node, ...]


@dataclass(frozen=True)
class Call(Node):
    """A function of one thing or several."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Negative(Node):
    """A number with the other sign."""

    inner: Node


@dataclass(frozen=True)
class Not(Node):
    """The opposite of a condition."""

    inner: Node


class Step(NamedTuple):
    """A sign and what stands behind it."""

    sign: str
    node: Node


@dataclass(frozen=True)
class Chain(Node):
    """Sums, products or a power, from the left to the right."""

    first: Node
    rest: tuple[Step, ...]


@dataclass(frozen=True)
class Compare(Node):
    """A comparison, or several that all must hold: 0 < x < 1."""

    first: Node
    rest: tuple[Step, ...]


@dataclass(frozen=True)
class Logic(Node):
    """Conditions joined by `and`, or by `or`."""

    sign: str
    parts: tuple[Node, ...]


def names(node: Node) -> Iterator[Name]:
    """List every name in an expression, as often as it comes."""
    if isinstance(node, Name):
        yield node
    for field in fields(node):
        for below in _nodes(getattr(node, field.name)):
            yield from names(below)


def _nodes(part: object) -> Iterator[Node]:
    if isinstance(part, Node):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _nodes(each)
