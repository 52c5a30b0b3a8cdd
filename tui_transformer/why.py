"""Walking a number down: as a tree of text, and as a record that any program can check.

A place is written as `--json` has it: a value's (or control's) name and an index, as in
`probabilities[0]`, `gradients["w1"]`, `cross_entropy`; or a panel's title and a cell's row and
column, as in `The whole guess[1, 1]`. Places that have names may be given by them:
`probabilities[cat]`.
"""

import json
import re
from collections.abc import Iterator, Mapping
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
MOST = 500_000  # numbers in a record, lines of a tree
WIDEST = 40  # levels that are indented; further down they are counted
DEEPEST = 10_000  # levels; a walk ends long before, but must not go round in circles

_TOO_MANY = f"is made of more than {MOST:,} numbers; --depth N goes down fewer levels."
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
    """Write a walk down as a tree; a number that was written before is not written again.

    Where that would hardly end, it says so and ends.
    """
    for count, line in enumerate(_tree(asked, depth)):
        if count == MOST:
            yield f"… and so on: {_shown(asked.said)} {_TOO_MANY}"
            return
        yield line


def _tree(asked: Operand, depth: int) -> Iterator[str]:
    """Write a whole tree, without Python's own stack: a run has thousands of levels."""
    seen: set[str] = set()
    waiting = [(asked, 0)]
    while waiting:
        here, level = waiting.pop()
        indent = "  " * min(level, WIDEST)
        name = f"{indent}({level}) {here.said}" if level > WIDEST else f"{indent}{here.said}"
        working = here.working
        if working is None:
            yield f"{name} = {digits(here.value)}  ({here.kind})"
            continue
        again = here.name in seen
        seen.add(here.name)
        yield f"{name} = {digits(here.value)}{'  (see above)' if again else ''}"
        if again or level == depth:
            continue
        if working.symbols not in ("", here.name, here.said):
            yield f"{indent}    {working.symbols}"
        yield f"{indent}    = {working.shown}"
        waiting += [(below, level + 1) for below in reversed([*operands(working.term)])]


def record(asked: Operand, depth: int) -> dict[str, Any]:
    """Make a nested record of a walk down.

    Where that would be too large (a network's numbers are made of each other), a number that
    stands in it already has no operands the second time. Raises BadValue where even so there
    are too many.
    """
    once, seen = _is_large(asked, depth), set[str]()
    top: list[dict[str, Any]] = []
    waiting, count = [(asked, depth, top)], 0
    while waiting:
        here, left, among = waiting.pop()
        count += 1
        if count > MOST:
            raise BadValue(f"{_shown(asked.said)} {_TOO_MANY}")
        working, below = here.working, list[dict[str, Any]]()
        ends = not left or (once and here.name in seen)
        seen.add(here.name)
        among.append(
            {
                "name": here.name,
                "said": here.said,
                "source": here.kind,
                "symbols": "" if working is None else working.symbols,
                "arithmetic": "" if working is None else plain(working.term),
                "value": jsonable(float(here.value)),
                "tolerance": 0.0 if working is None else jsonable(working.tolerance),
                "operands": below,
            }
        )
        if working is not None and not ends:
            waiting += [(each, left - 1, below) for each in reversed([*operands(working.term)])]
    return top[0]


def written(record: dict[str, Any]) -> Iterator[str]:
    """Write a record as JSON, in pieces: it may be nested more deeply than `json` goes."""
    waiting: list[dict[str, Any] | str] = [record]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            yield here
            continue
        own = {name: thing for name, thing in here.items() if name != "operands"}
        yield json.dumps(own, ensure_ascii=False)[:-1] + ', "operands": ['
        waiting.append("]}")
        for i, each in enumerate(reversed(here["operands"])):
            waiting += [", ", each] if i else [each]


def _is_large(asked: Operand, depth: int) -> bool:
    """Say whether a whole walk has many numbers, each counted as often as it would be written."""
    waiting, count = [(asked, depth)], 0
    while waiting and count <= LARGEST:
        here, left = waiting.pop()
        count += 1
        if left and here.working is not None:
            waiting += [(each, left - 1) for each in operands(here.working.term)]
    return count > LARGEST
