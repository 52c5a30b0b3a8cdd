"""The explanation in a narrow column beside the figure."""

from __future__ import annotations

from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.palette import Palette
from tui_transformer.render.prose import wrap
from tui_transformer.session import Session
from tui_transformer.ui.sheets import KINDS


def prose_lines(session: Session, width: int, height: int, palette: Palette) -> Lines:
    """Draw as much of the explanation as fits; `e` opens the whole of it."""
    canvas = Canvas(width, height, palette)
    lines = wrap(session.concept.prose, width - 2, palette.spell)
    for y, line in enumerate(lines[:height]):
        x = 1
        for span in line:
            role, bold = KINDS[span.kind]
            x = canvas.put(x, y, span.text, palette.role(role, bold=bold))
    if len(lines) > height:
        canvas.right(width, height - 1, " e: all of it ", palette.role("muted"))
    return canvas.lines()
