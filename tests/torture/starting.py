"""Starts the program in a terminal, and looks at how it left it."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.bench.screen import Modes
from tests.pty_terminal import Terminal
from tests.ssh_server import processes, state
from tests.torture.rounds import Broken, Round
from tests.torture.scanner import unmeant

ROOT = Path(__file__).parents[2]
TFX = [sys.executable, "-m", "tui_transformer"]
FAULTY = [sys.executable, "-m", "tests.torture.program"]
SOON = 2.0  # seconds after which nothing is left


def tfx(
    round_: Round,
    *arguments: str,
    fault: str = "",
    env: Mapping[str, str] | None = None,
    command: list[str] | None = None,
    size: tuple[int, int] = (80, 24),
    kind: type[Terminal] = Terminal,
) -> Terminal:
    """Start it, or have it forked by the `kind` of terminal, with a state file of its own."""
    command = command or ([*FAULTY, fault] if fault else TFX)
    own = {"XDG_STATE_HOME": str(round_.folder), "PYTHONPATH": str(ROOT)}
    columns, rows = size
    return kind([*command, *arguments], env={**own, **(env or {})}, columns=columns, rows=rows)


def checked_end(round_: Round, terminal: Terminal, status: int | None = 0) -> str:
    """Make sure that the program ends and the terminal is as it was; return what it shows.

    `status` is the exit status wanted (None: any).
    """
    ended = terminal.exit_status(20)
    if status is not None and ended != status:
        raise Broken(f"exit status {ended}, not {status}\n" + "\n".join(terminal.text()))
    nothing_stays(round_)
    while terminal.listen(0.05):
        pass
    checked_modes(round_, terminal, Modes())
    if not terminal.attributes_restored():
        raise Broken("echo or line editing is not as it was")
    scanned(round_, terminal)
    return "\n".join(terminal.text()).strip()


def nothing_stays(round_: Round) -> None:
    """Make sure that no process of this round is left, after a moment."""
    end = time.monotonic() + SOON
    while left := running(round_):
        if time.monotonic() > end:
            raise Broken(f"{len(left)} processes are left after {SOON:g} s")
        time.sleep(0.02)


def running(round_: Round) -> list[int]:
    """The processes that were given the folder of this round."""
    folder = str(round_.folder).encode()
    return processes(lambda process: folder in (process / "environ").read_bytes())


def checked_modes(round_: Round, terminal: Terminal, modes: Modes) -> None:
    """Make sure that the screen, the cursor, mouse and paste modes are as they were."""
    if terminal.modes != modes:
        raise Broken(f"left switched on or off: {terminal.modes}, before: {modes}")
    round_.tally.restorations += 1


def scanned(round_: Round, terminal: Terminal) -> None:
    """Make sure that nothing was sent to the terminal that nobody meant to send."""
    round_.tally.scanned += len(terminal.raw)
    if odd := unmeant(terminal.raw):
        raise Broken(f"sent to the terminal: {odd}")


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(line) for line in done.stdout.split()]


def program_of(terminal: Terminal) -> int:
    """The process that draws: the only child of the one that was started."""
    return children_of(terminal.pid)[0]


def computing(pid: int) -> float:
    """How many seconds a process has computed so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ready(pid: int) -> bool:
    """Say whether any thread of a process computes, or would if a processor were free."""
    return any(state(task) in "RD" for task in Path(f"/proc/{pid}/task").glob("*"))


def left_alone(round_: Round, terminal: Terminal, seconds: float = 1.0) -> None:
    """Make sure that a program with nothing to do does nothing."""
    pids = [terminal.pid, *children_of(terminal.pid)]
    before = sum(map(computing, pids))
    time.sleep(seconds)
    used = sum(map(computing, pids)) - before
    if used > 0.2 * seconds:
        raise Broken(f"{used:.2f} s of computing in {seconds:g} s of doing nothing")
