"""The quick screen shows what pyte's own shows: on what programs send, and on anything at all."""

import random
import sys

import pyte
import pytest

from tests.bench import screen as reading
from tests.bench.screen import Screen
from tests.pty_terminal import Terminal

SIZE = (20, 6)
TEXTS = ["a", "plain text", "─" * 7, "日本", "e\u0301", "\u0301", "naïve", "\xa0", "\x7f", "x" * 45]
MOVES = [
    "\r",
    "\n",
    "\b",
    "\t",
    "\x1b[H",
    "\x1b[3;4H",
    "\x1b[9;99f",
    "\x1b[2A",
    "\x1b[B",
    "\x1b[19C",
]
ERASED = [f"\x1b[{what}" for what in ("K", "1K", "J", "2J", "3X", "2P", "2@", "L", "M")]
STYLES = [
    *("\x1b[m", "\x1b[1;31m", "\x1b[38;2;1;2;3;48;5;9m", "\x1b[4:3m", "\x1b[;7m", "\x1b[95;104m"),
    *("\x1b[38;5m", "\x1b[58;5;3;9m", "\x1b[38:2::9:8:7m", "\x1b[0;22;27m"),
]
MODES = [
    *("\x1b[4h", "\x1b[4l", "\x1b[?7l", "\x1b[?7h", "\x1b[?1049h", "\x1b[?1049l", "\x1b[2;5r"),
    *("\x1b[r", "\x1b7", "\x1b8", "\x1bM", "\x1bD", "\x1bc"),
]
ANYTHING = (TEXTS, TEXTS, TEXTS, MOVES, ERASED, STYLES, STYLES, MODES)


class PlainScreen(Screen):
    """All that is sent goes the long way, through pyte's own reader."""

    def _draw(self, text: str) -> None:
        if text:
            self._stream.feed(text if text.isascii() else reading._INVISIBLE.sub("", text))

    def _control(self, numbers: str, final: str) -> None:
        self._stream.feed(f"\x1b[{numbers}{final}")


def both(monkeypatch: pytest.MonkeyPatch, columns: int, rows: int) -> tuple[Screen, Screen]:
    quick = Screen(columns, rows)
    with monkeypatch.context() as long_way:
        long_way.setattr(reading, "QuickScreen", pyte.Screen)
        return quick, PlainScreen(columns, rows)


def same(quick: Screen, plain: Screen) -> None:
    assert quick.cells() == plain.cells()
    assert quick.text() == ["".join(cell.data for cell in row) for row in plain.cells()]
    assert quick.cursor == plain.cursor and quick.unknown == plain.unknown


@pytest.mark.parametrize("seed", range(40))
def test_anything_at_all(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    screens = both(monkeypatch, *SIZE)
    for _ in range(60):
        sent = "".join(chance.choice(chance.choice(ANYTHING)) for _ in range(chance.randint(1, 5)))
        if not chance.randrange(12):
            size = chance.randint(2, 25), chance.randint(1, 8)
            for screen in screens:
                screen.resize(*size)
        for screen in screens:
            screen.feed(sent.encode())
        same(*screens)


def test_what_the_program_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    with Terminal([sys.executable, "-m", "tui_transformer", "attention"]) as terminal:
        terminal.wait_for("enter type")
        for key in ("right", "tab", "w", "e", "escape", "?", "escape", "m", "enter", "ctrl+c"):
            terminal.key(key)
            terminal.settle()
        terminal.exit_status()
        screens = both(monkeypatch, *terminal.size)
        assert len(terminal.chunks) > 5
        for _, data in terminal.chunks:
            for screen in screens:
                screen.feed(data)
            same(*screens)
