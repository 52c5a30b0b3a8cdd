"""The column of the controls: its rows, or an open fold in their place; then presets and tasks.

What is drawn says what the mouse finds there: a `Spot` for each thing that can be clicked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.fit import wrap
from tui_transformer.render.palette import Palette
from tui_transformer.ui.control_line import GAUGE, LABEL, fold_line, fraction_of, knob_line
from tui_transformer.ui.grid import grid
from tui_transformer.ui.spots import Column, Does, Spot, heading

if TYPE_CHECKING:
    from tui_transformer.session import Fold, Session


BESIDE = 2  # columns between two presets on one line


class Offer(NamedTuple):
    """Something below the controls; `number` counts the presets, and then the tasks, from 0."""

    key: str
    text: str
    number: int
    y: int
    x: int = 1


def column(
    session: Session, width: int, height: int, palette: Palette, above: int = 0, follow: bool = True
) -> Column:
    """Draw the controls; `above` rows were hidden before, and stay so unless the held one is.

    Without `follow` the held one may be out of sight: somebody has scrolled.
    """
    fold = session.fold
    if fold is None:
        held = session.row
        at = next(i for i, row in enumerate(session.rows) if row is held)
        top = listed(session, session.rows, at, (width, height), palette, above, follow)
    elif fold.kind == "grid":
        top = grid(session, fold, width, height, palette)
    else:
        top = _opened(session, fold, (width, height), palette, above, follow)
    return _with_offers(session, top, width, height, palette)


def listed(
    session: Session,
    rows: Sequence[Fold],
    at: int,
    size: tuple[int, int],
    palette: Palette,
    above: int,
    follow: bool,
    y: int = 0,
) -> Column:
    """Draw rows from a line on, and scroll no more than it takes to show the held one."""
    width, height = size
    above = max(min(above, len(rows) - height), 0)
    if follow:
        above = max(min(above, at), at - height + 1, 0)
    lines: Lines = []
    spots: list[Spot] = []
    for line, row in enumerate(rows[above : above + height]):
        more = _more(line, height, above, len(rows))
        held = above + line == at
        if more != " ":
            step = -1 if more == "▲" else 1
            spots.append(Spot(y + line, width - 1, width, "scroll", step * (height - 1)))
        if row.kind == "one":
            knob = session.knobs[row.start]
            at_fraction = fraction_of(session, knob)
            lines.append(
                knob_line(session, knob, row.label, held, width, palette, more, at_fraction)
            )
            if at_fraction is not None and knob.control.name not in session.idle:
                spots.append(Spot(y + line, GAUGE - 1, width - 1, "gauge", row.start))
            elif at_fraction is None:
                spots.append(Spot(y + line, LABEL + 2, width - 1, "word", row.start))
        else:
            lines.append(fold_line(session, row, held, width, palette, more))
        spots.append(Spot(y + line, 0, width, "hold" if row.kind == "one" else "open", row.start))
    return Column(lines, tuple(spots), above)


def _opened(
    session: Session,
    fold: Fold,
    size: tuple[int, int],
    palette: Palette,
    above: int,
    follow: bool,
) -> Column:
    """Draw an open list: its heading, and a row with a gauge for each of its knobs."""
    width, height = size
    at = fold.place(session.at)[0]
    below = listed(session, fold.parts, at, (width, height - 1), palette, above, follow, y=1)
    spots = (Spot(0, 0, width, "close"), *below.spots)
    return Column(heading(fold, width, palette) + below.lines, spots, below.above)


def _with_offers(
    session: Session, top: Column, width: int, height: int, palette: Palette
) -> Column:
    """Write below what was drawn what fits of the presets and the tasks."""
    below = _below(*_texts(session), len(top.lines), width, height, palette)
    return Column(top.lines + below.lines, top.spots + below.spots, top.above, below.tells_task)


Texts = tuple[tuple[str, str], ...]  # what can be opened, each with its key or its star


def _texts(session: Session) -> tuple[Texts, Texts]:
    """List the presets, and the tasks: those to be done come first."""
    goals = [
        ("★" if i in session.solved else "☆", challenge.goal)
        for i, challenge in enumerate(session.concept.challenges)
    ]
    goals.sort(key=lambda goal: goal[0] == "★")
    presets = ((str(i), name) for i, name in enumerate(session.concept.presets, 1))
    return tuple(presets), tuple(goals)


@lru_cache(maxsize=64)
def _below(
    presets: Texts, goals: Texts, used: int, width: int, height: int, palette: Palette
) -> Column:
    """Draw what is offered from a line on, below a heading if there is room; they seldom change."""
    room = height - used
    gap = 1 if room > len(presets) else 0
    offers = _offered(presets, goals, room - gap, width, palette)
    canvas = Canvas(width, room, palette)
    if gap and offers:
        title = palette.spell("presets " if presets else "tasks ")
        x = canvas.put(1, 0, title, palette.role("muted"))
        canvas.put(x, 0, "─" * (width - 1 - x), palette.role("muted"))
    for offer in offers:
        canvas.put(offer.x, gap + offer.y, offer.key, palette.role("key"))
        canvas.put(offer.x + 2, gap + offer.y, offer.text, palette.role("muted"))
    spots = []
    for offer in reversed(offers):  # the last on a line goes on to its end
        preset = offer.number < len(presets)
        does: Does = "preset" if preset else "tasks"
        number = offer.number + 1 if preset else 0
        spots.append(Spot(used + gap + offer.y, offer.x - 1, width, does, number))
    tells = any(offer.key == "☆" for offer in offers)
    return Column(canvas.lines(), tuple(spots), tells_task=tells)


def offered(session: Session, room: int, width: int, palette: Palette) -> tuple[Offer, ...]:
    """What fits below the controls: the presets with their keys, then tasks; none is cut."""
    return _offered(*_texts(session), room, width, palette)


def _offered(
    presets: Texts, goals: Texts, room: int, width: int, palette: Palette
) -> tuple[Offer, ...]:
    found = [offer for offer in _placed(presets, room, width, palette) if offer.y < room]
    if len(found) < len(presets):
        return tuple(found)
    y = found[-1].y + 2 if found else 0
    for number, (key, text) in enumerate(goals):
        lines = wrap(palette.spell(text), width - 5)
        if y + len(lines) > room:
            if y < room:
                left = len(goals) - number
                more = "more" if number else "task" if left == 1 else "tasks"
                found.append(Offer("t", f"{left} {more}", len(presets) + number, y))
            break
        for i, line in enumerate(lines):
            found.append(Offer("" if i else key, line, len(presets) + number, y + i))
        y += len(lines)
    return tuple(found)


def _placed(presets: Texts, room: int, width: int, palette: Palette) -> list[Offer]:
    """Place each preset on a line of its own; several on one, where there are too few lines."""
    found: list[Offer] = []
    x = y = 0
    for number, (key, text) in enumerate(presets):
        shown = palette.spell(text)
        end = x + 2 + cell_len(shown)
        if number and (len(presets) <= room or end > width - 1):
            x, y = 0, y + 1
            end = x + 2 + cell_len(shown)
        found.append(Offer(key, shown, number, y, x + 1))
        x = end + BESIDE
    return found


def _more(y: int, height: int, above: int, count: int) -> str:
    """The sign that the list goes on beyond its first or last line in sight."""
    if y == 0 and above:
        return "▲"
    return "▼" if y == height - 1 and above + height < count else " "
