"""The explanation in a narrow column beside the figure, or in a strip below it."""

from collections.abc import Callable

from tui_transformer.pieces import Role
from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.palette import Palette
from tui_transformer.render.prose import Line, wrap
from tui_transformer.session import Session
from tui_transformer.ui.sheets import KINDS

Told = Callable[[str], str]  # names keys as they are now
ROWS = 4  # lines of a page of the strip, below its rule


def prose_lines(
    session: Session, width: int, height: int, palette: Palette, told: Told = str
) -> Lines:
    """Draw as much of the explanation as fits; `e` opens the whole of it."""
    canvas = Canvas(width, height, palette)
    lines = wrap(session.concept.prose, width - 2, palette.spell)
    for y, line in enumerate(lines[:height]):
        put(canvas, y, line)
    if len(lines) > height:
        canvas.right(width, height - 1, told(" e: all of it "), palette.role("muted"))
    return canvas.lines()


def pages(session: Session, width: int, palette: Palette) -> list[list[Line]]:
    """Cut the explanation into pages of a strip; a paragraph begins where there is room for two."""
    found: list[list[Line]] = [[]]
    for line in wrap(session.concept.prose, width - 2, palette.spell):
        room = ROWS - len(found[-1])
        if room == 0 or (not line and room < 3 and found[-1]):
            found.append([])
        if line or found[-1]:
            found[-1].append(line)
    return [page for page in found if page]


def strip(session: Session, page: int, width: int, palette: Palette, told: Told = str) -> Lines:
    """Draw a page of the explanation below the figure, under a rule that says which it is."""
    canvas = Canvas(width, ROWS + 1, palette)
    found = pages(session, width, palette)
    at = min(page, len(found) - 1)
    canvas.put(0, 0, "─" * width, palette.role("muted"))
    canvas.put(1, 0, f" explanation {at + 1}/{len(found)} ", palette.role("plain", bold=True))
    on = "next" if at + 1 < len(found) else "close"
    keys = told(f" e {on} · E all · esc close ")
    canvas.right(width - 1, 0, palette.spell_parts(keys), palette.role("muted"))
    for y, line in enumerate(found[at], 1):
        put(canvas, y, line)
    return canvas.lines()


def put(canvas: Canvas, y: int, line: Line, plain: Role = "plain") -> None:
    """Write a line of prose, each kind of span in its colour, plain ones in one of choice."""
    x = 1
    for span in line:
        role, bold = KINDS[span.kind]
        style = canvas.palette.role(plain if span.kind == "plain" else role, bold=bold)
        x = canvas.put(x, y, span.text, style)
