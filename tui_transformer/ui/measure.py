"""How the screen is shared out: what controls take, and what is left for panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_transformer.ui import parts

if TYPE_CHECKING:
    from tui_transformer.render.palette import Palette
    from tui_transformer.session import Session

HOME = 80  # columns below which a sentence may need two lines
LINES = 6  # title, sentence, two for the formula, status and footer
EDGE = 1  # empty columns between controls and panels


def controls_width(width: int) -> int:
    """Give the controls longer gauges on wider screens, but panels most of what is added."""
    more = (width - HOME) // 5 if width >= HOME else (width - HOME) // 10
    return 28 + min(max(more, -2), 8)


def figure_size(session: Session, width: int, height: int, palette: Palette) -> tuple[int, int]:
    """Say how many columns and lines are left for panels, without the explanation."""
    long = width < HOME or len(parts.sentence(session, width, palette)) > 1
    return width - controls_width(width) - EDGE, height - LINES - long
