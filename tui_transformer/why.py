"""Walking a number down: as a tree of text, and as a record that any program can check.

A place is written as `--json` has it: a value's (or control's) name and an index, as in
`probabilities[0]`, `gradients["w1"]`, `cross_entropy`; or a panel's title and a cell's row and
column, as in `The whole guess[1, 1]`. Places that have names may be given by them:
`probabilities[cat]`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tui_transformer.controls import BadValue
from tui_transformer.figure import Figure, Pin, pinnable, working_at
from tui_transformer.model import Model, jsonable
from tui_transformer.terms import (
    Named,
    Operand,
    Place,
    Working,
    digits,
    operands,
    plain,
    written_place,
)
from tui_transformer.text import did_you_mean, shorten, visible

LARGEST = 20_000  # numbers in a record, each as often as it comes
DEEPEST = 10_000  # levels; a walk ends long before, but must not go round in circles

_PLACE = re.compile(r'\s*(?:(-?\d+)|"([^"]*)"|([^\s,"\[\]][^,"\[\]]*?))\s*(,|$)')


def find(model: Model, figure: Figure, asked: str) -> Operand:
    """Find the number that was asked for. Raises BadValue with a sentence where there is none."""
    name, place = _split(asked)
    try:
        named = model.the(name)
    except KeyError:  # no such name
        return _cell(figure, name, place) or _refuse(model, asked)
    try:
        return named[named.found(place)]
    except (KeyError, IndexError, TypeError, ValueError):  # no such place, many numbers, a text
        raise BadValue(_no_number(named, place)) from None


def _has_numbers(model: Model, control: str) -> bool:
    return _first(model.the(f"control.{control}").values) is not None


def _no_number(named: Named, place: tuple[Place, ...]) -> str:
    """Say that no number stands at a place, and where one of the same name does."""
    asked, first = _shown(named.name + written_place(place)), _first(named.values)
    if first is None:
        return f"{asked} is no number here."
    if not first:
        return f"{asked} is no number; {named.name} is one, without a place."
    there = named.name + written_place(first)
    return f"{asked} is no number; one has its place, as in: {there}."


def _first(values: Any) -> tuple[Place, ...] | None:
    """Find the first place of a number: () for one alone, None where there is none."""
    if isinstance(values, int | float | np.number):
        return ()
    if isinstance(values, np.ndarray | list | tuple):
        values = dict(enumerate(values))
    if not isinstance(values, Mapping):
        return None
    below = ((step, _first(each)) for step, each in values.items())
    return next(((step, *rest) for step, rest in below if rest is not None), None)


def _split(asked: str) -> tuple[str, tuple[Place, ...]]:
    name, bracket, inside = asked.strip().partition("[")
    if not bracket:
        return name, ()
    place: list[Place] = []
    inside, end = inside.removesuffix("]"), 0
    while end < len(inside):
        match = _PLACE.match(inside, end)
        if match is None:
            raise BadValue(f"{_shown(asked)} is no place, as in: probabilities[0].")
        place.append(int(match[1]) if match[1] is not None else match[2] or match[3])
        end = match.end()
    return name.strip(), tuple(place)


def _cell(figure: Figure, title: str, place: tuple[Place, ...]) -> Operand | None:
    for i, panel in enumerate(figure.panels):
        if panel.title == title and place in set(pinnable(panel)):
            row, column = place
            working = working_at(figure, Pin(i, int(row), int(column)))
            return operand_of(working, title + written_place(place))
    return None


def operand_of(working: Working, name: str) -> Operand:
    """Take a working as a number with a name."""
    return Operand(working.value, name=name, source=lambda: working, label=working.label)


def _refuse(model: Model, asked: str) -> Operand:
    known = [name for name, item in model.explained().items() if item.how]
    known += [name for name in model.controls() if _has_numbers(model, name)]
    near = did_you_mean(asked.partition("[")[0].strip(), known)
    every = f" There are: {', '.join(known)}."
    raise BadValue(f"there is no number called {_shown(asked)}.{near}{every}")


def _shown(name: str) -> str:
    return visible(shorten(name, 40))


# ── as text, and as a record ───────────────────────────────────────────────────────────


def lines(asked: Operand, depth: int) -> Iterator[str]:
    """Write a walk down as a tree; a number that was written before is not written again."""
    seen: set[str] = set()

    def level(here: Operand, indent: str, left: int) -> Iterator[str]:
        working = here.working
        if working is None:
            yield f"{indent}{here.said} = {digits(here.value)}  ({here.kind})"
            return
        again = here.name in seen
        seen.add(here.name)
        yield f"{indent}{here.said} = {digits(here.value)}{'  (see above)' if again else ''}"
        if again or not left:
            return
        if working.symbols not in ("", here.name, here.said):
            yield f"{indent}    {working.symbols}"
        yield f"{indent}    = {working.shown}"
        for below in operands(working.term):
            yield from level(below, indent + "  ", left - 1)

    yield from level(asked, "", depth)


def record(asked: Operand, depth: int) -> dict[str, Any]:
    """Make a nested record of a walk down.

    Where that would be too large (a network's numbers are made of each other), a number that
    stands in it already has no operands the second time.
    """
    once = _size(asked, depth, {}) > LARGEST
    seen: set[str] = set()

    def level(here: Operand, left: int) -> dict[str, Any]:
        working = here.working
        ends = working is None or not left or (once and here.name in seen)
        seen.add(here.name)
        below: Sequence[Operand] = () if ends or working is None else [*operands(working.term)]
        return {
            "name": here.name,
            "said": here.said,
            "source": here.kind,
            "symbols": "" if working is None else working.symbols,
            "arithmetic": "" if working is None else plain(working.term),
            "value": jsonable(float(here.value)),
            "tolerance": 0.0 if working is None else jsonable(working.tolerance),
            "operands": [level(each, left - 1) for each in below],
        }

    return level(asked, depth)


def _size(asked: Operand, depth: int, known: dict[tuple[str, int], int]) -> int:
    """Count the numbers of a whole walk, each as often as it would be written."""
    key = asked.name, depth
    if key not in known:
        known[key] = 1
        if depth and asked.working is not None:
            below = operands(asked.working.term)
            known[key] += sum(_size(each, depth - 1, known) for each in below)
    return known[key]
