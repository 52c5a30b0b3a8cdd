"""What a person can change: the one place where a range is written.

A control is declared once, in a model's class body, and from that declaration come the
command line, the keyboard, the gauge, the help and the checks. Each kind parses, writes,
nudges, clamps, randomises and describes its values.

A limit may be a function of the controls before it (`lambda m: len(m.logits) - 1`); it moves
with them, and a value beyond it is pulled back. `scope` is the model that it reads.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

from tui_transformer.controls.arrays import MatrixControl, Several, VectorControl, frozen
from tui_transformer.controls.base import (
    Axis,
    BadValue,
    Control,
    Index,
    Limit,
    Matrix,
    Vector,
    declare,
    declaring,
    resolve,
)
from tui_transformer.controls.formulas import Assigned, Formula, Pick, assigned, formula, pick
from tui_transformer.controls.letters import Letters
from tui_transformer.controls.scalars import Integer, Number, Real, write_real
from tui_transformer.controls.spread import Spread
from tui_transformer.controls.typed import meant_as_decimal, read_real
from tui_transformer.controls.unset import UnsetInteger, UnsetReal
from tui_transformer.controls.wires import Size, Wires
from tui_transformer.controls.words import SWITCH, Choice, Text, Toggle

real = declaring(Real)
integer = declaring(Integer)
toggle = declaring(Toggle)
text = declaring(Text)


def unset_real(
    low: Limit, high: Limit, step: float = 0.1, *, start: Callable[[Any], float], help: str
) -> Any:
    """Declare a real number that is none at first; an arrow moves it from `start`."""
    return declare(UnsetReal(default=None, low=low, high=high, step=step, start=start, help=help))


def unset_integer(low: Limit, high: Limit, *, help: str) -> Any:
    """Declare a whole number that is none at first; the first step is to the least."""
    return declare(
        UnsetInteger(
            default=None, low=low, high=high, start=lambda m: resolve(low, m) - 1, help=help
        )
    )


def seed(default: int = 0) -> Any:
    """Declare the seed of everything random on the screen."""
    return integer(
        default,
        0,
        9999,
        help="Where the random numbers start; the same seed always draws the same ones.",
    )


def choice(default: str, *choices: str, on: str = "", off: str = "", help: str) -> Any:
    """Declare one of a few words; `on` and `off` say which of them a switch means, if one is typed.

    So a control that was a switch, or is one on another screen, can be typed as one.
    """
    also = tuple((word, on if turned else off) for word, turned in SWITCH.items()) if on else ()
    return declare(Choice(default=default, choices=choices, also=also, help=help))


def wires(size: Size | Callable[[Any], Size], *, halves: bool = False) -> Any:
    """Declare which wires of a transformer with so many layers, heads and neurons are cut."""
    help = "What is cut: 1.0, 2.ffn, 2.ffn.7, 3, 1.0:mean."
    if halves:
        help = "What is cut: e1.0 in the encoder; d1.0, d1.x0 (across), d1.ffn; e1.0:mean."
    return declare(Wires(default="", size=size, halves=halves, help=help))


def letters(
    default: str, alphabet: str, *, length: tuple[int, int] | None = None, help: str
) -> Any:
    """Declare a word over an alphabet, by itself as long as its default."""
    few, many = length or (len(default), len(default))
    return declare(
        Letters(default=default, alphabet=alphabet, min_length=few, max_length=many, help=help)
    )


def vector(
    default: tuple[float, ...],
    low: Limit,
    high: Limit,
    step: float = 0.1,
    *,
    length: tuple[int, int] | None = None,
    log: bool = False,
    typical: tuple[float, float] | None = None,
    labels: Axis = None,
    help: str,
) -> Any:
    """Declare a list of numbers, by itself as long as its default.

    `labels` are what its places are called; numbers beyond them are called by their index.
    `typical` narrows what `*` draws where the range is much wider than what is worth seeing.
    """
    few, many = length or (len(default), len(default))
    control = VectorControl(
        default=frozen(default),
        low=low,
        high=high,
        step=step,
        log=log,
        min_length=few,
        max_length=many,
        typical=typical,
        labels=(labels,) if labels else (),
        help=help,
    )
    return dataclasses.field(default_factory=lambda: control.default, metadata={"control": control})


def spread(
    default: float, low: Limit, high: Limit, *, count: Callable[[Any], int], most: int, help: str
) -> Any:
    """Declare one number for all of `count` things, or one for each, `most` at the most."""
    control = Spread(
        default=frozen([default]),
        low=low,
        high=high,
        min_length=1,
        max_length=most,
        count=count,
        help=help,
    )
    return dataclasses.field(default_factory=lambda: control.default, metadata={"control": control})


def matrix(
    default: tuple[tuple[float, ...], ...],
    low: Limit,
    high: Limit,
    step: float = 0.1,
    *,
    rows: tuple[int, int] | None = None,
    columns: tuple[Limit, Limit] | None = None,
    squares: tuple[int, ...] = (),
    typical: tuple[float, float] | None = None,
    labels: tuple[Axis, Axis] | None = None,
    help: str,
) -> Any:
    """Declare rows of numbers, by itself in the shape of its default.

    `squares` are the sizes of one that stays as wide as high; `labels` are what the rows and what
    the columns are called.
    """
    if squares:
        rows = columns = (squares[0], squares[-1])
    control = MatrixControl(
        default=frozen(default),
        low=low,
        high=high,
        step=step,
        rows=rows or (len(default), len(default)),
        columns=columns or (len(default[0]), len(default[0])),
        squares=squares,
        typical=typical,
        labels=labels or (),
        help=help,
    )
    return dataclasses.field(default_factory=lambda: control.default, metadata={"control": control})
