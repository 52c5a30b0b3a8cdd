"""ctrl+z, on the program itself under a shell with job control: away, and back as it was."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench.screen import Modes
from tests.pty_terminal import Terminal
from tests.ssh_server import processes
from tests.torture.starting import children_of
from tests.waiting import until

TFX = f"{sys.executable} -m tui_transformer"
ROOT = Path(__file__).parents[1]
BASH = ["bash", "--norc", "--noprofile", "-i"]
SHOWN = "0.659001"

pytestmark = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("ps")), reason="needs bash and ps"
)


@contextmanager
def under_bash(tmp_path: Path, command: str = f"{TFX} softmax") -> Iterator[Terminal]:
    """The program, on the screen, as a job of bash."""
    env = {"PS1": "$ ", "HISTFILE": "", "XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with Terminal(BASH, env=env) as terminal:
        terminal.wait_for("$")
        terminal.send(f"clear; {command}\r")
        terminal.wait_for("quit")
        yield terminal


def prompted(terminal: Terminal) -> None:
    """Make sure that the shell has the terminal, as it was, and reads what is typed."""
    terminal.send("echo $((6 * 7))-here\r")
    terminal.wait_for("42-here")
    modes = terminal.modes
    modes.private.discard(2004)  # which is bash's own affair
    assert modes == Modes()


def gone(job: int) -> bool:
    """Whether no process of a group lives; one that its shell has not buried yet does not."""

    def lives(folder: Path) -> bool:
        state, _, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
        return int(group) == job and state not in "ZX"

    return not processes(lives)


def stopped(pid: int) -> bool:
    """Whether a process and all that it has started are stopped."""
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state == "T" and all(map(stopped, children_of(pid)))


def suspended(terminal: Terminal) -> None:
    """Press ctrl+z, and see that nothing of the job runs on."""
    terminal.key("ctrl+z")
    terminal.wait_for("Stopped")
    job = children_of(terminal.pid)[0]
    assert until(lambda: stopped(job))
    prompted(terminal)


def woken(terminal: Terminal, *, shows: str = "quit", before: list[str] | None = None) -> list[str]:
    """Have it go on, and see that its screen is complete and its own, or what it was before."""
    terminal.send("clear; fg\r")
    terminal.wait_for(lambda screen: screen.modes.alternate_screen)
    terminal.wait_for(shows if before is None else lambda screen: screen.text() == before)
    assert {1003, 1006, 2004, 1049} <= terminal.modes.private and not terminal.modes.cursor_visible
    terminal.settle(quiet=0.5)
    return drawn_again(terminal)


def drawn_again(terminal: Terminal) -> list[str]:
    """The screen, which is what it is after everything has been drawn anew."""
    before = terminal.text()
    terminal.press("ctrl+l", quiet=0.5)
    assert terminal.text() == before
    return before


def ended(terminal: Terminal, status: int = 0) -> None:
    terminal.wait_for(lambda screen: not screen.modes.alternate_screen)
    terminal.send("echo status=$?\r")
    terminal.wait_for(f"status={status}")
    prompted(terminal)


def test_away_and_back(tmp_path: Path) -> None:
    with under_bash(tmp_path) as terminal:
        terminal.wait_for(SHOWN)
        terminal.settle(quiet=0.5)
        before = drawn_again(terminal)
        suspended(terminal)
        woken(terminal, before=before)
        terminal.key("right")
        terminal.wait_for("0.681103")
        suspended(terminal)
        woken(terminal, shows="0.681103")
        terminal.key("q")
        ended(terminal)


def test_the_terminal_may_have_another_size_by_then(tmp_path: Path) -> None:
    with under_bash(tmp_path) as terminal:
        terminal.wait_for(SHOWN)
        for columns, rows in ((120, 36), (60, 18), (80, 24)):
            suspended(terminal)
            terminal.resize(columns, rows)
            text = woken(terminal)
            assert "quit" in text[-1] and len(text) == rows
            assert any(len(line.rstrip()) > columns - 5 for line in text)
        terminal.key("q")
        ended(terminal)


@pytest.mark.parametrize(
    ("concept", "keys", "shows"),
    [
        ("softmax", ["enter", "7"], "7"),  # while something is typed, …
        ("softmax", ["e"], "esc"),  # read, …
        ("", ["h", "e"], "/he_"),  # looked for, …
        ("softmax", ["ctrl+p", "s"], "/s_"),
        ("descent", ["space"], "play"),  # or plays
    ],
)
def test_whatever_is_open(tmp_path: Path, concept: str, keys: list[str], shows: str) -> None:
    with under_bash(tmp_path, f"{TFX} {concept}") as terminal:
        for key in keys:
            terminal.key(key)
        terminal.wait_for(shows)
        suspended(terminal)
        woken(terminal, shows=shows)
        terminal.key("ctrl+q")
        ended(terminal)


def test_it_plays_after_a_stop_that_came_from_elsewhere(tmp_path: Path) -> None:
    with under_bash(tmp_path, f"{TFX} descent") as terminal:
        terminal.wait_for("minimum")
        os.kill(children_of(terminal.pid)[0], signal.SIGTSTP)
        terminal.wait_for("Stopped")
        prompted(terminal)
        woken(terminal)
        terminal.key("space")
        terminal.wait_for(lambda screen: "bowl · step 3" in "\n".join(screen.text()))
        terminal.key("q")
        ended(terminal)


def test_whoever_started_it_stops_as_well(tmp_path: Path) -> None:
    """Else the shell would wait for that, and nobody would have the terminal."""
    with under_bash(tmp_path, f"sh -c '{TFX} softmax; exit 7'") as terminal:
        terminal.wait_for(SHOWN)
        suspended(terminal)
        woken(terminal)
        terminal.key("q")
        ended(terminal, 7)


def test_in_the_background_it_waits(tmp_path: Path) -> None:
    with under_bash(tmp_path) as terminal:
        terminal.wait_for(SHOWN)
        suspended(terminal)
        job = children_of(terminal.pid)[0]
        terminal.send("clear; bg\r")
        terminal.wait_for("Stopped")
        assert until(lambda: stopped(job))
        prompted(terminal)
        woken(terminal)
        terminal.key("q")
        ended(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_it_can_be_ended_while_it_is_stopped(tmp_path: Path, number: int) -> None:
    with under_bash(tmp_path) as terminal:
        terminal.wait_for(SHOWN)
        suspended(terminal)
        job = children_of(terminal.pid)[0]
        terminal.send(f"kill -{number} %1\r")
        assert until(lambda: gone(job))
        prompted(terminal)


# What a program does that hears of its end a moment after it was woken: it asks for a terminal that
# is the shell's, and is stopped for that, with its supervisor.
LATE = """
import os, signal, termios, time
from tui_transformer.ui.terminal.supervisor import supervise

def app():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    print("quit", flush=True)
    os.kill(os.getpid(), signal.SIGTSTP)
    termios.tcsetattr(0, termios.TCSANOW, termios.tcgetattr(0))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    time.sleep(60)

os._exit(supervise(app))
"""


def test_who_hears_late_of_its_end_is_not_left_stopped(tmp_path: Path) -> None:
    (tmp_path / "late.py").write_text(LATE)
    with under_bash(tmp_path, f"{sys.executable} {tmp_path / 'late.py'}") as terminal:
        terminal.wait_for("Stopped")
        job = children_of(terminal.pid)[0]
        assert until(lambda: stopped(job))
        terminal.send("kill %1\r")
        assert until(lambda: gone(job))
        prompted(terminal)


def test_it_ends_with_its_terminal_while_it_is_stopped(tmp_path: Path) -> None:
    with under_bash(tmp_path) as terminal:
        terminal.wait_for(SHOWN)
        suspended(terminal)
        job = children_of(terminal.pid)[0]
        terminal.hang_up()
        assert until(lambda: gone(job))


def test_without_a_shell_it_says_so(tmp_path: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with Terminal([*TFX.split(), "softmax"], env=env) as terminal:
        terminal.wait_for(SHOWN)
        terminal.key("ctrl+z")
        terminal.wait_for("There is no shell to go back to.")
        os.killpg(terminal.pid, signal.SIGTSTP)  # nor does this stop what nobody could wake
        terminal.key("right")
        terminal.wait_for("0.681103")
        terminal.key("q")
        assert terminal.exit_status() == 0


def test_in_a_kiosk_it_cannot_be_left_behind(tmp_path: Path) -> None:
    with under_bash(tmp_path, f"{TFX} --kiosk softmax") as terminal:
        terminal.wait_for(SHOWN)
        job = children_of(terminal.pid)[0]
        terminal.key("ctrl+z")
        os.killpg(job, signal.SIGTSTP)
        terminal.key("right")
        terminal.wait_for("0.681103")
        assert "Stopped" not in "\n".join(terminal.text())
        terminal.key("q")
        ended(terminal)
