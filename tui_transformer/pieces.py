"""What panels are made of, as frozen data: marks on a plane, cells of a table, tokens."""

from collections.abc import Callable, Sequence
from dataclasses import field
from enum import Enum
from typing import Any, Literal

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.numbers import alike
from tui_transformer.records import dataclass
from tui_transformer.terms import Operand, Working

# What a coloured thing is. The palette gives each its colour, on every screen the same.
Role = Literal[
    "plain",
    "muted",
    "first",
    "second",
    "third",
    "fourth",
    "input",
    "output",
    "query",
    "key",
    "value",
    "target",
    "gradient",
    "good",
    "bad",
    "cursor",
]
Style = Literal["number", "probability", "integer", "text"]
_NUMERIC = (int, float, np.integer, np.floating)
LazyWorking = Working | Callable[[], Working]


def hidden(default: Any = None) -> Any:
    """A field that does not count when two panels are compared."""
    return field(default=default, compare=False)


# ── marks: what can lie in a plot or a field ───────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Line:
    """A curve through points; NaN breaks it."""

    x: Sequence[float] | Array
    y: Sequence[float] | Array
    role: Role = "first"
    label: str = ""
    dim: bool = False


@dataclass(frozen=True, eq=False)
class Points:
    """Separate points, each drawn as one character; `labels` stand beside them."""

    x: Sequence[float] | Array
    y: Sequence[float] | Array
    role: Role = "first"
    label: str = ""
    marker: str = "●"
    labels: tuple[str, ...] = ()
    dim: bool = False


@dataclass(frozen=True, eq=False)
class Columns:
    """Vertical bars from zero, as in a histogram; `x` are their middles."""

    x: Sequence[float] | Array
    y: Sequence[float] | Array
    role: Role = "first"
    label: str = ""
    dim: bool = False


@dataclass(frozen=True, eq=False)
class Rule:
    """A straight line across the whole plot at one x (upright) or one y."""

    at: float
    upright: bool = False
    role: Role = "muted"
    label: str = ""
    dim: bool = False


@dataclass(frozen=True, eq=False)
class Arrow:
    """An arrow from one point to another."""

    x0: float
    y0: float
    x1: float
    y1: float
    role: Role = "first"
    label: str = ""
    dim: bool = False


@dataclass(frozen=True, eq=False)
class Note:
    """A short text at a point."""

    x: float
    y: float
    text: str
    role: Role = "plain"
    dim: bool = False


Mark = Line | Points | Columns | Rule | Arrow | Note


@dataclass(frozen=True)
class Axis:
    """One axis; without limits it fits the marks. `log` axes show powers of ten.

    On a `blank` one the height of a mark means nothing, and no number stands there.
    """

    label: str = ""
    low: float | None = None
    high: float | None = None
    log: bool = False
    blank: bool = False


RING = "◦"  # where a point stood before, or a bar ended


# ── cells and tokens ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Bar:
    """A bar in a table cell, from zero to `value` on a range; `marks` are drawn across it.

    `before` is where it ended in the state it is compared with.
    """

    value: float
    low: float = 0.0
    high: float = 1.0
    marks: tuple[float, ...] = ()
    before: float | None = None


def is_number(content: object) -> bool:
    """Say whether what is in a cell is a number; yes and no are not."""
    if type(content) is float:
        return True  # most are
    return isinstance(content, _NUMERIC) and not isinstance(content, bool)


class Absent(Enum):
    """What stood in a cell that was not there, or empty."""

    NEW = "new"


NEW = Absent.NEW


@dataclass(frozen=True)
class Cell:
    """One cell of a table: a number with its working, a text, or a bar.

    The text of a row's first cell names the row when states are compared; `key` does where
    that text changes with the state. `before` is what stood here in the state it is compared
    with: None where nothing is compared.
    """

    content: float | str | Bar | None
    style: Style = "number"
    decimals: int = 6
    role: Role = "plain"
    working: LazyWorking | None = hidden()
    before: float | str | Absent | None = None
    key: str = ""

    @property
    def changed(self) -> bool:
        """Say whether something else stands here than before."""
        now, before = self.content, self.before
        if before is None or isinstance(now, Bar):
            return isinstance(now, Bar) and now.before is not None
        if is_number(now) and is_number(before):
            return not alike(now, before)  # type: ignore[arg-type]
        return now != before


def cell(
    number: Operand,
    style: Style = "number",
    decimals: int = 6,
    role: Role = "plain",
    key: str = "",
) -> Cell:
    """Show a number that knows how it came about; what somebody set is only shown."""
    working = None if number.is_leaf else number.why
    return Cell(number.value, style, decimals, role, working, key=key)


@dataclass(frozen=True)
class Column:
    """One column of a table; a bar column takes the room that is left.

    `key` is its name where its title changes with the state. Where room is short, the title is
    `short`; then columns of a higher `rank` go first, and of one rank those further right.
    """

    title: str
    role: Role = "plain"
    bar: bool = False
    key: str = ""
    rank: int = 1
    short: str = ""


@dataclass(frozen=True)
class Token:
    """One piece of text in a colour of its own; `group` picks the colour, `strength` 0..1
    shades it instead, `note` stands under it.

    `sign` says how it differs from before: + is new, ▲ and ▼ are shades, ≠ is another note.
    """

    text: str
    group: int = 0
    strength: float | None = None
    note: str = ""
    sign: str = ""
