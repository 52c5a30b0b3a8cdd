"""The program under a shell that is killed, behind a connection that is cut, and without either."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from tests.bench.screen import Modes
from tests.pty_terminal import Terminal
from tests.ssh_server import Server, processes, serve
from tests.torture.rounds import Broken, Round
from tests.torture.starting import (
    ROOT,
    TFX,
    checked_modes,
    children_of,
    nothing_stays,
    running,
    scanned,
    tfx,
)

SHELL = ["bash", "--norc", "-i"]
BARE = {"PS1": "$ ", "HISTFILE": ""}


def killed_shell(round_: Round) -> None:
    """Kill the shell that started it: the only one there is, or one inside another."""
    inner = round_.seed % 2 == 1
    with tfx(round_, command=SHELL, env=BARE) as terminal:
        terminal.wait_for("$")
        if inner:
            terminal.send(" ".join(SHELL) + "\r")
            time.sleep(0.5)
        terminal.settle()
        before = deepcopy(terminal.modes)
        terminal.send(f"clear; {' '.join(TFX)} softmax\r")
        terminal.wait_for("0.659001", 30)
        shell = children_of(terminal.pid)[0] if inner else terminal.pid
        round_.tally.faults += 1
        os.kill(shell, signal.SIGKILL)
        end = time.monotonic() + 3
        alone = 1 if inner else 0  # the outer shell goes on
        while len(running(round_)) > alone and time.monotonic() < end:
            terminal.listen(0.02)
        if len(left := running(round_)) > alone:
            raise Broken(f"{len(left) - alone} processes are left 3 s after their shell was killed")
        while terminal.listen(0.1):
            pass
        # A shell switches bracketed paste off while a program runs, and nobody else on again.
        for modes in (before, terminal.modes):
            modes.private.discard(2004)
        checked_modes(round_, terminal, before)
        if inner:
            terminal.send("echo $((6 * 7))\r")
            terminal.wait_for("42")


def over_ssh(round_: Round) -> None:
    """Leave, lose the connection or lose the server's side of it."""
    folder = round_.folder / "ssh"
    folder.mkdir()
    with serve(folder) as server:
        for name in CUTS:
            try:
                _over_ssh(round_, server, name)
            except (Broken, TimeoutError) as problem:
                raise Broken(f"over SSH, {name}: {problem}") from None
        _without_terminal(round_, server)


def _over_ssh(round_: Round, server: Server, name: str) -> None:
    home = round_.folder / name.replace(" ", "-")
    home.mkdir()
    there = Round(round_.seed, home, tally=round_.tally)
    with Terminal(server.command(*_remote(home, TFX), "descent")) as terminal:
        terminal.wait_for("? help", 30)
        terminal.send(" >>")
        time.sleep(0.2)
        round_.tally.faults += 1
        CUTS[name](there, terminal)
        nothing_stays(there)
        if name == "cut":
            return
        terminal.exit_status(20)
        checked_modes(there, terminal, Modes())
        if not terminal.attributes_restored():
            raise Broken("echo or line editing is not as it was")
        scanned(there, terminal)


def _remote(home: Path, command: list[str], before: str = "") -> list[str]:
    here = f"cd {ROOT} && {before}"
    return [here, f"XDG_STATE_HOME={home}", "LC_ALL=C.UTF-8", " ".join(command)]


def _killed(there: Round, terminal: Terminal) -> None:
    """Kill the process that draws, on the other side of the connection."""
    home = str(there.folder).encode()

    def ours(process: Path) -> bool:
        program = b"-m\0tui_transformer\0" in (process / "cmdline").read_bytes()
        return program and home in (process / "environ").read_bytes()

    os.kill(max(processes(ours)), signal.SIGKILL)


CUTS: dict[str, Callable[[Round, Terminal], object]] = {
    "quit": lambda there, terminal: terminal.key("q"),
    "killed": _killed,
    "cut": lambda there, terminal: os.kill(terminal.pid, signal.SIGKILL),
}


def _without_terminal(round_: Round, server: Server) -> None:
    """`ssh host tfx` gives it no terminal: it says so, and does not wait for one."""
    for options in (("-T",), ("-T", "-n")):
        home = round_.folder / f"bare{len(options)}"
        home.mkdir()
        command = server.command(*_remote(home, TFX), "descent", options=options)
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, input="x")
        round_.tally.faults += 1
        if done.returncode != 2 or done.stderr.count("\n") != 1 or done.stdout:
            raise Broken(f"over {' '.join(options)}: {done}")


REFUSING = {
    "input is nothing": "< /dev/null",
    "input is a file": f"< {__file__}",
    "input is closed": "<&-",
    "input is a pipe": "| cat",
    "output is a file": "> /dev/null",
    "output is closed": ">&-",
    "output is full": "> /dev/full",
}


def no_terminal(round_: Round) -> None:
    """Have something else for input or output, or nothing: a sentence, and exit status 2."""
    for name, redirection in REFUSING.items():
        first, then = ("true |", "") if name == "input is a pipe" else ("", redirection)
        script = f"{first} {' '.join(TFX)} softmax {then}"
        with tfx(round_, command=["bash", "-c", f"{script}\nexit $?"]) as terminal:
            status = terminal.exit_status(20)
            said = "\n".join(terminal.text()).strip()
            round_.tally.faults += 1
            if status != 2 or "terminal" not in said or "Traceback" in said:
                raise Broken(f"{name}: exit status {status}, {said!r}")
            if terminal.modes != Modes() or not terminal.attributes_restored():
                raise Broken(f"{name}: the terminal is not as it was")
        nothing_stays(round_)
    done = subprocess.run(
        [*TFX, "softmax"], capture_output=True, timeout=20, stdin=subprocess.DEVNULL,
        start_new_session=True, env={**os.environ, "XDG_STATE_HOME": str(round_.folder)},
    )  # fmt: skip
    if done.returncode != 2:
        raise Broken(f"without a terminal: {done}")
