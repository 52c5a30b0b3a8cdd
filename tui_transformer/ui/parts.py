"""The lines around the figure: title, sentence and status.

Pure functions of the session, a size and a palette; the widgets only show them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from tui_transformer.concepts.syllabus import SYLLABUS
from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.fit import clauses, fit, wrap
from tui_transformer.render.palette import Palette

if TYPE_CHECKING:
    from tui_transformer.pieces import Role
    from tui_transformer.session import Session

GAP = 3  # columns between what was said and the task
LOWER = 3  # lines of the formula and the status: what is said may lie over the formula

SMALL = (60, 18)

_SEED = re.compile(r" \(seed \d+\)")


def too_small(width: int, height: int) -> str:
    """One line for a terminal that is too small to show everything."""
    if width >= SMALL[0] and height >= SMALL[1]:
        return ""
    return f"{width}×{height} is small; {SMALL[0]}×{SMALL[1]} shows everything."


@lru_cache(maxsize=8)
def place_of(concept: str) -> str:
    """Say where in the syllabus a concept stands: its chapter and its place there."""
    for number, (chapter, entries) in enumerate(SYLLABUS.items(), 1):
        ids = [entry.id for entry in entries]
        if concept in ids:
            return f"{number} {chapter} · {ids.index(concept) + 1}/{len(ids)}"
    return ""


def title(session: Session, width: int, palette: Palette, mark: str = "") -> Lines:
    """The concept, its place in the syllabus and the challenges met; before all, a class's mark."""
    total = len(session.concept.challenges)
    stars = f"★{len(session.solved)}/{total}" if total else ""
    comparing = "comparing" if session.pinned is not None else ""
    place = place_of(session.concept.id)
    above = _data_above(session, width, palette)
    ways = (
        *((mark, comparing, data, place, stars) for data in above),
        (mark, comparing, above[-1], place.replace(" · ", " "), stars),
        *((mark, comparing, place, stars), (mark, comparing, stars), (mark, comparing), (mark,)),
    )
    return _title(session.concept.title, mark, ways, width, palette)


@lru_cache(maxsize=8)
def _title(
    title: str, mark: str, ways: tuple[tuple[str, ...], ...], width: int, palette: Palette
) -> Lines:
    """Draw a title, and at the right the first of some ways to say what belongs to it that fits."""
    canvas = Canvas(width, 1, palette)
    bar = palette.role("plain", bold=True, reverse=True)
    canvas.put(0, 0, " " * width, bar)
    room = width - 2 - (cell_len(palette.spell_parts(mark)) + 2 if mark else 0)
    end = canvas.put(1, 0, fit(palette.spell_parts(title), room), bar)
    for marks in ways:  # the less important is left out, where room is short
        shown = palette.spell_parts("  ".join(filter(None, marks)))
        if end + cell_len(shown) + 2 <= width:
            canvas.right(width - 1, 0, shown, palette.role("plain", reverse=True))
            break
    return canvas.lines()


def sentence(session: Session, width: int, palette: Palette) -> Lines:
    """What this state shows, on two lines if it must, and where its data come from."""
    said = wrap(palette.spell(session.figure.says), max(width - 2, 1))
    canvas = Canvas(width, min(len(said), 2), palette)
    for y, line in enumerate(said[:2]):
        last = y == 1 and len(said) > 2
        canvas.put(1, y, fit(line + ("…" if last else ""), width - 2), palette.role("output"))
    if not _data_above(session, width, palette)[0]:
        label = palette.spell(f"data: {session.figure.data}")
        canvas.right(width - 1, len(said) - 1, label, palette.role("muted"))
    return canvas.lines()


def _data_above(session: Session, width: int, palette: Palette) -> list[str]:
    """Where the data come from, in ever fewer words, if the sentence leaves no room for it: then
    the title has it. A seed is given up first, for the controls have it."""
    return _data_in_title(session.figure.says, session.figure.data, width, palette)


@lru_cache(maxsize=2)  # the title asks, and the sentence
def _data_in_title(says: str, data: str, width: int, palette: Palette) -> list[str]:
    label = f"data: {data}"
    said = wrap(palette.spell(says), max(width - 2, 1))
    fits = len(said) <= 2 and cell_len(said[-1]) + cell_len(palette.spell(label)) + 4 <= width
    if fits:
        return [""]
    bare = _SEED.sub("", data)
    return [label, data, bare, *reversed(clauses(bare)[:-1])]


def status(session: Session, width: int, palette: Palette, task: bool = True) -> Lines:
    """What just happened, on as many lines as it takes, and the first task that is not met.

    A `task` that is told nowhere else stands whole while nothing has just been said, and else
    beside it if there is room; it covers no formula of a number that is pinned.
    """
    said = session.said
    if session.playing:
        pace = "" if session.concept.ahead else f"{session.pace}/s  "
        said = f"▶ {pace}{said}"
    star = said.startswith("★")
    goal = palette.spell(next_task(session)) if task else ""
    lines = wrap(palette.spell(said) or goal, max(width - 2, 1))
    if not said and len(lines) > 1 and session.pin is not None:
        lines = [""]
    if len(lines) > LOWER:
        lines[LOWER - 1 :] = [fit(" ".join(lines[LOWER - 1 :]), width - 2)]
    canvas = Canvas(width, len(lines), palette)
    for y, line in enumerate(lines):
        role: Role = "good" if star else "plain" if said else "muted"
        canvas.put(1, y, line, palette.role(role, bold=star))
    x = 1 + cell_len(lines[-1]) + GAP
    if said and x + cell_len(goal) < width:
        canvas.put(x, len(lines) - 1, goal, palette.role("muted"))
    return canvas.lines()


def next_task(session: Session) -> str:
    """The first task that is not met yet."""
    goals = enumerate(session.concept.challenges)
    return next((f"☆ {one.goal}" for i, one in goals if i not in session.solved), "")


def lower(formula: Lines, status: Lines, width: int, palette: Palette, pages: str) -> Lines:
    """Formula and status on three lines; what is said on more than one lies over the formula.

    Which page is shown stands on the last line that has room for it, and never gets lost.
    """
    lines = (formula + status)[-LOWER:]
    if not pages:
        return lines
    ends = [cell_len("".join(segment.text for segment in line).rstrip()) for line in lines]
    sign, free = "", list[int]()
    for said in (pages, pages.removeprefix("panels ").replace(":", "")):
        if not free:
            sign = palette.spell(said)
            free = [y for y, end in enumerate(ends) if end + GAP + cell_len(sign) < width]
    if not free:
        lines, free = [*lines[1:], Canvas(width, 1, palette).lines()[0]], [LOWER - 1]
    start = width - 1 - cell_len(sign)
    before = Strip(lines[free[-1]]).adjust_cell_length(start, palette.base)
    lines[free[-1]] = [*before, Segment(f"{sign} ", palette.role("muted"))]
    return lines
