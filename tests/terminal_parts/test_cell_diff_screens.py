"""Whatever frames follow each other, the diff leaves the screen that plain drawing leaves."""

from typing import Any

import pyte
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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

COLORS = st.sampled_from([None, None, "red", "bright_blue", "default", "color(100)", "#102030"])
FLAGS = st.sampled_from([None, None, None, None, True, False])
LETTERS = ["a", "b", " ", " ", " ", "─", "█", "π", "日", "한", "é", "e\u0301", "a\u0323\u0301", "日\u0301"]


@st.composite
def styles(draw: Any) -> Style | None:
    if draw(st.integers(0, 7)) == 0:
        return None
    flags = ("bold", "dim", "italic", "underline", "reverse", "strike", "underline2", "overline")
    chosen = {flag: draw(FLAGS) for flag in draw(st.sets(st.sampled_from(flags), max_size=3))}
    link = draw(st.sampled_from([None] * 9 + ["https://example.org"]))
    return Style(color=draw(COLORS), bgcolor=draw(COLORS), link=link, **chosen)


@st.composite
def strips(draw: Any, width: int, pens: list[Style | None]) -> Strip:
    segments: list[Segment] = []
    room = width
    while room:
        text = "".join(draw(st.lists(st.sampled_from(LETTERS), min_size=1, max_size=8)))
        while cell_len(text) > room:
            text = text[:-1] if cell_len(text[:-1]) >= room else text[:-1] + " "
        segments.append(Segment(text, draw(st.sampled_from(pens))))
        room -= cell_len(text)
    return Strip(segments, width)


@st.composite
def frames(draw: Any) -> tuple[tuple[int, int], list[Update]]:
    width, height = draw(st.integers(4, 24)), draw(st.integers(1, 4))
    pens = draw(st.lists(styles(), min_size=1, max_size=4))
    kept: list[Strip] = []

    def strip(size: int) -> Strip:
        fitting = [old for old in kept if old.cell_length == size]
        if fitting and draw(st.booleans()):
            return draw(st.sampled_from(fitting))
        kept.append(draw(strips(size, pens)))
        return kept[-1]

    def row() -> dict[int, Strip]:
        cuts = sorted({0, width, *draw(st.lists(st.integers(1, width - 1), max_size=2))})
        return {x: strip(end - x) for x, end in zip(cuts, cuts[1:], strict=False)}

    def chops() -> ChopsUpdate:
        lines: list[dict[int, Strip | None]] = [dict(row()) for _ in range(height)]
        for line in lines:
            for x in list(line):
                if draw(st.integers(0, 3)) == 0:
                    line[x] = None
        spans = []
        for y in sorted(draw(st.sets(st.integers(0, height - 1), min_size=1))):
            left = draw(st.integers(0, width - 1))
            spans.append((y, left, draw(st.integers(left + 1, width))))
        ends = [[*list(line)[1:], width] for line in lines]
        return ChopsUpdate(lines, spans, ends)

    def layout() -> LayoutUpdate:
        return LayoutUpdate([row().values() for _ in range(height)], Region(0, 0, width, height))

    kinds = draw(st.lists(st.booleans(), min_size=1, max_size=5))
    return (width, height), [chops() if partial else layout() for partial in kinds]


def look_of(screen: pyte.Screen) -> list[Any]:
    """What can be seen: the colour of the ink of a blank cannot."""
    cells = [screen.buffer[y][x] for y in range(screen.lines) for x in range(screen.columns)]
    inkless = {"fg": "default", "bold": False, "italics": False}
    return [
        cell._replace(**inkless)
        if cell.data == " " and not (cell.underscore or cell.reverse or cell.strikethrough)
        else cell
        for cell in cells
    ]


def screen_of(size: tuple[int, int]) -> tuple[pyte.Screen, pyte.Stream]:
    screen = pyte.Screen(*size)
    stream = pyte.Stream(screen)
    stream.feed("\x1b[?7l")
    return screen, stream


@pytest.mark.parametrize("system", ["standard", "256", "truecolor"])
@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(case=frames(), plain=st.booleans(), forget=st.integers(0, 4))
def test_same_screen(
    system: str, case: tuple[tuple[int, int], list[Update]], plain: bool, forget: int
) -> None:
    size, updates = case
    console = Console(color_system=system, force_terminal=True)
    assert console._color_system is not None
    painter = Painter(console._color_system)
    expected, expected_stream = screen_of(size)
    actual, actual_stream = screen_of(size)
    for number, update in enumerate(updates):
        if number and number == forget:
            painter.forget()
        expected_stream.feed(update.render_segments(console))
        actual_stream.feed(painter.paint(pieces(update), size, plain=plain))
        assert look_of(actual) == look_of(expected)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(case=frames())
def test_a_frame_twice_sends_nothing(case: tuple[tuple[int, int], list[Update]]) -> None:
    size, updates = case
    painter = Painter(ColorSystem.TRUECOLOR)
    for update in updates:
        if isinstance(update, LayoutUpdate):
            painter.paint(pieces(update), size, plain=False)
            assert painter.paint(pieces(update), size, plain=False) == ""


def test_no_colour_stays_without_colour() -> None:
    strip = Strip([Segment("word", Style.parse("red on blue"))]).apply_filter(
        NoColor(), Color(0, 0, 0)
    )
    update = LayoutUpdate([[strip]], Region(0, 0, 4, 1))
    sent = Painter(ColorSystem.TRUECOLOR).paint(pieces(update), (4, 1), plain=True)
    assert sent == "\x1b[H\x1b[mword"
