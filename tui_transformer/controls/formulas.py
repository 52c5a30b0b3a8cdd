"""Controls that hold a formula, numbers by name, and a choice of one of these names."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tui_transformer.controls.base import BadValue, Control, Index, declare
from tui_transformer.controls.scalars import Real, write_real
from tui_transformer.controls.typed import read_real
from tui_transformer.controls.words import Sampled
from tui_transformer.numbers import number
from tui_transformer.records import dataclass
from tui_transformer.text import and_list, shorten, visible

Names = Callable[[Any], tuple[str, ...]]  # the names that there are, as the model says
MISSING = 1.0  # what a name stands for until it is given a number
_PAIR = re.compile(r"[\s,;]*([^\s,;=]+)\s*=\s*([^\s,;=]+)")


@dataclass(frozen=True, kw_only=True)
class Formula(Sampled):
    """Arithmetic with names; `read` raises BadValue, with a sentence, for what is none."""

    read: Callable[[str], object]
    grammar: str

    def parse(self, text: str, scope: object) -> str:
        return self.clean(" ".join(text.split()), scope)

    def clean(self, value: Any, scope: object) -> str:
        """Pass a formula on, or say in one sentence what is wrong with it."""
        text = self.fitting(str(value))
        self.read(text)
        return text

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> str:
        return self.nudge(value, 1, scope)

    def domain(self, scope: object) -> str:
        return self.grammar


@dataclass(frozen=True, kw_only=True)
class Assigned(Control):
    """A number for each of some names, kept as people write it: `w=0.5 x=2`.

    What is typed may name a few: the others keep their numbers.
    """

    low: float
    high: float
    typical: tuple[float, float]
    names: Names
    step: float = 0.1
    kind = "text"
    fine = 0.1

    def element(self, name: str, low: float | None = None, high: float | None = None) -> Real:
        """What one of the numbers is."""
        bottom = self.low if low is None else low
        top = self.high if high is None else high
        return Real(default=0.0, help=self.help, name=name, low=bottom, high=top, step=self.step)

    def numbers(self, value: Any) -> Mapping[str, float]:
        """The numbers by name, in their order."""
        pairs = (pair.partition("=") for pair in value.split())
        return {name: float(x) for name, _, x in pairs}

    def parse(self, text: str, scope: object) -> str:
        known, end = self.names(scope), 0
        numbers = dict(self.numbers(getattr(scope, self.name)))
        while pair := _PAIR.match(text, end):
            name, typed = pair.groups()
            if name not in known:
                break
            numbers[name] = self.element(name).take(read_real(typed, name), scope)
            end = pair.end()
        if rest := text[end:].strip(" ,;\n\t"):
            listed = and_list([f"{name}=…" for name in known])
            raise BadValue(
                f"{self.name} takes {shorten(listed, 60)}; “{visible(shorten(rest, 20))}” is not."
            )
        return self.clean(self._written(numbers), scope)

    def clean(self, value: Any, scope: object) -> str:
        """Keep what has a name, in the names' order; a name without a number gets 1."""
        given = self.numbers(value)
        settled = {
            name: self.element(name).clean(given.get(name, MISSING), scope)
            for name in self.names(scope)
        }
        return self._written(settled)

    @staticmethod
    def _written(numbers: Mapping[str, float]) -> str:
        return " ".join(f"{name}={write_real(x)}" for name, x in numbers.items())

    def _changed(self, value: str, index: Index, change: Callable[[Real, float], float]) -> str:
        numbers = dict(self.numbers(value))
        name = list(numbers)[index if isinstance(index, int) else 0]
        numbers[name] = change(self.element(name), numbers[name])
        return self._written(numbers)

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> str:
        return self._changed(value, index, lambda one, x: one.nudge(x, amount, scope))

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> str:
        return self._changed(value, index, lambda one, x: one.place(x, fraction, scope))

    def randomise(self, value: Any, rng: "np.random.Generator", scope: object) -> str:
        drawn = {
            name: self.element(name, *self.typical).randomise(x, rng, scope)
            for name, x in self.numbers(value).items()
        }
        return self._written(drawn)

    def knobs(self, value: Any) -> list[Index]:
        return list(range(len(self.numbers(value))))

    def at(self, value: Any, index: Index) -> Any:
        return value if not isinstance(index, int) else list(self.numbers(value).values())[index]

    def called(self, value: Any, index: Index) -> str:
        return list(self.numbers(value))[index] if isinstance(index, int) else ""

    def show(self, value: Any, index: Index = None) -> str:
        return visible(value) if index is None else number(self.at(value, index))

    def fraction(self, value: Any, scope: object, index: Index = None) -> float | None:
        if index is None:
            return None
        return self.element(self.name).fraction(self.at(value, index), scope)

    def domain(self, scope: object) -> str:
        return f"name=number, set apart by spaces, from {number(self.low)} to {number(self.high)}"


@dataclass(frozen=True, kw_only=True)
class Pick(Control):
    """One of the names that the model has; the first, where what was picked is gone."""

    names: Names
    kind = "choice"

    def parse(self, text: str, scope: object) -> str:
        names = self.names(scope)
        if text.strip() not in names:
            raise BadValue(f"{self.name} is one of {', '.join(names)}.")
        return text.strip()

    def clean(self, value: Any, scope: object) -> str:
        names = self.names(scope)
        return value if value in names else names[0]

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> str:
        names = self.names(scope)
        return names[(names.index(value) + (1 if amount > 0 else -1)) % len(names)]

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> str:
        return self.nudge(value, 1, scope)

    def randomise(self, value: Any, rng: "np.random.Generator", scope: object) -> str:
        names = self.names(scope)
        return names[int(rng.integers(len(names)))]

    def domain(self, scope: object) -> str:
        return "one of " + ", ".join(self.names(scope))


def formula(
    default: str,
    read: Callable[[str], object],
    *,
    samples: tuple[str, ...],
    max_length: int,
    grammar: str,
    help: str,
) -> Any:
    """Declare arithmetic with names, which `read` understands or refuses."""
    return declare(
        Formula(
            default=default,
            read=read,
            samples=samples,
            max_length=max_length,
            grammar=grammar,
            help=help,
        )
    )


def assigned(
    default: str,
    names: Names,
    low: float,
    high: float,
    *,
    typical: tuple[float, float],
    help: str,
) -> Any:
    """Declare a number for each of the names that the model has, written `w=0.5 x=2`."""
    control = Assigned(default=default, names=names, low=low, high=high, typical=typical, help=help)
    return declare(control)


def pick(default: str, names: Names, *, help: str) -> Any:
    """Declare a choice of one of the names that the model has."""
    return declare(Pick(default=default, names=names, help=help))
