"""Whatever ends the app, the terminal is as it was, the status says why, and nothing is left."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from tests.bench.screen import Modes
from tests.pty_terminal import Terminal
from tests.terminal_parts.terminal_run import DEMO, ROOT, demo
from tui_transformer.ui.terminal.driver import TerminalDriver

Act = Callable[[Terminal], object]


def key(name: str) -> Act:
    return lambda terminal: terminal.key(name)


def kill(number: int, *, group: bool = False) -> Act:
    return lambda terminal: (os.killpg if group else os.kill)(terminal.pid, number)


def burst(terminal: Terminal) -> None:
    for _ in range(10):
        os.killpg(terminal.pid, signal.SIGINT)
        time.sleep(0.005)


def hang(terminal: Terminal) -> None:
    terminal.key("2")
    time.sleep(0.2)
    os.kill(terminal.pid, signal.SIGTERM)


def busy_thread(terminal: Terminal) -> None:
    terminal.key("6")
    terminal.key("q")


ENDS: dict[str, tuple[Act, int, str]] = {
    "q": (key("q"), 0, ""),
    "ctrl+c": (key("ctrl+c"), 0, ""),
    "thread": (busy_thread, 0, ""),
    "term": (kill(signal.SIGTERM), 143, ""),
    "term to all": (kill(signal.SIGTERM, group=True), 143, ""),
    "hup": (kill(signal.SIGHUP), 129, ""),
    "quit": (kill(signal.SIGQUIT), 131, ""),
    "interrupts": (burst, 130, ""),
    "hang": (hang, 143, ""),
    "crash": (key("1"), 1, "tfx has stopped because of a fault of its own (ValueError: boom ␛[31m"),
    "kill": (key("3"), 137, "tfx was ended by signal 9 (Killed)."),
    "exit": (key("4"), 3, "tfx ended without a word (exit status 3)."),
    "fault": (key("5"), 139, "tfx was ended by signal 11"),
}


def ends_well(terminal: Terminal, act: Act, status: int) -> str:
    """Do it, and return what is on the screen in the end."""
    terminal.wait_for("ready 0")
    assert terminal.modes.alternate_screen
    act(terminal)
    assert terminal.exit_status() == status
    assert terminal.modes == Modes()
    assert terminal.attributes_restored()
    assert terminal.nothing_left()
    return "\n".join(terminal.text()).strip()


@pytest.mark.parametrize("name", ENDS)
def test_end(name: str) -> None:
    act, status, said = ENDS[name]
    with demo() as terminal:
        shown = ends_well(terminal, act, status)
    assert said in shown if said else not shown
    assert "value of a variable" not in shown


@pytest.mark.parametrize("name", ["q", "term", "crash"])
def test_end_without_a_supervisor(name: str) -> None:
    act, status, said = ENDS[name]
    with demo({"TFX_SUPERVISOR": "0"}) as terminal:
        assert said in ends_well(terminal, act, status)


def test_a_traceback_on_request_shows_no_values() -> None:
    with demo({"TFX_DEBUG": "1"}) as terminal:
        ends_well(terminal, key("1"), 1)
        assert b"in action_end" in terminal.raw
        assert b"value of a variable" not in terminal.raw


QUIETLY = 'exec "$@" 2>"$SAID"'


@pytest.mark.parametrize("supervised", ["1", "0"])
@pytest.mark.parametrize("trap", ["", "trap '' HUP; "], ids=["heard", "ignored"])
def test_when_the_line_drops_it_ends_quietly(tmp_path: Path, trap: str, supervised: str) -> None:
    said = tmp_path / "said"
    env = {"SAID": str(said), "TFX_SUPERVISOR": supervised}
    with demo(env, ["sh", "-c", trap + QUIETLY, "sh", *DEMO]) as terminal:
        terminal.wait_for("ready 0", 60)
        terminal.hang_up()
        assert terminal.exit_status(60) == 129
        assert terminal.nothing_left()
    assert said.read_text() == ""


def test_who_is_woken_when_all_is_over_hears_nothing() -> None:
    """A line that drops wakes everybody as well, who may have closed their loop by then."""
    driver = TerminalDriver.__new__(TerminalDriver)
    driver._loop, driver._auto_restart = asyncio.new_event_loop(), True
    driver._loop.close()
    driver._sigcont_application()
    driver._sigtstp_application()


@pytest.mark.parametrize("supervised", ["1", "0"])
def test_a_line_that_dropped_before_the_start_is_no_odd_terminal(
    tmp_path: Path, supervised: str
) -> None:
    said, go = tmp_path / "said", tmp_path / "go"
    wait = f"trap '' HUP; echo here; until [ -e {go} ]; do sleep 0.1; done; "
    env = {"SAID": str(said), "TFX_SUPERVISOR": supervised}
    with demo(env, ["sh", "-c", wait + QUIETLY, "sh", *DEMO]) as terminal:
        terminal.wait_for("here", 60)
        terminal.hang_up()
        go.touch()
        assert terminal.exit_status(60) == 129
    assert said.read_text() == ""


def test_the_app_leaves_when_its_supervisor_is_killed() -> None:
    with demo() as terminal:
        terminal.wait_for("ready 0")
        os.kill(terminal.pid, signal.SIGKILL)
        assert terminal.nothing_left()


@pytest.mark.parametrize("term", ["xterm", "dumb", ""])
def test_it_starts_on_a_terminal_only(term: str) -> None:
    if term == "xterm":
        done = subprocess.run(DEMO, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)})
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "tfx draws on a terminal, but its input is not one.\n"
        return
    with demo({"TERM": term}) as terminal:
        assert terminal.exit_status() == 2
        assert terminal.raw.count(b"\n") == 1 and b"TERM is" in terminal.raw


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("ps")), reason="needs bash and ps")
def test_job_control() -> None:
    with demo({"PS1": "$ "}, ["bash", "--norc", "-i"]) as terminal:
        terminal.wait_for("$")
        shell = deepcopy(terminal.modes)
        terminal.send(" ".join(DEMO) + "\r")
        terminal.wait_for("ready 0")
        terminal.key("ctrl+z")
        terminal.wait_for("Stopped")
        terminal.settle()
        assert terminal.modes == shell
        terminal.send("clear; fg\r")
        terminal.wait_for("ready 0")
        terminal.key("n")
        terminal.wait_for("ready 1")
        children = ["ps", "-o", "pid=", "--ppid", str(terminal.pid)]
        job = int(subprocess.run(children, capture_output=True, check=True).stdout)
        os.killpg(job, signal.SIGTSTP)
        terminal.wait_for("Stopped")
        terminal.settle()
        assert terminal.modes == shell
        terminal.send("fg\r")
        terminal.wait_for("ready 1")
        terminal.key("q")
        terminal.wait_for(lambda screen: screen.modes == shell)
        terminal.send("echo status=$?\r")
        terminal.wait_for("status=0")
