"""The terminal the other tests and the benchmark look through, tried on programs known to work."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.input import key_sequence, mouse_sequence
from tests.bench.screen import Modes, Screen
from tests.pty_terminal import Terminal

ROOT = Path(__file__).parents[1]
BASELINE = [sys.executable, "-m", "tests.bench.baseline_app"]


def shown(data: str, columns: int = 20, rows: int = 3) -> Screen:
    screen = Screen(columns, rows)
    screen.feed(data.encode())
    return screen


def python(source: str, columns: int = 80, rows: int = 24) -> Terminal:
    return Terminal([sys.executable, "-c", source], columns=columns, rows=rows)


@pytest.mark.parametrize(
    ("name", "sequence"),
    [
        ("right", "\x1b[C"),
        ("shift+right", "\x1b[1;2C"),
        ("shift+tab", "\x1b[Z"),
        ("ctrl+p", "\x10"),
        ("alt+x", "\x1bx"),
        ("ctrl+delete", "\x1b[3;5~"),
        ("f1", "\x1bOP"),
        ("enter", "\r"),
        ("+", "+"),
        ("U", "U"),
    ],
)
def test_keys_are_sent_as_xterm_sends_them(name: str, sequence: str) -> None:
    assert key_sequence(name) == sequence


def test_the_mouse_is_sent_in_its_sgr_form() -> None:
    assert mouse_sequence(0, 4, "left", "click") == "\x1b[<0;1;5M\x1b[<0;1;5m"
    assert mouse_sequence(2, 3, "left", "drag") == "\x1b[<32;3;4M"
    assert mouse_sequence(2, 3, "wheel_down", "press") == "\x1b[<65;3;4M"


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[>25u",
        "\x1b[<u",
        "\x1b[=1;2u",
        "\x1b[?2026$p",
        "\x1b[?2026h",
        "\x1b[>4;2m",
        "\x1b[2 q",
        "\x1bP+q544e\x1b\\",
        "\x1b_Ga=q\x1b\\",
        "\x1b]8;;https://example.org\x1b\\",
        "\x1b]11;?\x07",
        "\x1b[58;2;1;2;3m",
        "\x1b=",
        "\u200b",
    ],
)
def test_what_is_not_meant_for_the_eye_leaves_no_trace(sequence: str) -> None:
    screen = shown(f"a{sequence}b")
    assert screen.text()[0].strip() == "ab"
    assert not screen.cell(1, 0).underscore and screen.cell(1, 0).fg == "default"
    assert not screen.unknown


def test_a_sequence_cut_in_two_is_put_together() -> None:
    data = "é\x1b[38;2;255;0;128mx".encode()
    for cut in range(len(data)):
        screen = Screen(10, 2)
        screen.feed(data[:cut])
        screen.feed(data[cut:])
        assert screen.text()[0].strip() == "éx"
        assert screen.cell(1, 0).fg == "ff0080"


def test_styles_written_with_colons_are_understood() -> None:
    cell = shown("\x1b[4:3;38:2::255:0:128;58:2::9:9:9;1mx").cell(0, 0)
    assert (cell.fg, cell.bold, cell.underscore) == ("ff0080", True, True)


def test_the_alternate_screen_comes_and_goes_with_what_was_there_before() -> None:
    screen = shown("before\x1b[?1049h\x1b[H\x1b[?25linside")
    assert screen.text()[0].strip() == "inside"
    assert screen.modes.alternate_screen and not screen.modes.cursor_visible
    screen.feed(b"\x1b[?1049l\x1b[?25h")
    assert screen.text()[0].strip() == "before"
    assert screen.modes == Modes()


def test_modes_are_followed() -> None:
    screen = shown("\x1b[?1000;1006h\x1b[>1u\x1b[>25u")
    assert screen.modes.private == {7, 25, 1000, 1006}
    assert screen.modes.kitty == [1, 25]
    screen.feed(b"\x1b[<2u\x1b[?1000l\x1b[?1006l")
    assert screen.modes == Modes()


def test_the_clipboard_and_the_title_are_kept() -> None:
    screen = shown("\x1b]2;tfx\x07\x1b]52;c;dGZ4IHNvZnRtYXg=\x1b\\")
    assert (screen.title, screen.clipboard) == ("tfx", "tfx softmax")


def test_what_the_screen_cannot_follow_is_reported() -> None:
    assert shown("\x1b[3S").unknown == {"\x1b[3S"}


def test_a_program_has_a_terminal_of_its_own() -> None:
    source = """
import os, sys
print(os.get_terminal_size(), os.getsid(0) == os.getpid(), open("/dev/tty").isatty())
"""
    with python(source, columns=91, rows=17) as terminal:
        terminal.wait_for("columns=91, lines=17) True True")
        assert terminal.exit_status() == 0


def test_a_long_paste_into_a_program_that_talks_meanwhile_arrives_whole() -> None:
    source = """
import sys, tty
tty.setraw(0)
print("ready", flush=True)
size = 0
while size < 300_000:
    size += len(sys.stdin.buffer.read1())
    print("x" * 1000, flush=True)
print("\\r\\n", size, flush=True)
"""
    with python(source) as terminal:
        terminal.wait_for("ready")
        terminal.paste("é" * 150_000)
        terminal.wait_for("300000")


def test_attributes_and_the_way_a_program_ended_are_seen() -> None:
    with python("import tty, time; tty.setraw(0); print('raw'); time.sleep(60)") as terminal:
        terminal.wait_for("raw")
        assert not terminal.attributes_restored()
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.exit_status() == -signal.SIGTERM
        assert not terminal.running
        assert terminal.nothing_left()


def test_hanging_up_and_leaving_end_every_process() -> None:
    source = "import subprocess; print('on'); subprocess.run(['sleep', '60'])"
    with python(source) as dropped, python(source) as left:
        dropped.wait_for("on")
        dropped.hang_up()
        assert dropped.exit_status() == -signal.SIGHUP
        left.wait_for("on")
    assert dropped.nothing_left()
    assert left.nothing_left()


HALVES = """
import sys, tty
tty.setcbreak(0)
for part in ("one ", {begin!r}[:5], {begin!r}[5:] + "\\rtwo ", "three", {end!r} + "."):
    sys.stdout.write(part); sys.stdout.flush(); sys.stdin.read(1)
"""


def test_half_a_picture_is_never_on_the_screen() -> None:
    begin, end = "\x1b[?2026h", "\x1b[?2026l"
    with python(HALVES.format(begin=begin, end=end)) as program:
        program.wait_for("one")
        for part in (begin[:5].encode(), b"two ", b"three"):
            program.send("x")
            while part not in program.raw:
                program.listen(1)
            assert "one" in program.text()[0] and "t" not in "".join(program.text())
        program.send("x")
        program.wait_for("two three.")
        program.send("x")
    with python(f"print('one' + {begin!r} + ' two', end='')") as program:
        program.wait_for("one two")  # it ended: there will be no more


def test_waiting_for_what_never_comes_shows_the_screen() -> None:
    with (
        python("print('something else')") as terminal,
        pytest.raises(TimeoutError, match="something else"),
    ):
        terminal.wait_for("expected", timeout=2)


@pytest.fixture
def app() -> Iterator[Terminal]:
    with Terminal(BASELINE, columns=60, rows=10, env={"PYTHONPATH": str(ROOT)}) as terminal:
        terminal.wait_for("label 0")
        yield terminal


def test_a_textual_app_is_seen_typed_at_and_resized(app: Terminal) -> None:
    burst = app.press("right")
    assert "label 1" in app.text()[0]
    assert burst.sent < burst.end and b"\x1b[?2026l" in burst.data
    app.resize(30, 5)
    app.settle()
    app.key("shift+left")
    app.wait_for(lambda screen: "label 2" in screen.text()[0])
    assert len(app.text()) == 5 and len(app.text()[0]) == 30


def test_a_textual_app_leaves_the_terminal_as_it_was(app: Terminal) -> None:
    assert app.modes.alternate_screen and not app.attributes_restored()
    app.key("q")
    assert app.exit_status() == 0
    assert app.modes == Modes() and app.attributes_restored()
    assert not app.screen.unknown
