"""Marks made ready to draw: in what order, from which numbers, and with which characters."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from rich.cells import cell_len

from tui_transformer.arrays import Array
from tui_transformer.pieces import Arrow, Axis, Columns, Line, Mark, Note, Points, Rule
from tui_transformer.records import dataclass
from tui_transformer.render.palette import Palette
from tui_transformer.render.ruler import Ruler, ruler
from tui_transformer.render.spelling import marker
from tui_transformer.text import visible

_LAYERS = {Rule: 0, Columns: 1, Line: 2, Arrow: 2, Points: 3, Note: 4}
_ASCII_GLYPHS, _GLYPHS = "*o+x%&@", "●○◆◇▲△■□"
_FILLS, _ASCII_FILLS = "█▓▒░", "#=%:"


def in_order(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks from the back to the front; dim ones lie behind everything else."""
    return tuple(sorted(marks, key=lambda mark: (not mark.dim, _LAYERS[type(mark)])))


@dataclass(frozen=True)
class Cloud:
    """The points of all marks one after another, and which mark each belongs to."""

    marks: tuple[Mark, ...]
    x: Array
    y: Array
    owners: Array
    parts: tuple[slice, ...]  # the points of each mark

    def of(self, owner: int) -> slice:
        """The points of one mark."""
        return self.parts[owner]


def gather(marks: tuple[Mark, ...]) -> Cloud:
    """Collect the points of marks; what is not a number becomes NaN or is left out."""
    pairs = [_points(mark) for mark in marks]
    if not pairs:
        return Cloud((), np.empty(0), np.empty(0), np.empty(0, np.intp), ())
    counts = [len(x) for x, _ in pairs]
    return Cloud(
        marks,
        np.concatenate([x for x, _ in pairs]),
        np.concatenate([y for _, y in pairs]),
        np.repeat(np.arange(len(pairs)), counts),
        tuple(map(slice, accumulate(counts, initial=0), accumulate(counts))),
    )


def _points(mark: Mark) -> tuple[Array, Array]:
    if isinstance(mark, Rule):
        return np.empty(0), np.empty(0)
    if isinstance(mark, Arrow):
        return _numbers((mark.x0, mark.x1)), _numbers((mark.y0, mark.y1))
    if isinstance(mark, Note):
        return _numbers((mark.x,)), _numbers((mark.y,))
    x, y = _numbers(mark.x), _numbers(mark.y)
    count = min(len(x), len(y))
    return x[:count], y[:count]


def _numbers(values: Sequence[float] | Array) -> Array:
    if isinstance(values, np.ndarray) and values.dtype == float and values.ndim == 1:
        return values
    try:
        return np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError, OverflowError):
        return np.array([_number(value) for value in values], dtype=float)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


# ── limits ─────────────────────────────────────────────────────────────────────────────


def rulers(x: Axis, y: Axis, cloud: Cloud) -> tuple[Ruler, Ruler]:
    """The axes' rulers: given limits are exact, the others fit what is seen between them."""
    bars = [owner for owner, mark in enumerate(cloud.marks) if isinstance(mark, Columns)]
    if None not in (x.low, x.high, y.low, y.high) and not bars:
        return ruler(x, np.nan, np.nan), ruler(y, np.nan, np.nan)
    x_low, x_high, y_low, y_high = _extent(x, y, cloud)
    whole = False
    if bars:
        middles = np.concatenate([cloud.x[cloud.of(owner)] for owner in bars])
        whole = bool((middles == np.floor(middles)).all())
        half = max(spacing(cloud.x[cloud.of(owner)]) for owner in bars) / 2
        x_low, x_high = (x_low, x_high) if x.log else (x_low - half, x_high + half)
        y_low, y_high = (y_low, y_high) if y.log else (min(y_low, 0.0), max(y_high, 0.0))
    return (ruler(x, x_low, x_high, whole=whole), ruler(y, y_low, y_high, from_zero=bool(bars)))


def _extent(x: Axis, y: Axis, cloud: Cloud) -> tuple[float, float, float, float]:
    """How far the points reach that can be seen between the limits that are given."""
    free = (x.low, x.high, y.low, y.high) == (None,) * 4 and not (x.log or y.log)
    if free and len(cloud.x):
        whole = (
            float(cloud.x.min()),
            float(cloud.x.max()),
            float(cloud.y.min()),
            float(cloud.y.max()),
        )
        if np.isfinite(whole).all():
            return whole
    counts = np.isfinite(cloud.x) & np.isfinite(cloud.y)
    counts &= _positive(cloud.x, x) & _positive(cloud.y, y)
    return (
        *_reach(cloud.x, counts & _within(cloud.y, y)),
        *_reach(cloud.y, counts & _within(cloud.x, x)),
    )


def _positive(values: Array, axis: Axis) -> Array | bool:
    return values > 0 if axis.log else True


def _within(values: Array, axis: Axis) -> Array | bool:
    """Whether points lie within the limits that are given, if any."""
    inside: Array | bool = True
    if axis.low is not None:
        inside = values >= axis.low
    if axis.high is not None:
        inside = inside & (values <= axis.high)
    return inside


def _reach(values: Array, counts: Array) -> tuple[float, float]:
    if not counts.all():
        values = values[counts]
    return (float(values.min()), float(values.max())) if len(values) else (np.nan, np.nan)


def spacing(x: Array) -> float:
    """How far apart the middles of neighbouring bars are; 1 for a single bar."""
    steps = np.diff(np.unique(x[np.isfinite(x)]))
    return float(steps.min()) if len(steps) else 1.0


# ── looks ──────────────────────────────────────────────────────────────────────────────


class Look(NamedTuple):
    """How a mark tells itself from the others.

    `glyph` draws it (nothing: braille dots), `letter` stands on a curve at its end, and where
    colours are few here and there, `label` is what the legend says.
    """

    glyph: str = ""
    letter: str = ""
    label: str = ""

    @property
    def swatch(self) -> str:
        """What stands before the label in the legend."""
        return f"─{self.letter}─" if self.letter else self.glyph or "━━"


def looks(
    marks: Sequence[Mark], palette: Palette, ascii_glyphs: str = _ASCII_GLYPHS
) -> tuple[Look, ...]:
    """Give every mark its look; where colours are few, no two labelled marks share one."""
    few = palette.colors != "full" or palette.ascii
    labelled = sum(isinstance(mark, Line) and bool(mark.label) for mark in marks) > 1
    letters: list[str] = []
    # What looks as it was asked to look is not given to another.
    points = [mark for mark in marks if isinstance(mark, Points)]
    glyphs = [_marker(mark.marker, palette) for mark in points if few and not _named(mark)]
    found = []
    for mark in marks:
        label = _named(mark)
        glyph = letter = ""
        if isinstance(mark, Line | Arrow) and palette.ascii:
            glyph = _another("", glyphs, ascii_glyphs)
        elif isinstance(mark, Line) and labelled and mark.label:
            letter = _another("", letters, [c for c in label if c.isalnum()] + [*"abcdefgh"])
        elif isinstance(mark, Points):
            glyph = _marker(mark.marker, palette)
            if few and label:
                glyph = _another(glyph, glyphs, ascii_glyphs if palette.ascii else _GLYPHS)
        elif isinstance(mark, Rule):
            glyph = (
                (":" if palette.ascii else "┊") if mark.upright else ("-" if palette.ascii else "─")
            )
        elif isinstance(mark, Columns):
            fills = _ASCII_FILLS if palette.ascii else _FILLS
            glyph = _another("", glyphs, fills) if few else fills[0]
        found.append(Look(glyph, letter, label))
    return tuple(found)


def _named(mark: Mark) -> str:
    """What the legend has to say about a mark."""
    return "" if says_itself(mark) else visible(getattr(mark, "label", ""))


def says_itself(mark: Mark) -> bool:
    """Whether a label stands beside the mark, so that the legend need not have it."""
    if isinstance(mark, Points):
        return len(mark.x) == 1 or bool(mark.labels)
    return isinstance(mark, Arrow | Rule | Note)


def _another(wanted: str, used: list[str], others: Sequence[str]) -> str:
    """The wanted character, or the first other one that is not used yet."""
    free = [c for c in (wanted, *others) if c and c not in used and cell_len(c) == 1]
    used.append(free[0] if free else wanted or others[-1])
    return used[-1]


def _marker(wanted: str, palette: Palette) -> str:
    """A marker of one cell, whatever was asked for."""
    character = visible(wanted)[:1]
    if cell_len(character) != 1 or character == " " or ord(character) > 0xFFFF:
        character = "●"
    return marker(character) if palette.ascii else character
