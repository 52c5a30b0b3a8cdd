"""The bytes of a frame: exactly these where they are few, nearly the fewest where they are not."""

from random import Random

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tests.bench.fewest import fewest
from tests.terminal_parts.test_terminal_same_screen import terminal
from tui_transformer.ui.terminal.differences import differences, stretches
from tui_transformer.ui.terminal.moves import move
from tui_transformer.ui.terminal.painter import Painter, pieces

RED, BLUE = Style.parse("bold red on #101010"), Style.parse("blue on #101010")
WIDTH, HEIGHT = 60, 16


def line(*parts: tuple[str, Style | None]) -> LayoutUpdate:
    segments = [Segment(text, style) for text, style in parts]
    return LayoutUpdate([[Strip(segments)]], Region(0, 0, 10, 1))


def sent(*updates: LayoutUpdate, plain: bool = False) -> str:
    """What the last of some frames sends."""
    painter = Painter(ColorSystem.TRUECOLOR)
    return [painter.paint(pieces(update), (10, 1), plain=plain) for update in updates][-1]


def test_a_cell_alone_between_two_is_written_again_where_that_takes_no_more() -> None:
    before = line(("abcdefghij", RED))
    assert sent(before, line(("xbxdefghij", RED))) == "\x1b[Hxbx"
    assert sent(before, line(("xbcxefghij", RED))).endswith("xbcx")  # two: as few bytes as a jump
    mixed = line(("a", RED), ("b", BLUE), ("cdefghij", RED))
    again = sent(mixed, line(("x", RED), ("b", BLUE), ("xdefghij", RED)))
    assert again == "\x1b[Hx\x1b[Cx"


def test_what_begins_or_ends_a_row_is_not_between_two() -> None:
    marks = "1" * 10
    changed = bytes([0, 1, 0, 1, 0, 1, 1, 0, 1, 0])
    assert [*stretches(changed, marks, {10})] == [(1, 9)]
    assert [*stretches(changed, marks, {3, 10})] == [(1, 2), (3, 9)]
    assert [*stretches(changed, marks, {2, 10})] == [(1, 2), (3, 9)]
    assert [*stretches(changed, "1111211111", {10})] == [(1, 4), (5, 9)]
    assert [*stretches(bytes(4), "1111", {4})] == []
    assert [*stretches(b"\1\0\0\1", "1111", {4})] == [(0, 1), (3, 4)]


def test_only_what_differs() -> None:
    before = line(("loss 0.125", RED))
    assert sent(before, line(("loss 0.126", RED))) == "\x1b[;10H6"
    assert sent(before, line(("loss 0.136", RED))) == "\x1b[;9H36"
    assert sent(before, line(("lass 0.126", RED))) == "\x1b[;2Ha\x1b[7C6"
    assert sent(before, line(("loss 9.129", RED))) == "\x1b[;6H9.129"
    assert sent(before, line(("loss ", RED), ("0.125", BLUE))) == "\x1b[;6H\x1b[22;34m0.125"


def test_a_pen_is_put_down_for_others_to_write() -> None:
    before = line(("loss 0.125", RED))
    after = line(("loss 0.126", RED))
    style = "\x1b[1;31;48;2;16;16;16m"
    assert sent(before, after, plain=True) == f"\x1b[;10H{style}6\x1b[m"


def test_the_ink_of_blanks_is_not_sent() -> None:
    before = line(("a         ", RED))
    assert sent(before, line(("a", RED), ("         ", BLUE))) == ""
    assert sent(before, line(("a    ", RED), ("    b", BLUE))) == "\x1b[;10H\x1b[22;34mb"
    underlined = Style.parse("underline blue on #101010")
    assert sent(before, line(("a        ", RED), (" ", underlined))) != ""


def test_blanks_between_two_changes_are_written_where_they_stay_as_they_are() -> None:
    other = Style.parse("on #202020")
    for blanks, way in (
        ((("  ", RED),), "  "),
        (((" ", RED), (" ", BLUE)), "  "),
        (((" ", RED), (" ", other)), "\x1b[2C"),
        (((" ", other), (" ", RED)), "\x1b[2C"),
    ):
        before, after = (line((a, RED), *blanks, (f"{b}      ", RED)) for a, b in ("ab", "xy"))
        assert sent(before, after) == f"\x1b[Hx{way}y"


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("bold dim", "bold", "0;1"),
        ("bold dim italic", "dim italic", "22;2"),
        ("bold underline", "bold underline2", "24;21"),
        ("underline underline2", "underline", "0;4"),
        ("red on blue", "red", "49"),
        ("bold red on blue", "", ""),
        ("overline red", "red", "0;31"),
        ("italic", "italic #0a141e on color(7)", "38;2;10;20;30;47"),
    ],
)
def test_the_shortest_change_of_style(before: str, after: str, codes: str) -> None:
    frames = [line(("x", Style.parse(before))), line(("y", Style.parse(after)))]
    assert sent(*frames) == f"\x1b[H\x1b[{codes}my"


def test_a_style_that_is_gone_lends_its_colour_to_no_other() -> None:
    """Styles are known by identity, which a new one may take over; and not all are kept."""
    painter = Painter(ColorSystem.TRUECOLOR)
    for number in range(10_000):
        style = Style(color=f"#00000{number % 7}")
        frame = painter.paint(pieces(line(("x", style), (" same", Style()))), (10, 1), plain=True)
        assert f"38;2;0;0;{number % 7}m" in frame
        assert ("same" in frame) == (number == 0)  # what stands there is known all along
        assert len(painter._styles) < 3_000


def test_links_are_ended_in_every_frame() -> None:
    link = Style(link="https://example.org")
    opened, closed = "\x1b]8;;https://example.org\x1b\\", "\x1b]8;;\x1b\\"
    assert sent(line(("x", None)), line(("y", link))) == f"\x1b[H{opened}y{closed}"
    evil = Style(link="https://example.org\x1b\\evil")
    assert "evil" not in sent(line(("y", evil)))


@pytest.mark.parametrize(
    ("start", "end", "way"),
    [
        ((None, None), (0, 0), "\x1b[H"),
        ((None, None), (4, 2), "\x1b[3;5H"),
        ((9, 3), (8, 3), "\b"),
        ((9, 3), (8, 4), "\x1b[B\b"),
        ((9, 13), (0, 14), "\x1b[B\r"),
        ((9, 3), (10, 3), "\x1b[C"),
        ((100, 30), (9, 30), "\x1b[10G"),
        ((None, 3), (0, 3), "\r"),
    ],
)
def test_moves(start: tuple[int | None, int | None], end: tuple[int, int], way: str) -> None:
    assert move(*start, *end) == way


def page(random: Random, value: float) -> list[Strip]:
    """A page as the app's are: labels, numbers, gauges, coloured cells."""
    rows = []
    for y in range(HEIGHT):
        number = value * (y + 1) % 7 if y % 3 == 0 else y
        filled = int(number * 3)
        ink = Style.parse("#dddddd on #202020")
        cells = [
            Segment(
                f" {(value + x + y) % 1:4.2f} ",
                Style.parse(f"white on #{x * 20:02x}{y * 10:02x}40"),
            )
            for x in range(4)
        ]
        segments = [
            Segment(f"row {y:2} {number:6.3f} ", ink),
            Segment("━" * filled, Style.parse("bold #ffaa00 on #202020")),
            Segment("─" * (22 - filled), Style.parse("#555555 on #202020")),
            *cells,
        ]
        rows.append(Strip(segments).crop(0, WIDTH))
    return rows


def test_nearly_the_fewest_bytes() -> None:
    random = Random(1)
    painter = Painter(ColorSystem.TRUECOLOR)
    screen, stream = terminal((WIDTH, HEIGHT))
    total = least = 0
    for number in range(12):
        rows = page(random, round(0.5 + number * 0.01 * random.random(), 3))
        update = LayoutUpdate([[row] for row in rows], Region(0, 0, WIDTH, HEIGHT))
        before, cursor = cells_of(screen), (screen.cursor.x, screen.cursor.y, screen.cursor.attrs)
        frame = painter.paint(pieces(update), (WIDTH, HEIGHT), plain=False)
        stream.feed(frame)
        if number:
            total += len(frame.encode())
            least += len(fewest(before, cursor, cells_of(screen)))
    assert total <= 1.1 * least


def test_a_picture_is_compared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All lines together, rare characters too; alone only what takes more or fewer cells."""
    random, compared = Random(2), list[int]()

    def counting(new: tuple[str, str], was: tuple[str, str]) -> bytes:
        compared.append(len(new[0]))
        return differences(new, was)

    monkeypatch.setattr("tui_transformer.ui.terminal.painter.differences", counting)

    def painted(mark: str) -> list[int]:
        compared.clear()
        rows = [Strip([*row, Segment(mark)]) for row in page(random, random.random())]
        update = LayoutUpdate([[row] for row in rows], Region(0, 0, WIDTH + 2, HEIGHT))
        painter.paint(pieces(update), (WIDTH + 2, HEIGHT), plain=False)
        return compared

    painter = Painter(ColorSystem.TRUECOLOR)
    assert painted("∇∂") == [(WIDTH + 2) * HEIGHT]
    assert len(painted("⌈½")) == 1
    assert len(painted("日")) == HEIGHT


def cells_of(screen: object) -> list[list[object]]:
    buffer = screen.buffer  # type: ignore[attr-defined]
    return [[buffer[y][x] for x in range(WIDTH)] for y in range(HEIGHT)]


def test_what_is_outside_the_terminal_is_not_drawn() -> None:
    painter = Painter(ColorSystem.TRUECOLOR)
    strip = Strip([Segment("日本日本日本")])
    update = ChopsUpdate([{0: strip}, {0: strip}], [(0, 0, 12), (1, 0, 12)], [[12], [12]])
    assert painter.paint(pieces(update), (5, 1), plain=True) == "\x1b[H\x1b[m日本 "
