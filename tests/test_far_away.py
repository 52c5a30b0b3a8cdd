"""Over a slow line too, leaving leaves nothing behind for the shell to read."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.far_terminal import FarTerminal
from tests.torture.starting import FAULTY, children_of
from tui_transformer.ui.terminal import restore

TFX = [sys.executable, "-m", "tui_transformer"]
ROOT = Path(__file__).parents[1]
Leave = Callable[[FarTerminal], object]
FOREVER = 1e6  # seconds: a test that waits for them does not end


def far(tmp_path: Path, delay: float, command: list[str] = TFX, **env: str) -> FarTerminal:
    env |= {"XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    return FarTerminal([*command, "softmax"], delay=delay, env=env)


def supervisor(there: FarTerminal) -> int:
    return children_of(there.here.pid)[0]


def program(there: FarTerminal) -> int:
    return children_of(supervisor(there))[0]


def signalled(number: int, process: Callable[[FarTerminal], int]) -> Leave:
    return lambda there: os.kill(process(there), number)


WAYS: dict[str, tuple[Leave, list[str]]] = {
    "ctrl+c": (lambda there: there.send("\x03"), TFX),
    "TERM": (signalled(signal.SIGTERM, supervisor), TFX),
    "TERM, without a supervisor": (signalled(signal.SIGTERM, supervisor), TFX),
    "kill -9 of the program": (signalled(signal.SIGKILL, program), TFX),
    "a fault": (lambda there: there.send("\x1b[24~"), [*FAULTY, "key"]),
    "an end without a word": (lambda there: there.send("\x1b[24~"), [*FAULTY, "exit"]),
}


def left(tmp_path: Path, delay: float, leave: Leave, *command: str, **options: Any) -> str:
    """What a shell reads after the program was left while the mouse moved."""
    for _ in range(5):
        with far(tmp_path, delay, list(command) or TFX, **options) as there:
            there.until("0.659001")
            there.until_moved(20)
            leave(there)
            found = there.left()
        if there.took < 0.9:
            break  # a busy machine may take longer, which the program need not wait for
    return found


@pytest.mark.parametrize("delay", [0, 0.01, 0.05, 0.3])
def test_leaving_leaves_nothing_for_the_shell_to_read(tmp_path: Path, delay: float) -> None:
    def leave(there: FarTerminal) -> None:
        there.types_on_leaving = "ls"
        there.send("q")

    assert left(tmp_path, delay, leave) == "ls"


@pytest.mark.parametrize("way", WAYS)
def test_any_end_leaves_nothing_for_the_shell_to_read(tmp_path: Path, way: str) -> None:
    leave, command = WAYS[way]
    alone = {"TFX_SUPERVISOR": "0"} if "supervisor" in way else {}
    assert left(tmp_path, 0.05, leave, *command, **alone) == ""


def test_a_terminal_that_does_not_answer_is_left_all_the_same(tmp_path: Path) -> None:
    def leave(there: FarTerminal) -> None:
        there.answers = False
        there.send("q")

    assert left(tmp_path, 0.05, leave) == ""


def test_leaving_soon_after_the_start_leaves_nothing(tmp_path: Path) -> None:
    with far(tmp_path, 0.2) as there:
        there.send("q" * 3)  # before it has asked the terminal anything
        found = there.left()
    assert there.took > 0.9 or found.strip("q") == ""


# ── what is waited for ─────────────────────────────────────────────────────────────────


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    """What is read from, and what is written to."""
    ends = os.pipe()
    yield ends
    for end in ends:
        with suppress(OSError):
            os.close(end)


@pytest.mark.parametrize("answer", ["\x1b[0n", "\x1b[3n"])
def test_what_follows_the_answer_is_left(line: tuple[int, int], answer: str) -> None:
    reading, writing = line
    os.write(writing, f"\x1b[<35;1;8M0n\x1b[?2026;2$y{answer}ls\r".encode())
    restore.drain(reading, FOREVER)
    assert os.read(reading, 99) == b"ls\r"


def test_a_terminal_that_has_gone_is_not_waited_for(line: tuple[int, int]) -> None:
    reading, writing = line
    os.close(writing)
    restore.drain(reading, FOREVER)
    master, slave = os.openpty()
    os.close(master)
    restore.drain(slave, FOREVER)
    os.close(slave)


def test_one_that_does_not_answer_is_waited_for_a_second(
    line: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = line
    clock = iter(range(10))
    monkeypatch.setattr(restore, "monotonic", lambda: float(next(clock)))
    os.write(writing, b"\x1b[<35;1;8M" * 10)
    restore.drain(reading)
    assert next(clock) == 2  # when it began, and a second later
