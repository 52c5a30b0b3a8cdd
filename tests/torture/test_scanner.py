"""The scanner finds what a program should not send, and lets through what ours sends."""

import pytest

from tests.torture.hostile import ESCAPES
from tests.torture.scanner import unmeant
from tui_transformer.render.export import ansi
from tui_transformer.ui.terminal.restore import RESET

MEANT = [
    RESET,
    "\x1b[3;17H\x1b[0;1;38;2;1;2;3;48;5;7mloss 0.1 ≤ 日",
    "\x1b]52;c;dGZ4\x07",
    "a\r\nb",
]


@pytest.mark.parametrize("text", [*ESCAPES, "\u202eabc", "a\u200bb", "\U000e0041", "\u2028"])
def test_it_finds(text: str) -> None:
    odd = text.replace("\r\n", "").replace("\x1b[31m", "\x1b[1 q").replace("\x1b]52;", "\x1b]53;")
    assert unmeant(f"before {odd} after".encode(errors="surrogatepass"))


@pytest.mark.parametrize("text", MEANT)
def test_it_lets_through(text: str) -> None:
    assert unmeant(text.encode()) == []
    assert ansi([]) == ""


@pytest.mark.parametrize("data", [b"\x9b31m", b"\xff", b"\x1b[5", b"\x1b[?1049h\x1b[?47h"])
def test_it_finds_bytes(data: bytes) -> None:
    assert unmeant(data)
