"""Arrays whose numbers have names, and can be asked how they came about."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.terms.term import Term, as_number
from tui_transformer.terms.working import DOUBLE, Leaf, Operand, Working

Place = int | str
How = Callable[..., Term]


class Named:
    """Numbers under one name: an array [n, …], a mapping, or one number alone.

    `source` is what they are (control, weight, draw, constant), or makes the term of the one at
    a place. `symbols` is the formula, or makes it for a place. `unit` is the rounding that they
    were computed with, `of` the model's value that they belong to. `places`
    gives what the places along each axis are called, where they have names.
    """

    def __init__(
        self,
        name: str,
        values: Any,
        source: Leaf | How,
        symbols: str | Callable[..., str] = "",
        unit: float = DOUBLE,
        of: str = "",
        places: Callable[[], Sequence[Sequence[str]]] = tuple,
    ) -> None:
        self.name = name
        self.values = values
        self.source = source
        self.symbols = symbols
        self.unit = unit
        self.of = of
        self._places = places
        self._kept: dict[tuple[Place, ...], Operand] = {}

    def __getitem__(self, at: Place | tuple[Place, ...]) -> Operand:
        """The number at a place, with its name; the same operand each time."""
        place = at if isinstance(at, tuple) else (at,)
        kept = self._kept.get(place)
        if kept is None:
            kept = self._kept[place] = Placed(self, place, number_at(self.values, place))
        return kept

    def forget(self) -> None:
        """Let go of the operands that were asked for, which know of these numbers."""
        self._kept.clear()

    def row(self, *at: Place) -> list[Operand]:
        """All the numbers along the last axis, at a place of the others."""
        row = self.values
        for step in at:
            row = row[step]
        places: list[tuple[Place, ...]] = [(*at, j) for j in range(len(row))]
        if not isinstance(row, np.ndarray) or row.ndim != 1 or type(self) is not Named:
            return [self[place] for place in places]
        return self._placed(places, row)

    def some(self, places: Sequence[int]) -> list[Operand]:
        """The numbers at some places along the one axis of an array."""
        return self._placed([(at,) for at in places], self.values[places])

    def _placed(self, places: Sequence[tuple[Place, ...]], numbers: Array) -> list[Operand]:
        """The numbers at some places, all at once: one after the other takes twice as long."""
        kept = self._kept
        for place, number in zip(places, numbers.tolist(), strict=True):
            if place not in kept:
                kept[place] = Placed(self, place, number)
        return [kept[place] for place in places]

    def column(self, j: Place) -> list[Operand]:
        """All the numbers along the first of two axes."""
        return [self[(i, j)] for i in range(len(self.values))]

    def working(self, *at: Place) -> Working:
        """How the number at a place came about; a leaf stands for itself."""
        value, symbols = number_at(self.values, at), self.symbols
        written = symbols if isinstance(symbols, str) else symbols(*at)
        term = self[at] if isinstance(self.source, str) else self.source(*at)
        name = self.name + written_place(at)
        said = self.said(at)
        return Working(written or said, term, value, self.of or self.name, self.unit, name, said)

    def said(self, place: tuple[Place, ...]) -> str:
        """What people call the number at a place: probabilities[cat]."""
        named = self._places() if place else ()
        axes = (*named, *((),) * len(place))
        steps = (_told(step, names) for step, names in zip(place, axes, strict=False))
        return self.name + (f"[{', '.join(steps)}]" if place else "")

    def found(self, place: tuple[Place, ...]) -> tuple[Place, ...]:
        """Find a place that is given by names, as its indices."""
        axes = (*self._places(), *((),) * len(place))
        return tuple(
            names.index(step) if step in names else step
            for step, names in zip(place, axes, strict=False)
        )


class Part(Named):
    """Numbers of a larger array, under that one's name: turned round, or only some columns."""

    def __init__(
        self, whole: Named, values: Any, turned: bool = False, columns: Any = slice(0, None)
    ) -> None:
        super().__init__(whole.name, values, whole.source, unit=whole.unit)
        self.whole, self.turned, self.columns = whole, turned, columns

    def __getitem__(self, at: Place | tuple[Place, ...]) -> Operand:
        """The number at a place, by its place in the larger array."""
        *before, last = at if isinstance(at, tuple) else (at,)
        columns, column = self.columns, int(last)
        found = columns.start + column if isinstance(columns, slice) else int(columns[column])
        place = (*before, found)
        return self.whole[place[::-1] if self.turned else place]


class Placed(Operand):
    """The number at a place; what it is called and where it is from is found when asked.

    A picture makes a hundred of them, and asks at most one: so this is written out.
    """

    _named: Named
    _place: tuple[Place, ...]

    def __init__(self, named: Named, place: tuple[Place, ...], number: float | int) -> None:
        known = self.__dict__
        known["value"], known["op"], known["of"] = as_number(number), "", ()
        known["_named"], known["_place"] = named, place

    @cached_property
    def name(self) -> str:
        """What it is called."""
        return self._named.name + written_place(self._place)

    @property
    def said(self) -> str:
        """What people call it."""
        return self._named.said(self._place)

    @cached_property
    def source(self) -> Leaf | Callable[[], Working]:
        """What it is, or works out how it came about."""
        source = self._named.source
        return source if isinstance(source, str) else partial(self._named.working, *self._place)

    @property
    def is_leaf(self) -> bool:
        """Whether the way down ends here."""
        return isinstance(self._named.source, str)


def number_at(values: Any, place: tuple[Place, ...]) -> float | int:
    """Find one number in an array, a nested list or a mapping."""
    if isinstance(values, np.ndarray):
        return values.item(place)  # type: ignore[arg-type]  # an array has no names
    for step in place:
        values = values[step]
    return values.item() if isinstance(values, np.generic) else values


def written_place(place: tuple[Place, ...]) -> str:
    """Write a place as `--json` would be asked for it: [3, 0], ["w1"], nothing for one number."""
    steps = (f'"{step}"' if isinstance(step, str) else str(step) for step in place)
    return f"[{', '.join(steps)}]" if place else ""


def _told(step: Place, names: Sequence[str]) -> str:
    """Write one step of a place by its name, so that it can be read again."""
    if isinstance(step, str) or not names:
        return written_place((step,))[1:-1]
    name = names[step]
    plain = not set(name) & set(',"[] ') and (not name.isdecimal() or name == str(step))
    return name if plain else f'"{name}"'


def weights(arrays: Mapping[str, Array], prefix: str = "") -> dict[str, Named]:
    """Name every array of a network as weights: where the way down ends."""
    return {name: Named(prefix + name, array, "weight") for name, array in arrays.items()}
