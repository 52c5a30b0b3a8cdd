"""The controls as rows: a matrix, a long vector and what belongs together fold to one each."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal

from tui_transformer.controls import Control, Index, MatrixControl
from tui_transformer.numbers import subscript
from tui_transformer.records import dataclass

FEW = 4  # numbers of a vector that have a row each

Groups = Mapping[str, Mapping[str, str]]  # by label: controls, each with its short name there


@dataclass(frozen=True)
class Knob:
    """What the arrow keys hold: a control, or one element of it.

    `name` is what an element is called where it has a name of its own, `place` what its place is
    called: its row, its column.
    """

    control: Control
    index: Index = None
    name: str = ""
    place: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The element's own name; else the control's with the place: logits cat, or w₀."""
        if self.name:
            return self.name
        if self.place:
            return f"{self.control.name} {', '.join(self.place)}"
        return self.control.name + ",".join(map(subscript, self.steps))

    @property
    def steps(self) -> tuple[int, ...]:
        """Its index, a number an axis."""
        return (
            self.index
            if isinstance(self.index, tuple)
            else ()
            if self.index is None
            else (self.index,)
        )

    @property
    def called(self) -> tuple[str, ...]:
        """What its row and its column are called: by their index, if nothing else."""
        return self.place or tuple(map(str, self.steps))


@dataclass(frozen=True)
class Fold:
    """A row of the controls: one knob, or a run of neighbours that is opened to be changed.

    `start` is the first of its knobs. A list has a name for each of them in `rows`, a grid has
    names for its columns too. `short` is what the members of a group are called in one row.
    """

    label: str
    start: int
    rows: tuple[str, ...]
    columns: tuple[str, ...] = ("",)
    kind: Literal["one", "list", "grid"] = "list"
    short: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many knobs it has."""
        return len(self.rows) * len(self.columns)

    @property
    def size(self) -> str:
        """How much it holds, in a word: 4×3 of a grid, else the count."""
        grid = self.kind == "grid"
        return f"{len(self.rows)}×{len(self.columns)}" if grid else str(self.count)

    @property
    def parts(self) -> "tuple[Fold, ...]":
        """The knobs of a list, each as a row of its own."""
        return tuple(
            Fold(name, self.start + i, (name,), kind="one") for i, name in enumerate(self.rows)
        )

    def place(self, at: int) -> tuple[int, int]:
        """Say in which row and column a knob stands."""
        return divmod(min(max(at - self.start, 0), self.count - 1), len(self.columns))

    def at(self, row: int, column: int) -> int:
        """Say which knob stands at a place, or at the nearest to it that there is."""
        row = min(max(row, 0), len(self.rows) - 1)
        column = min(max(column, 0), len(self.columns) - 1)
        return self.start + row * len(self.columns) + column


def folded(knobs: Sequence[Knob], groups: Groups) -> tuple[Fold, ...]:
    """Part the knobs into rows, in their order."""
    label_of = {name: label for label, names in groups.items() for name in names}
    names = [label_of.get(knob.control.name, knob.control.name) for knob in knobs]
    found: list[Fold] = []
    start = 0
    for label, run in groupby(range(len(knobs)), names.__getitem__):
        members = [knobs[at] for at in run]
        found += _rows(members, start, label, groups.get(label))
        start += len(members)
    return tuple(found)


def _rows(
    knobs: Sequence[Knob], start: int, label: str, group: Mapping[str, str] | None
) -> Iterator[Fold]:
    """Fold the knobs of one control or group, or give each a row."""
    control = knobs[0].control
    names = tuple(knob.label for knob in knobs)
    if isinstance(control, MatrixControl):
        yield _grid(control, knobs, start)
    elif len(knobs) > (1 if group else FEW):
        alone = len({knob.control.name for knob in knobs}) == 1
        short = () if alone or group is None else tuple(group[k.control.name] for k in knobs)
        yield Fold(label, start, names, short=short)
    else:
        for at, name in enumerate(names, start):
            yield Fold(name, at, (name,), kind="one")


def _grid(control: MatrixControl, knobs: Sequence[Knob], start: int) -> Fold:
    wide = knobs[-1].steps[1] + 1
    rows = tuple(knob.called[0] for knob in knobs[::wide])
    columns = tuple(knob.called[1] for knob in knobs[:wide])
    return Fold(control.name, start, rows, columns, "grid")
