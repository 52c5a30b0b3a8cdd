"""The lines around the figure: title, sentence, controls, formula, status and footer.

Pure functions of the session, a size and a palette; the widgets only show them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from tui_transformer.concepts import SYLLABUS
from tui_transformer.render.canvas import Canvas, Lines, fit
from tui_transformer.render.palette import Palette

if TYPE_CHECKING:
    from tui_transformer.session import Knob, Session

LABEL, VALUE = 12, 7  # columns of a control's name and value

SMALL = (60, 18)


def too_small(width: int, height: int) -> str:
    """One line for a terminal that is too small to show everything."""
    if width >= SMALL[0] and height >= SMALL[1]:
        return ""
    return f"{width}×{height} is small; {SMALL[0]}×{SMALL[1]} shows everything."


def place_of(concept: str) -> str:
    """Say where in the syllabus a concept stands: its chapter and its place there."""
    for number, (chapter, entries) in enumerate(SYLLABUS.items(), 1):
        ids = [entry.id for entry in entries]
        if concept in ids:
            return f"{number} {chapter} · {ids.index(concept) + 1}/{len(ids)}"
    return ""


def title(session: Session, width: int, palette: Palette) -> Lines:
    """The concept, its place in the syllabus and the challenges met."""
    canvas = Canvas(width, 1, palette)
    bar = palette.role("plain", bold=True, reverse=True)
    canvas.put(0, 0, " " * width, bar)
    total = len(session.concept.challenges)
    stars = f"★{len(session.solved)}/{total}" if total else ""
    marks = "  ".join(part for part in (
        "comparing" if session.pinned is not None else "",
        place_of(session.concept.id), stars) if part)
    end = canvas.put(1, 0, fit(session.concept.title, width - 2), bar)
    if end + cell_len(marks) + 3 <= width:
        canvas.right(width - 1, 0, marks, palette.role("plain", reverse=True))
    return canvas.lines()


def sentence(session: Session, width: int, palette: Palette) -> Lines:
    """What this state shows, and where its data come from."""
    canvas = Canvas(width, 1, palette)
    figure = session.figure
    end = canvas.put(1, 0, fit(figure.says, width - 2), palette.role("output"))
    label = f"data: {figure.data}"
    if end + cell_len(label) + 3 <= width:
        canvas.right(width - 1, 0, label, palette.role("muted"))
    return canvas.lines()


def controls(session: Session, width: int, height: int, palette: Palette,
             above: int = 0) -> tuple[Lines, int]:
    """Every knob with its value and gauge; returns the lines and how many are hidden above.

    `above` is how many were hidden before: the list moves only when it has to.
    """
    canvas = Canvas(width, height, palette)
    knobs = session.knobs
    at = min(session.at, len(knobs) - 1)
    above = max(min(above, at, len(knobs) - height), at - height + 1, 0)
    for y, knob in enumerate(knobs[above : above + height]):
        _control(canvas, y, session, knob, above + y == at)
    if above:
        canvas.put(width - 2, 0, "▲", palette.role("muted"))
    if above + height < len(knobs) and height:
        canvas.put(width - 2, height - 1, "▼", palette.role("muted"))
    return canvas.lines(), above


def _control(canvas: Canvas, y: int, session: Session, knob: Knob, held: bool) -> None:
    palette = canvas.palette
    label = palette.role("cursor" if held else "plain", bold=held)
    value = getattr(session.model, knob.control.name)
    clock = knob.control.name == session.concept.clock
    canvas.put(0, y, "▸" if held else " ", label)
    end = canvas.put(1, y, fit(knob.label, LABEL), label)
    if clock:
        canvas.put(end, y, "◷" if not palette.ascii else "@", palette.role("muted"))
    shown = knob.control.show(value, knob.index)
    fraction = knob.control.fraction(value, session.model, knob.index)
    style = palette.role("input", bold=held)
    if fraction is None:
        canvas.put(LABEL + 2, y, fit(shown, canvas.width - LABEL - 3), style)
        return
    canvas.right(LABEL + 1 + VALUE, y, fit(shown, VALUE), style)
    _gauge(canvas, gauge_start(), y, canvas.width - gauge_start() - 1, fraction, held)


def gauge_start() -> int:
    """The column where gauges begin."""
    return LABEL + VALUE + 2


def _gauge(canvas: Canvas, x: int, y: int, width: int, fraction: float, held: bool) -> None:
    """A track with a mark at the value."""
    if width < 2:
        return
    palette = canvas.palette
    at = round(min(max(fraction, 0.0), 1.0) * (width - 1))
    canvas.put(x, y, "─" * width, palette.role("muted"))
    canvas.put(x + at, y, "●" if held else "○", palette.role("input", bold=held))


def status(session: Session, width: int, palette: Palette, pages: str) -> Lines:
    """What just happened; and which page of the panels is shown."""
    canvas = Canvas(width, 1, palette)
    said = session.said
    if session.playing:
        said = f"▶ {session.pace}/s  {said}"
    star = said.startswith("★")
    canvas.put(1, 0, fit(said, width - 2 - cell_len(pages)),
               palette.role("good" if star else "plain", bold=star))
    canvas.right(width - 1, 0, pages, palette.role("muted"))
    return canvas.lines()


def footer(keys: tuple[tuple[str, str], ...], width: int, palette: Palette) -> Lines:
    """The keys that matter now, as many as fit."""
    canvas = Canvas(width, 1, palette)
    bar = palette.role("muted")
    x = 1
    for key, word in keys:
        if x + cell_len(key) + cell_len(word) + 1 > width - 1:
            continue
        x = canvas.put(x, 0, key, palette.role("key", bold=True))
        x = canvas.put(x + 1, 0, word, bar) + 2
    return canvas.lines()
