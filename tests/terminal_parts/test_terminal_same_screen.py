"""Whatever frames follow each other, the diff leaves the screen that plain drawing leaves."""

from itertools import pairwise
from random import Random
from typing import Any

import pyte
import pytest
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.color import Color
from textual.filter import NoColor
from textual.geometry import Region
from textual.strip import Strip

from tui_transformer.ui.terminal.painter import Painter, pieces

Update = LayoutUpdate | ChopsUpdate

COLORS = [None, None, "red", "bright_blue", "default", "color(100)", "#102030"]
FLAGS = ["bold", "dim", "italic", "underline", "reverse", "strike", "blink", "overline"]
LINKS = [None] * 9 + ["https://example.org"]
LETTERS = ["a", "b", " ", " ", " ", "─", "█", "π", "日", "한", "é", "é", "ạ́", "日́", "😀"]


class Frames:
    """Random updates for one terminal, some with strips that were on it before."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.size = self.random.randint(2, 24), self.random.randint(1, 4)
        self.pens = [self.style() for _ in range(4)]
        self.strips: list[Strip] = []

    def style(self) -> Style | None:
        pick = self.random.choice
        flags = {flag: pick([None, True, False]) for flag in self.random.sample(FLAGS, 2)}
        style = Style(color=pick(COLORS), bgcolor=pick(COLORS), link=pick(LINKS), **flags)
        return pick([None, style, style, style])

    def strip(self, width: int) -> Strip:
        fitting = [strip for strip in self.strips if strip.cell_length == width]
        if fitting and self.random.random() < 0.5:
            return self.random.choice(fitting)
        segments = []
        room = width
        while room:
            letter = self.random.choice([x for x in LETTERS if cell_len(x) <= room])
            text = letter * self.random.randint(1, max(1, min(4, room // cell_len(letter))))
            segments.append(Segment(text, self.random.choice(self.pens)))
            room -= cell_len(text)
        self.strips.append(Strip(segments, width))
        return self.strips[-1]

    def row(self) -> dict[int, Strip | None]:
        width = self.size[0]
        cuts = sorted({0, width, *(self.random.randrange(1, width) for _ in range(2))})
        return {x: self.strip(end - x) for x, end in pairwise(cuts)}

    def layout(self) -> LayoutUpdate:
        rows: list[Any] = [self.row().values() for _ in range(self.size[1])]
        return LayoutUpdate(rows, Region(0, 0, *self.size))

    def chops(self) -> ChopsUpdate:
        width, height = self.size
        lines = [self.row() for _ in range(height)]
        for line in lines:
            line.update({x: None for x in line if self.random.random() < 0.2})
        spans = []
        for y in sorted(self.random.sample(range(height), self.random.randint(1, height))):
            left = self.random.randrange(width)
            spans.append((y, left, self.random.randint(left + 1, width)))
        return ChopsUpdate(lines, spans, [[*list(line)[1:], width] for line in lines])


def seen(screen: pyte.Screen) -> list[Any]:
    """What can be seen: the colour of the ink of a blank cannot."""
    cells = [screen.buffer[y][x] for y in range(screen.lines) for x in range(screen.columns)]
    inkless = {"fg": "default", "bold": False, "italics": False}
    return [
        cell._replace(**inkless)
        if cell.data == " " and not (cell.underscore or cell.reverse or cell.strikethrough)
        else cell
        for cell in cells
    ]


def terminal(size: tuple[int, int]) -> tuple[pyte.Screen, pyte.Stream]:
    screen = pyte.Screen(*size)
    stream = pyte.Stream(screen)
    stream.feed("\x1b[?7l")
    return screen, stream


@pytest.mark.parametrize("system", ["standard", "256", "truecolor"])
@pytest.mark.parametrize("first", range(0, 120, 30))
def test_same_screen(system: Any, first: int) -> None:
    console = Console(color_system=system, force_terminal=True)
    assert console._color_system is not None
    # Kept styles remember the codes of the colour system that they were first used with.
    Segment._split_cells.cache_clear()
    for seed in range(first, first + 30):
        frames = Frames(seed)
        painter = Painter(console._color_system)
        expected, plain = terminal(frames.size)
        actual, diffed = terminal(frames.size)
        for number in range(5):
            update = frames.random.choice([frames.layout, frames.chops])()
            # Every piece says where it goes; the line feeds as well could scroll.
            plain.feed(update.render_segments(console).replace("\n", ""))
            if seed % 4 == number:
                painter.forget()
            diffed.feed(painter.paint(pieces(update), frames.size, plain=seed % 3 == 0))
            assert seen(actual) == seen(expected), (seed, number)


def test_the_same_frame_again_sends_nothing() -> None:
    for seed in range(100):
        frames = Frames(seed)
        painter = Painter(ColorSystem.TRUECOLOR)
        update = frames.layout()
        assert painter.paint(pieces(update), frames.size, plain=False)
        assert painter.paint(pieces(update), frames.size, plain=False) == ""


def test_no_colour_stays_without_colour() -> None:
    strip = Strip([Segment("word", Style.parse("red on blue"))])
    strip = strip.apply_filter(NoColor(), Color(0, 0, 0))
    update = LayoutUpdate([[strip]], Region(0, 0, 4, 1))
    assert Painter(ColorSystem.TRUECOLOR).paint(pieces(update), (4, 1), plain=True) == (
        "\x1b[H\x1b[mword"
    )
