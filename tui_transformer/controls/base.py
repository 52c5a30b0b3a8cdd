"""What every kind of control can do, and how limits are worked out."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, field
from typing import Any, ParamSpec

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.records import dataclass

Limit = float | Callable[[Any], float]  # a number, or a function of the controls before it
Index = int | tuple[int, int] | None
# What the places along one axis are called: their names, the name of a vector that has the same
# places, or a function of the model that gives them; None where they have no names of their own.
Axis = tuple[str, ...] | str | Callable[[Any], Sequence[str]] | None
Vector = Array
Matrix = Array
P = ParamSpec("P")


class BadValue(ValueError):
    """Something a person gave that cannot be used; its text is the sentence they read."""


def resolve(limit: Limit, scope: Any) -> float:
    """Work a limit out: a number, or what a function makes of the model."""
    return float(limit(scope) if callable(limit) else limit)


@dataclass(frozen=True)
class Control:
    """One thing a person can change; `name` is given by the model that declares it."""

    default: Any
    _: KW_ONLY
    help: str
    name: str = ""
    costly: bool = False  # whether it makes one wait: never drawn by chance
    labels: tuple[Axis, ...] = ()  # what its places are called, an axis each
    kind = "control"
    fine = 1.0  # the least part of a step that a hand can turn it by
    opens_files = False  # whether what is typed may name a file

    def parse(self, text: str, scope: object) -> Any:
        """Read a typed value, or say in one sentence why it cannot be used."""
        raise NotImplementedError

    def format(self, value: Any) -> str:
        """Write a value so that `parse` reads exactly the same one."""
        return str(value)

    def show(self, value: Any, index: Index = None) -> str:
        """Write a value, or one element of it, for the narrow column on the screen."""
        return self.format(value)

    def clean(self, value: Any, scope: object) -> Any:
        """Pull a value into the domain; raise only where the program itself is wrong."""
        raise NotImplementedError

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> Any:
        """Move a value by so many steps, staying in the domain."""
        raise NotImplementedError

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> Any:
        """Take the value at a fraction (0..1) of the gauge, as a click on it does."""
        return value

    def randomise(self, value: Any, rng: "np.random.Generator", scope: object) -> Any:
        """Draw a sensible value."""
        return value

    def domain(self, scope: object) -> str:
        """Describe what may be typed."""
        return ""

    def fraction(self, value: Any, scope: object, index: Index = None) -> float | None:
        """Say how far along its range a value is, 0..1; None where that means nothing."""
        return None

    def knobs(self, value: Any) -> list[Index]:
        """List what can be nudged by itself: one thing, or every element."""
        return [None]

    def called(self, value: Any, index: Index) -> str:
        """What an element is called, where that is more than the name of its place."""
        return ""

    def numbers(self, value: Any) -> Any:
        """The numbers in a value, by the places at which they are asked for."""
        return value

    def at(self, value: Any, index: Index) -> Any:
        """Pick one element of a value."""
        return value if index is None else value[index]


def declare(control: Control) -> Any:
    """Make a field of a model of a control."""
    return field(default=control.default, metadata={"control": control})


def declaring(kind: Callable[P, Control]) -> Callable[P, Any]:
    """Make the function that declares a kind of control; it takes what the kind takes."""
    return lambda *settings, **named: declare(kind(*settings, **named))
