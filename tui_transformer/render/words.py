"""Plain lines of text, wrapped at spaces."""

from functools import lru_cache

from tui_transformer.panels import Words
from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.compact import plain
from tui_transformer.render.fit import short, wrap
from tui_transformer.render.palette import Palette

_LONGEST = 8000  # nobody reads a longer line


def words_height(panel: Words, width: int) -> int:
    """Say how many lines a text takes when it is wrapped."""
    return max(len(_wrapped(panel.lines, width)), 1)


def draw_words(
    panel: Words, width: int, height: int, palette: Palette, _pin: object = None
) -> Lines:
    """Draw a text into exactly width × height cells; an ellipsis stands for lines cut off."""
    canvas = Canvas(width, height, palette)
    lines = _wrapped(panel.lines, width)
    style = palette.role(panel.role)
    for y, line in enumerate(lines[: max(height, 0)]):
        if y == height - 1 and len(lines) > height:
            line = f"{short(line, width - 2)} …" if width > 2 else "…"
        canvas.put(0, y, plain(line, palette.ascii), style)
    return canvas.lines()


@lru_cache(maxsize=64)
def _wrapped(lines: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Break lines that are too long at spaces; what follows is as far in as the line is."""
    return tuple(
        part
        for text in lines
        for line in text.split("\n")
        for part in wrap(plain(line[:_LONGEST]).rstrip(), max(width, 1))
    )
