"""The bytes of `fewest` do what they claim, and where the fewest are known, there are no more."""

import random

import pytest

from tests.bench.fewest import changed_cells, fewest
from tests.bench.screen import Screen

STYLES = ["\x1b[m", "\x1b[1;31m", "\x1b[38;2;1;2;3m", "\x1b[48;5;99m", "\x1b[7m", "\x1b[4;97;104m"]


def scribble(generator: random.Random, columns: int, rows: int) -> bytes:
    """What a careless program sends, from the top to the bottom."""
    text = "\x1b[?7l"
    count = generator.randrange(1, 30)
    places = ((generator.randrange(rows), generator.randrange(columns)) for _ in range(count))
    for y, x in sorted(places):
        mark = generator.choice(["0.659", "   ", "■", "─é", "x", " a b "])
        text += f"\x1b[{y + 1};{x + 1}H{generator.choice(STYLES)}{mark[: columns - x]}"
    return text.encode()


def sent(before: str, after: str) -> bytes:
    """The fewest bytes between two screens of 40×3, after checking that they do it."""
    old, new = Screen(40, 3), Screen(40, 3)
    old.feed(before.encode())
    new.feed((before + after).encode())
    data = fewest(old.cells(), old.cursor, new.cells())
    old.feed(data)
    assert changed_cells(old.cells(), new.cells()) == 0
    return data


@pytest.mark.parametrize("seed", range(50))
def test_the_bytes_make_the_screen_and_are_no_more_than_a_program_sent(seed: int) -> None:
    generator = random.Random(seed)
    columns, rows = generator.choice([(20, 4), (7, 9), (80, 24)])
    first, second = (scribble(generator, columns, rows) for _ in range(2))
    screen, replay = Screen(columns, rows), Screen(columns, rows)
    for each in (screen, replay):
        each.feed(first)
    before, cursor = screen.cells(), screen.cursor
    screen.feed(second)
    data = fewest(before, cursor, screen.cells())
    replay.feed(data)
    assert changed_cells(replay.cells(), screen.cells()) == 0
    assert len(data) <= len(second)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("abc", "", b""),
        ("abc\x1b[H", "x", b"x"),
        ("abc", "\x1b[Hx", b"\rx"),
        ("abc", "\x1b[2;1Hx", b"\r\nx"),
        ("abc", "\x1b[3;20Hx", b"\x1b[3;20Hx"),
        ("abcdef\x1b[H", "x\x1b[4Cx", b"xbcdex"),
        ("\x1b[H", "x\x1b[9Cx", b"x\x1b[9Cx"),
        ("", "\x1b[31mab\x1b[m \x1b[31mc", b"\x1b[31mab c"),
        ("\x1b[1;31mab\x1b[H", "\x1b[mab", b"\x1b[mab"),
        ("\x1b[H", "\x1b[48;2;9;9;9m \x1b[38;2;1;2;3ma", b"\x1b[38;2;1;2;3;48;2;9;9;9m a"),
        ("\x1b[31mab\x1b[H", "\x1b[32ma\x1b[1;31mb", b"\x1b[32ma\x1b[1;31mb"),
        ("\x1b[H", "漢字x", "漢字x".encode()),
        ("漢字x\x1b[H", "\x1b[3G漢", "\x1b[2C漢".encode()),
        ("a     b\x1b[31m\x1b[H", "\x1b[4Cx", b"\x1b[4Cx"),
    ],
)
def test_where_the_fewest_are_known_there_are_no_more(
    before: str, after: str, expected: bytes
) -> None:
    data = sent(before, after)
    assert len(data) <= len(expected), data


def test_a_blank_that_only_changes_its_foreground_is_not_written() -> None:
    assert sent("\x1b[31m \x1b[H", "\x1b[32m ") == b""
