"""The kinds of panels, as frozen data: what each shows, and which of its cells can be asked.

A kind is known here and in the module of `render` that has its name, and nowhere else.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Literal, TypeVar

from tui_transformer.arrays import Array
from tui_transformer.later import KINDS, LaterArray, OneByOne
from tui_transformer.pieces import Axis, Cell, Column, Mark, Role, Style, Token, hidden
from tui_transformer.records import dataclass
from tui_transformer.terms import Working

Scale = Literal["sequential", "diverging"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Base:
    """What every panel has: a name to be compared by, and cells, where it has any.

    `key` is the panel's name where its title changes with the state. `outcome` says what
    comparing found; of several wordings, the first that fits is shown. The `main` panel of a
    figure (or several in one row) is what the screen is about: the first page is built around it.
    """

    stretches: ClassVar[bool] = True  # whether more lines show more of it

    key: str = ""
    outcome: tuple[str, ...] = ()
    main: bool = False

    def complete(self) -> None:
        """Make what was left for later."""
        for part in vars(self).values():
            if type(part) in KINDS:  # an abstract class asks at length
                _ = part.made

    def cells(self) -> Iterable[tuple[int, int]]:
        """List the cells that have a working, in reading order: row and column."""
        return ()

    def first(self) -> tuple[int, int]:
        """Say where walking the cells starts."""
        return next(iter(self.cells()))

    def holds(self, row: int, column: int) -> bool:
        """Say whether a number with a working stands at a place."""
        return any(cell == (row, column) for cell in self.cells())

    def why(self, row: int, column: int) -> Working | None:
        """Say how the number at a place came about; None where there is none."""
        return None

    def links(self, row: int, column: int) -> Mapping[str, int]:
        """Name the controls that pinning a place sets, each with its value."""
        return {}


@dataclass(frozen=True, eq=False)
class Plot(Base):
    """Curves, points and bars over two axes."""

    title: str
    marks: Sequence[Mark]
    x: Axis = Axis()
    y: Axis = Axis()
    height: int = 9
    width: int = 24


@dataclass(frozen=True, eq=False)
class Field(Base):
    """A number at every point of a plane, as colour, with marks drawn on it.

    `values` [rows, columns] is sampled evenly over the axes' limits (which must be given),
    first row at the bottom, first and last samples on the edges. `levels` are the values
    where contour lines run. `sets` names a vector(2) control that a click moves.
    """

    title: str
    values: Array
    x: Axis
    y: Axis
    marks: Sequence[Mark] = ()
    scale: Scale = "sequential"
    low: float | None = None
    high: float | None = None
    levels: tuple[float, ...] = ()
    sets: str = ""
    legend: str = ""
    height: int = 10
    width: int = 24


@dataclass(frozen=True, eq=False)
class Heatmap(Base):
    """A matrix: one coloured cell per number, with its number in it where there is room.

    `row_control` and `column_control` name integer controls that pinning a cell sets, the first
    row to `row_first`; `row` and `column` are lit (the ones those controls now hold).
    `working(r, c)` says how a cell came about. `row_keys` name the rows where their labels
    change with the state; `unmatched` are the cells that have nothing to be compared with.
    `ahead` rows are still to come: their room is kept.
    """

    title: str
    values: Array
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    scale: Scale = "sequential"
    low: float | None = None
    high: float | None = None
    style: Style = "number"
    decimals: int = 2
    row: int | None = None
    column: int | None = None
    row_role: Role = "query"
    column_role: Role = "key"
    row_control: str = ""
    row_first: int = 0
    column_control: str = ""
    working: Callable[[int, int], Working] | None = hidden()
    row_keys: tuple[str, ...] = ()
    unmatched: Array | None = None
    ahead: int = 0
    height: int = 8
    width: int = 20

    def cells(self) -> Iterable[tuple[int, int]]:
        """Every cell, if the matrix has workings."""
        rows, columns = self.values.shape
        return ((r, c) for r in range(rows) for c in range(columns)) if self.working else ()

    def first(self) -> tuple[int, int]:
        """The cell that is lit."""
        return min(self.row or 0, len(self.values) - 1), self.column or 0

    def holds(self, row: int, column: int) -> bool:
        """Every place in the matrix does, if it has workings."""
        rows, columns = self.values.shape
        return self.working is not None and row < rows and column < columns

    def why(self, row: int, column: int) -> Working | None:
        """Say how a cell came about."""
        return self.working(row, column) if self.working and self.holds(row, column) else None

    def links(self, row: int, column: int) -> Mapping[str, int]:
        """The controls of its rows and of its columns."""
        pairs = ((self.row_control, self.row_first + row), (self.column_control, column))
        return {name: at for name, at in pairs if name}


@dataclass(frozen=True, eq=False)
class Others:
    """What of a list is shown where there is no room for all of it.

    `weights` say how much each of its rows counts: those that count most are shown, in their own
    order, and what counts `ALWAYS` in any case. `sums` says what the rows of some places come to,
    in the columns after the first, with None where nothing adds up: they are told in one row.
    """

    ALWAYS: ClassVar[float] = math.inf

    weights: Sequence[float] | Array | LaterArray
    sums: Callable[[Sequence[int]], tuple[Cell | None, ...]] | None = None


@dataclass(frozen=True, eq=False)
class Table(Base):
    """Rows of numbers, words and bars.

    `row` is lit; `row_control` names an integer control that pinning in a row sets.
    Where room is short, columns go by their rank, the last first; the first one stays.
    `of` says of what these rows are the first ("256 tokens"), where they are a list that may be
    longer than any page: of such a one as many are shown as there is room for, the first, or
    where there are `others`, those that count most.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    row: int | None = None
    row_control: str = ""
    of: str = ""
    others: Others | None = hidden()
    width: int = 24

    stretches: ClassVar[bool] = False

    def complete(self) -> None:
        """Make what was left for later; of a list that may be longer than a page, what is seen is
        made as it is drawn."""
        if self.others is None:
            super().complete()

    def cells(self) -> Iterable[tuple[int, int]]:
        """The cells that have a working."""
        return (
            (r, c)
            for r, cells in enumerate(self.rows)
            for c, cell in enumerate(cells)
            if cell.working is not None
        )

    def first(self) -> tuple[int, int]:
        """The first in the row that is lit."""
        lit = (cell for cell in self.cells() if cell[0] == self.row)
        return next(lit, None) or next(iter(self.cells()))

    def why(self, row: int, column: int) -> Working | None:
        """Say how a number came about."""
        cells = self.rows[row] if row < len(self.rows) else ()
        working = cells[column].working if column < len(cells) else None
        return working() if callable(working) else working

    def links(self, row: int, column: int) -> Mapping[str, int]:
        """The control of its rows."""
        return {self.row_control: row} if self.row_control else {}


@dataclass(frozen=True, eq=False)
class Tokens(Base):
    """A text in its pieces, flowing over lines; `token` is lit.

    `token_control` names an integer control that clicking a token sets, the first to
    `token_first`.
    """

    title: str
    tokens: tuple[Token, ...]
    token: int | None = None
    token_control: str = ""
    token_first: int = 0
    height: int = 3
    width: int = 24

    def links(self, row: int, column: int) -> Mapping[str, int]:
        """The control of its tokens."""
        return {self.token_control: self.token_first + column} if self.token_control else {}


@dataclass(frozen=True, eq=False)
class Words(Base):
    """Plain lines of text, wrapped: a formula, a sentence, a small diagram."""

    title: str
    lines: tuple[str, ...]
    role: Role = "plain"
    width: int = 24

    stretches: ClassVar[bool] = False


Panel = Plot | Field | Heatmap | Table | Tokens | Words

AnyPanel = TypeVar("AnyPanel", bound=Base)


def main(panel: AnyPanel) -> AnyPanel:
    """Make a panel the one that the first page is built around."""
    return replace(panel, main=True)


def parted(
    table: Table, steps: Collection[str], title: str, width: int, sums: int = 0
) -> tuple[Table, Table]:
    """Split a wide table in two, so that each is whole where it stands: what makes the point, and
    the columns of some names under a title of their own, beside the first column. So many last
    rows, `sums` that have nothing there, are left out of it."""
    names = [column.key or column.title for column in table.columns]
    kept = [i for i, name in enumerate(names) if name not in steps]
    moved = [0, *(i for i, name in enumerate(names) if name in steps)]

    def part(columns: list[int], count: int) -> Table:
        def row(at: int) -> tuple[Cell, ...]:
            cells = table.rows[at]
            return tuple(cells[i] for i in columns if i < len(cells))

        shown = tuple(table.columns[i] for i in columns)
        return replace(table, columns=shown, rows=OneByOne(row, range(count)))

    rest = part(moved, len(table.rows) - sums)
    return replace(part(kept, len(table.rows)), others=_parted(table.others, kept)), replace(
        rest, title=title, key=title, main=False, width=width, of="", others=None
    )


def _parted(others: Others | None, columns: list[int]) -> Others | None:
    """Tell rows of a list in one by some of their columns."""
    if others is None or (sums := others.sums) is None:
        return others

    def some(places: Sequence[int]) -> tuple[Cell | None, ...]:
        cells = None, *sums(places)
        return tuple(cells[i] for i in columns[1:] if i < len(cells))

    return replace(others, sums=some)
