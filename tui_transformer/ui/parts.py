"""The lines around the figure: title, sentence, controls, formula and status.

Pure functions of the session, a size and a palette; the widgets only show them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment

from tui_transformer.concepts.syllabus import SYLLABUS
from tui_transformer.numbers import within
from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.fit import fit, wrap
from tui_transformer.render.palette import Palette

if TYPE_CHECKING:
    from tui_transformer.session import Knob, Session

LABEL, VALUE = 13, 7  # columns of a control's name and value
LOWER = 3  # lines of the formula and the status: what is said may lie over the formula

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
    marks = [
        "comparing" if session.pinned is not None else "",
        _data_above(session, width, palette),
        place_of(session.concept.id),
        stars,
    ]
    end = canvas.put(1, 0, fit(palette.spell_parts(session.concept.title), width - 2), bar)
    for left_out in ("", marks[2], stars):  # the less important, where room is short
        parts = (part for part in marks if part and part != left_out)
        shown = palette.spell_parts("  ".join(parts))
        if end + cell_len(shown) + 2 <= width:
            canvas.right(width - 1, 0, shown, palette.role("plain", reverse=True))
            break
        marks = [part for part in marks if part != left_out]
    return canvas.lines()


def sentence(session: Session, width: int, palette: Palette) -> Lines:
    """What this state shows, on two lines if it must, and where its data come from."""
    said = wrap(palette.spell(session.figure.says), max(width - 2, 1))
    canvas = Canvas(width, min(len(said), 2), palette)
    for y, line in enumerate(said[:2]):
        last = y == 1 and len(said) > 2
        canvas.put(1, y, fit(line + ("…" if last else ""), width - 2), palette.role("output"))
    if not _data_above(session, width, palette):
        label = palette.spell(f"data: {session.figure.data}")
        canvas.right(width - 1, len(said) - 1, label, palette.role("muted"))
    return canvas.lines()


def _data_above(session: Session, width: int, palette: Palette) -> str:
    """Where the data come from, if the sentence leaves no room for it: then the title has it."""
    label = f"data: {session.figure.data}"
    said = wrap(palette.spell(session.figure.says), max(width - 2, 1))
    fits = len(said) <= 2 and cell_len(said[-1]) + cell_len(palette.spell(label)) + 4 <= width
    return "" if fits else label


def controls(
    session: Session, width: int, height: int, palette: Palette, above: int = 0
) -> tuple[Lines, int]:
    """Every knob with its value and gauge; returns the lines and how many are hidden above.

    `above` is how many were hidden before: the list moves only when it has to.
    """
    knobs = session.knobs
    at = min(session.at, len(knobs) - 1)
    above = max(min(above, at, len(knobs) - height), at - height + 1, 0)
    lines = [
        _control(
            session, knob, above + y == at, width, palette, _more(y, height, above, len(knobs))
        )
        for y, knob in enumerate(knobs[above : above + height])
    ]
    offers = offered(session, height - len(lines) - 1, width, palette)
    spare = Canvas(width, height - len(lines), palette)
    for y, offer in enumerate(offers, 1):
        spare.put(1, y, offer.key, palette.role("key"))
        spare.put(3, y, offer.text, palette.role("muted"))
    return lines + spare.lines(), above


class Offer(NamedTuple):
    """A line below the controls; `number` counts the presets, and then the tasks, from 0."""

    key: str
    text: str
    number: int


def offered(session: Session, room: int, width: int, palette: Palette) -> list[Offer]:
    """What fits below the controls: the presets with their keys, then tasks; none is cut."""
    names = [(str(i), name) for i, name in enumerate(session.concept.presets, 1)]
    goals = [
        ("★" if i in session.solved else "☆", challenge.goal)
        for i, challenge in enumerate(session.concept.challenges)
    ]
    found: list[Offer] = []
    for number, (key, text) in enumerate(names + goals):
        lines = wrap(palette.spell(text), width - 5)
        gap = number == len(names) > 0
        if len(found) + gap + len(lines) > room:
            if number >= len(names) and len(found) + gap < room:
                left = len(names) + len(goals) - number
                more = "more" if number > len(names) else "task" if left == 1 else "tasks"
                found += [Offer("", "", -1)] * gap + [Offer("t", f"{left} {more}", number)]
            break
        found += [Offer("", "", -1)] * gap
        found += [Offer("" if y else key, line, number) for y, line in enumerate(lines)]
    return found


def _more(y: int, height: int, above: int, count: int) -> str:
    """The sign that the list goes on beyond its first or last line in sight."""
    if y == 0 and above:
        return "▲"
    return "▼" if y == height - 1 and above + height < count else " "


def _control(
    session: Session, knob: Knob, held: bool, width: int, palette: Palette, more: str
) -> list[Segment]:
    name = knob.control.name
    value = getattr(session.model, name)
    fraction = knob.control.fraction(value, session.model, knob.index)
    room = width - gauge_start() - 1
    at = None if fraction is None else round(min(max(fraction, 0.0), 1.0) * max(room - 1, 0))
    shown = knob.control.show(value, knob.index)
    if at is not None and len(shown) > VALUE:
        shown = within(knob.control.at(value, knob.index), VALUE)
    return _control_line(
        palette.spell(knob.label),
        palette.spell(shown),
        at,
        held,
        name == session.concept.clock,
        name in session.idle,
        more,
        width,
        palette,
    )


@lru_cache(maxsize=2048)
def _control_line(
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
    """Draw one control; most lines are the same from one picture to the next."""
    canvas = Canvas(width, 1, palette)
    ink = palette.role("cursor" if held else "muted" if idle else "plain", bold=held)
    canvas.put(0, 0, "▸" if held else " ", ink)
    room = LABEL + VALUE - cell_len(shown) if at is not None else width - 5
    end = canvas.put(1, 0, fit(label, max(room, LABEL)), ink)
    if clock:
        end = canvas.put(end, 0, "◷", palette.role("muted"))
    style = palette.role("muted" if idle else "input", bold=held)
    if at is None:
        text = palette.spell_parts(f"{shown} · idle") if idle else shown
        early = width - 1 - cell_len(text)  # where it begins to end in sight
        start = early if end < early < LABEL + 2 else max(LABEL + 2, end + 1)
        canvas.put(start, 0, fit(text, width - 1 - start), style)
    else:
        canvas.right(LABEL + 1 + VALUE, 0, fit(shown, VALUE), style)
        if idle:  # said in a word, for those who do not see that it is dimmed
            canvas.put(gauge_start(), 0, fit("idle", width - gauge_start() - 1), style)
        else:
            _gauge(canvas, gauge_start(), width - gauge_start() - 1, at, held)
    if more != " ":
        canvas.put(width - 1, 0, more, palette.role("muted"))
    return canvas.lines()[0]


def gauge_start() -> int:
    """The column where gauges begin."""
    return LABEL + VALUE + 2


def _gauge(canvas: Canvas, x: int, width: int, at: int, held: bool) -> None:
    """A track with a mark at the value."""
    if width < 2:
        return
    palette = canvas.palette
    canvas.put(x, 0, "─" * width, palette.role("muted"))
    canvas.put(x + at, 0, "●" if held else "○", palette.role("input", bold=held))


def status(session: Session, width: int, palette: Palette, pages: str) -> Lines:
    """What just happened, on as many lines as it takes; and which page of the panels is shown."""
    said = session.said
    if session.playing:
        pace = "" if session.concept.ahead else f"{session.pace}/s  "
        said = f"▶ {pace}{said}"
    star = said.startswith("★")
    lines = wrap(palette.spell(said), max(width - 2, 1))
    if len(lines) > LOWER:
        lines[LOWER - 1 :] = [fit(" ".join(lines[LOWER - 1 :]), width - 2)]
    canvas = Canvas(width, len(lines), palette)
    for y, line in enumerate(lines):
        canvas.put(1, y, line, palette.role("good" if star else "plain", bold=star))
    pages = palette.spell(pages)
    if cell_len(lines[-1]) + cell_len(pages) + 3 <= width:
        # What was just said is read once, the pages can be turned any time.
        canvas.right(width - 1, len(lines) - 1, pages, palette.role("muted"))
    return canvas.lines()
