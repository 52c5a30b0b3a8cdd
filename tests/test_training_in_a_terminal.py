"""Training in the real program: it goes on beside the screen, stands still, goes on, and ends."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.pty_terminal import Terminal
from tests.waiting import still, until

LINK = ["training", "task=copy", "context=8", "d_model=8", "heads=1", "layers=1"]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path)}


def step(tfx: Terminal) -> int:
    found = re.search(r"Step ([\d,]+):", tfx.text()[1])
    return int(found[1].replace(",", "")) if found else 0


def wait_until_beyond(tfx: Terminal, start: int) -> int:
    def beyond() -> bool:
        tfx.listen(0.1)
        return step(tfx) > start

    assert until(beyond), tfx.text()
    return step(tfx)


def beside(home: dict[str, str]) -> list[int]:
    """The processes that train for the program with this home."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                line, own = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            except OSError:
                continue
            if b"training.beside" in line and home["XDG_STATE_HOME"].encode() in own:
                found.append(int(entry.name))
    return found


def gone(home: dict[str, str]) -> bool:
    return until(lambda: not beside(home))


linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are in /proc")


@linux
def test_it_trains_pauses_goes_on_and_leaves_nothing_behind(home: dict[str, str]) -> None:
    with Terminal([sys.executable, "-m", "tui_transformer", *LINK], env=home) as tfx:
        tfx.wait_for("Space trains")
        tfx.key("space")
        wait_until_beyond(tfx, 10)
        assert len(beside(home)) == 1
        tfx.key("space")
        tfx.wait_for("Paused")
        tfx.settle(quiet=0.5)
        paused = step(tfx)
        tfx.listen(1.0)
        assert step(tfx) == paused
        tfx.send("q")
        assert tfx.exit_status() == 0
    assert gone(home)


@linux
def test_leaving_the_screen_stops_it_and_coming_back_goes_on(home: dict[str, str]) -> None:
    with Terminal([sys.executable, "-m", "tui_transformer", *LINK], env=home) as tfx:
        tfx.wait_for("Space trains")
        tfx.key("space")
        left = wait_until_beyond(tfx, 5)
        tfx.send("[")
        tfx.wait_for("Next-token prediction")
        (worker,) = beside(home)
        # What was being computed is finished, and nothing more is asked for.
        assert still(lambda: used(worker), quiet=1.0)
        tfx.send("]")
        tfx.wait_for("Step")
        wait_until_beyond(tfx, left)
        os.kill(worker, 9)  # and it goes on without its process
        wait_until_beyond(tfx, step(tfx))
        tfx.send("q")
        assert tfx.exit_status() == 0
    assert gone(home)


def used(pid: int) -> float:
    """Seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@linux
def test_a_step_that_takes_long_is_played_to(home: dict[str, str]) -> None:
    link = [*LINK, "steps=40"]
    with Terminal([sys.executable, "-m", "tui_transformer", *link], env=home) as tfx:
        tfx.wait_for("Step 40:")
        tfx.send(",")
        tfx.wait_for("Step 39:")
        tfx.send("q")
        assert tfx.exit_status() == 0


@linux
def test_it_does_not_outlive_a_program_that_is_killed(home: dict[str, str]) -> None:
    with Terminal([sys.executable, "-m", "tui_transformer", *LINK], env=home) as tfx:
        tfx.wait_for("Space trains")
        tfx.key("space")
        wait_until_beyond(tfx, 5)
        tfx.kill()
    assert gone(home)
