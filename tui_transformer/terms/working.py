"""How a number came about, level by level, down to what a person set.

A working is the arithmetic of one number. Its operands have names, and each may have a working of
its own, which is worked out when somebody asks. The way ends at a control, at a weight, at a
number drawn by chance or at a constant.
"""

import math
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Literal

from tui_transformer.records import dataclass
from tui_transformer.terms.gradients import gradients
from tui_transformer.terms.term import Number, Term, as_number
from tui_transformer.terms.written import shown

Leaf = Literal["control", "weight", "draw", "constant"]
DOUBLE, SINGLE = 2.0**-53, 2.0**-24  # half a unit in the last place of float64 and float32


@dataclass(frozen=True, eq=False)
class Working:
    """How one number comes about, in the precision (`unit`, a rounding) it was computed in.

    `symbols` is the formula, `term` the same with today's numbers, `value` what was computed,
    `of` the name of the model's value that the number belongs to, and `called` its own name;
    `label` is that name as people say it, where its place has a name.
    """

    symbols: str
    term: Term
    value: Number
    of: str = ""
    unit: float = DOUBLE
    called: str = ""
    label: str = ""

    @property
    def shown(self) -> str:
        """The arithmetic as people write it."""
        return shown(self.term)

    @property
    def name(self) -> str:
        """What the number is called: by its own name, or by the left side of its formula."""
        return self.called or self.symbols.partition(" = ")[0]

    @property
    def said(self) -> str:
        """What people call the number."""
        return self.label or self.name

    @cached_property
    def tolerance(self) -> float:
        """How far the arithmetic may be from the value: what rounding can make of its terms.

        Each term is rounded once or a few times, and moves the result by its slope. So a bias
        that was forgotten is told from a float32.
        """
        sizes = (abs(t.value * slope) for t, slope in gradients(self.term).items() if t.value)
        size = math.fsum(x for x in sizes if math.isfinite(x))
        return max(1e-9 * abs(self.value), 8 * self.unit * size)

    @property
    def holds(self) -> bool:
        """Whether the arithmetic gives the value."""
        mine, given = float(self.term.value), float(self.value)
        return (
            mine == given
            or (mine != mine and given != given)
            or (abs(mine - given) <= self.tolerance)
        )


@dataclass(frozen=True, eq=False)
class Operand(Term):
    """A number with a name; `source` is what it is, or works out how it came about."""

    name: str = ""
    source: Leaf | Callable[[], Working] = "constant"
    label: str = ""

    @property
    def said(self) -> str:
        """What people call it: by the name of its place, where that has one."""
        return self.label or self.name

    @cached_property
    def working(self) -> Working | None:
        """How it came about, worked out once; None where the way ends here."""
        return None if isinstance(self.source, str) else self.source()

    def why(self) -> Working:
        """How it came about; a number that ends the way stands for itself."""
        name, said = self.name, self.said
        return self.working or Working(said, self, self.value, called=name, label=said)

    @property
    def is_leaf(self) -> bool:
        """Whether the way down ends here."""
        return isinstance(self.source, str)

    @property
    def kind(self) -> str:
        """Where it comes from, in one word."""
        return self.source if isinstance(self.source, str) else "working"

    def behind(self) -> tuple[Term, ...]:
        """What it is made of, one level down."""
        return (self.working.term,) if self.working is not None else ()


def operand(name: str, x: Number, source: Leaf | Callable[[], Working] = "constant") -> Operand:
    """Name a number, and say where it comes from."""
    return Operand(as_number(x), name=name, source=source)


def operands(term: Term) -> Iterator[Operand]:
    """List the named numbers of one level, in the order in which they are written, each once."""
    seen: set[str] = set()
    waiting = [term]
    while waiting:
        here = waiting.pop()
        if not isinstance(here, Operand):
            waiting += reversed(here.of)
        elif here.name not in seen:
            seen.add(here.name)
            yield here
