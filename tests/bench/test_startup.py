"""What is noted while a program starts: one note for each piece of its output."""

import sys

import pytest

from tests.bench import startup
from tests.bench.apps import COLUMNS, ROWS
from tests.pty_terminal import Terminal

WAITS = "import sys; print('there', flush=True); sys.stdin.read()"


class Torn(Terminal):
    """Receives in two pieces what comes at once, as when it answers a question in between."""

    def listen(self, seconds: float) -> bool:
        before = len(self.chunks)
        came = super().listen(seconds)
        self.chunks[before:] = [
            (moment, half) for moment, data in self.chunks[before:] for half in (data[:1], data[1:])
        ]
        return came


def test_pieces_that_come_together_have_a_note_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "start", lambda command: Torn(command, columns=COLUMNS, rows=ROWS))
    opened = startup.opening([sys.executable, "-c", WAITS], "there")
    assert 0 < opened.first <= opened.complete
    assert 0 < opened.spent_first <= opened.spent_complete
