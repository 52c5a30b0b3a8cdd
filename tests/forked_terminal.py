"""A program in a real terminal that is forked where everything is loaded, and not started: a
sixth of the processor's time.

For tests of what a program does once it runs. Those of how it starts, of what it loads and of
what ends it early want a `Terminal`, which starts it.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from tests.pty_terminal import Terminal

ROOT = Path(__file__).parent.parent
LONGEST = 100  # bytes of an answer
ROOM = 1 << 15  # bytes, for the largest environment of a program
# What Python, NumPy and Textual read of an environment while they are loaded.
# PYTHONPATH is minded.
READ_AT_START = ("PYTHON", "LANG", "LC_", "LD_", "TEXTUAL", "ESCDELAY", "OPENBLAS", "OMP")


def read_at_start(env: Mapping[str, str]) -> dict[str, str]:
    """What of an environment a program has read before it can be forked."""
    return {
        name: value
        for name, value in env.items()
        if name.startswith(READ_AT_START) and name != "PYTHONPATH"
    }


class Server:
    """The process that forks, for as long as these tests run."""

    def __init__(self) -> None:
        self.read = read_at_start(os.environ)
        self._asking = Lock()
        self._here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.fork_server", str(there.fileno())],
                stdin=subprocess.DEVNULL, cwd=ROOT, pass_fds=[there.fileno()],
                env=os.environ | {"ROOM": "x" * ROOM},
            )  # fmt: skip
        assert self._here.recv(LONGEST), "what forks does not come up"
        atexit.register(self.end)

    def end(self) -> None:
        """Let it go."""
        self._here.close()
        self._process.wait()

    def ask(self, request: dict[str, Any], *files: int) -> Any:
        """Ask for something, and wait for the answer."""
        with self._asking:
            socket.send_fds(self._here, [json.dumps(request).encode()], files)
            return json.loads(self._here.recv(LONGEST))


server = cache(Server)


class ForkedTerminal(Terminal):
    """A program, told as `python -m MODULE …`, that is forked.

    In the end everything that had been loaded is left to the system; with `whole` it is taken down
    object by object, as Python does, for a third of the processor's time more.
    """

    whole = False

    def _spawn(self, command: list[str], env: Mapping[str, str], terminal: str) -> int:
        python, switch, module, *arguments = command
        assert (python, switch) == (sys.executable, "-m"), f"{command} has to be started"
        assert read_at_start(env) == server().read, "what is read at a start wants one"
        request = {
            "module": module,
            "arguments": arguments,
            "environment": dict(env),
            "folder": str(Path.cwd()),
            "whole": self.whole,
        }
        stream = os.open(terminal, os.O_RDWR | os.O_NOCTTY)
        try:
            return int(server().ask(request, stream))
        finally:
            os.close(stream)

    def _poll(self) -> int | None:
        if self._status is None:
            self._status = server().ask({"of": self.pid})
        return self._status


class LeavingTerminal(ForkedTerminal):
    """One of which it matters how it ends, to the last object."""

    whole = True
