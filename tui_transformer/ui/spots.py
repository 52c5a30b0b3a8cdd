"""What the column of the controls is made of: lines, and what the mouse finds in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.palette import Palette

if TYPE_CHECKING:
    from tui_transformer.session import Fold

Does = Literal[
    "hold", "gauge", "word", "cell", "flip", "open", "close", "preset", "tasks", "scroll"
]


class Spot(NamedTuple):
    """Part of a line that can be clicked, what that does, and to which knob or preset."""

    y: int
    start: int
    end: int
    does: Does
    number: int = 0


class Column(NamedTuple):
    """The lines of the controls, what can be clicked, and how many rows are hidden above.

    `tells_task` is whether a task that is not met yet stands below them.
    """

    lines: Lines
    spots: tuple[Spot, ...]
    above: int = 0
    tells_task: bool = False


def heading(fold: Fold, width: int, palette: Palette) -> Lines:
    """The line over an open fold: what it is, and how it is closed."""
    canvas = Canvas(width, 1, palette)
    size = f" {fold.size}" if fold.kind == "grid" else ""
    canvas.put(1, 0, palette.spell(f"{fold.label}{size}"), palette.role("plain", bold=True))
    canvas.right(width - 1, 0, palette.spell("esc closes"), palette.role("key"))
    return canvas.lines()
