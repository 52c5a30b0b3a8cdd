"""One row of the controls: a knob with its value and gauge, or a fold with what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment

from tui_transformer.numbers import within
from tui_transformer.render.canvas import Canvas
from tui_transformer.render.fit import fit
from tui_transformer.render.palette import Palette

if TYPE_CHECKING:
    from tui_transformer.session import Fold, Knob, Session

LABEL, VALUE = 13, 7  # columns of a control's name and value
GAUGE = LABEL + VALUE + 2  # where gauges begin
FOLDED = " ▸"  # more is behind it
WORD = 12  # letters of a text that stands among others
IDLE = " · idle"


def knob_line(
    session: Session,
    knob: Knob,
    label: str,
    held: bool,
    width: int,
    palette: Palette,
    more: str,
    fraction: float | None,
) -> list[Segment]:
    """Draw a control, or one element of it, under a name; `fraction` is where its gauge stands."""
    name = knob.control.name
    value = getattr(session.model, name)
    room = width - GAUGE - 1
    at = None if fraction is None else round(min(max(fraction, 0.0), 1.0) * max(room - 1, 0))
    shown = knob.control.show(value, knob.index)
    if named := session.named(knob):  # a place, and what it is called
        shown = f"{shown} {named}".rstrip()
    elif at is not None:
        shown = whole(shown, knob, value)
    return _line(
        palette.spell(label),
        palette.spell(shown),
        at,
        held,
        name == session.concept.clock,
        name in session.idle,
        more,
        width,
        palette,
    )


def whole(shown: str, knob: Knob, value: object) -> str:
    """Write a number with fewer digits where it has not room for all of them."""
    return within(knob.control.at(value, knob.index), VALUE) if len(shown) > VALUE else shown


def fraction_of(session: Session, knob: Knob) -> float | None:
    """Say where the gauge of a knob stands; None where it is at a word or a text, without one."""
    value = getattr(session.model, knob.control.name)
    return knob.control.fraction(value, session.model, knob.index)


def fold_line(
    session: Session, fold: Fold, held: bool, width: int, palette: Palette, more: str
) -> list[Segment]:
    """Draw a fold: its name, and as much of what it holds as can be read."""
    knobs = session.knobs[fold.start : fold.start + fold.count]
    idle = all(knob.control.name in session.idle for knob in knobs)
    label = palette.spell(fold.label)
    room = width - cell_len(label) - 3 - cell_len(FOLDED) - len(IDLE) * idle
    ways = (palette.spell(way) for way in _ways(session, fold, knobs, idle))
    shown = next((way for way in ways if cell_len(way) <= room), palette.spell(fold.size))
    return _line(
        label, shown + palette.spell_parts(FOLDED), None, held, False, idle, more, width, palette
    )


def _ways(session: Session, fold: Fold, knobs: Sequence[Knob], idle: bool) -> Iterator[str]:
    """List what may be said of a fold in one row, the most first."""
    control = knobs[0].control
    if fold.kind == "grid":
        for names in (fold.columns, fold.rows):
            if not names[0].isdecimal():
                yield f"{fold.size} {' '.join(names)}"
        yield fold.size
        return
    if control.kind == "text" and not fold.short:
        yield control.format(getattr(session.model, control.name))
    shown = []
    for i, knob in enumerate(knobs):
        if idle or knob.control.name not in session.idle:
            name = fold.short[i] if fold.short else ""
            shown.append((name, _value(session, knob)))
    yield " ".join(f"{name} {value}".strip() for name, value in shown)
    yield " ".join(value for _, value in shown)
    for count in range(len(shown) - 1, 0, -1) if fold.short else ():
        yield " ".join(f"{name} {value}".strip() for name, value in shown[:count]) + " …"
    yield f"{len(knobs)} values"


def _value(session: Session, knob: Knob) -> str:
    """Write a value short: a number with few digits, the beginning of a text."""
    value = getattr(session.model, knob.control.name)
    shown = knob.control.show(value, knob.index)
    if knob.control.fraction(value, session.model, knob.index) is None:
        return fit(shown, WORD)
    return whole(shown, knob, value)


@lru_cache(maxsize=2048)
def _line(
    label: str,
    shown: str,
    at: int | None,
    held: bool,
    clock: bool,
    idle: bool,
    more: str,
    width: int,
    palette: Palette,
) -> list[Segment]:
    """Draw one row; most are the same from one picture to the next."""
    canvas = Canvas(width, 1, palette)
    ink = palette.role("cursor" if held else "muted" if idle else "plain", bold=held)
    canvas.put(0, 0, "▸" if held else " ", ink)
    room = LABEL + VALUE - cell_len(shown) if at is not None else width - 5
    end = canvas.put(1, 0, fit(label, max(room, LABEL)), ink)
    if clock:
        end = canvas.put(end, 0, "◷", palette.role("muted"))
    style = palette.role("muted" if idle else "input", bold=held)
    if at is None:
        text = palette.spell_parts(f"{shown}{IDLE}") if idle else shown
        early = width - 1 - cell_len(text)  # where it begins to end in sight
        start = early if end < early < LABEL + 2 else max(LABEL + 2, end + 1)
        canvas.put(start, 0, fit(text, width - 1 - start), style)
    else:
        canvas.right(LABEL + 1 + VALUE, 0, fit(shown, VALUE), style)
        if idle:  # said in a word, for those who do not see that it is dimmed
            canvas.put(GAUGE, 0, fit("idle", width - GAUGE - 1), style)
        else:
            _gauge(canvas, GAUGE, width - GAUGE - 1, at, held)
    if more != " ":
        canvas.put(width - 1, 0, more, palette.role("muted"))
    return canvas.lines()[0]


def _gauge(canvas: Canvas, x: int, width: int, at: int, held: bool) -> None:
    """A track with a mark at the value."""
    if width < 2:
        return
    palette = canvas.palette
    canvas.put(x, 0, "─" * width, palette.role("muted"))
    canvas.put(x + at, 0, "●" if held else "○", palette.role("input", bold=held))
