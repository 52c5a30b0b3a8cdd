"""Programs that are forked where everything is loaded, and not started: a sixth of the processor's
time.

For tests of what a program does once it runs. Those of how it starts, of what it loads and of what
ends it early start it.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parent.parent
LONGEST = 100  # bytes of an answer
ROOM = 1 << 15  # bytes, for the largest environment of a program
# What Python, NumPy and Textual read of an environment while they are loaded; but PYTHONPATH is
# read again.
READ_AT_START = ("PYTHON", "LANG", "LC_", "LD_", "TEXTUAL", "ESCDELAY", "OPENBLAS", "OMP")
# As a host starts what its sessions are forked from, which is deaf to Python's variables.
ISOLATED = (
    *("-I", "-B", "-c"),
    f"import sys; sys.path.append({str(ROOT)!r}); "
    "from tests.fork_server import main; main(*sys.argv[1:])",
)
HOSTING = ("asyncssh", "aiohttp", "aiohttp_jinja2", "textual_serve.server")


class Server:
    """The process that forks, for as long as these tests run."""

    def __init__(self, start: Sequence[str], *more: str) -> None:
        """`start` is what comes behind `python`, `more` the modules to be loaded first."""
        self._read = _read_at_start(os.environ)
        self._asking = Lock()
        self._here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            self._process = subprocess.Popen(
                [sys.executable, *start, str(there.fileno()), *more],
                stdin=subprocess.DEVNULL, cwd=ROOT, pass_fds=[there.fileno()],
                env=os.environ | {"ROOM": "x" * ROOM},
            )  # fmt: skip
        assert self._here.recv(LONGEST), "what forks does not come up"
        atexit.register(self._end)

    def fork(
        self, command: Sequence[str], env: Mapping[str, str], files: list[int], whole: bool = False
    ) -> int:
        """Fork `python -m MODULE …` on a terminal or on three streams; the number of the process.

        Python takes down object by object what was loaded if the end is to be `whole`.
        """
        python, switch, module, *arguments = command
        assert (python, switch) == (sys.executable, "-m"), f"{command} has to be started"
        assert _read_at_start(env) == self._read, "what is read at a start wants one"
        request = {"module": module, "arguments": arguments, "environment": dict(env)}
        return int(self._ask(request | {"folder": str(Path.cwd()), "whole": whole}, *files))

    def status(self, process: int) -> int | None:
        """How a process ended: its exit status, or minus the signal; None while it runs.

        To be asked until it is told, and then no more.
        """
        return self._ask({"of": process})  # type: ignore[no-any-return]

    def _ask(self, request: dict[str, Any], *files: int) -> Any:
        with self._asking:
            socket.send_fds(self._here, [json.dumps(request).encode()], files)
            return json.loads(self._here.recv(LONGEST))

    def _end(self) -> None:
        self._here.close()
        self._process.wait()


def _read_at_start(env: Mapping[str, str]) -> dict[str, str]:
    names = {name for name in env if name.startswith(READ_AT_START)} - {"PYTHONPATH"}
    return {name: env[name] for name in names}


@cache
def server() -> Server:
    """The one that forks most programs."""
    return Server(["-m", "tests.fork_server"])


@cache
def isolated() -> Server:
    """The one that forks hosts."""
    return Server(ISOLATED, *HOSTING)


class ForkedProcess:
    """A program on pipes, with what tests use of a `subprocess.Popen`; errors go to its output."""

    def __init__(self, command: list[str], env: Mapping[str, str], server: Server) -> None:
        self.args, self.returncode, self._server = command, None, server
        read, write = os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            self.pid = server.fork(command, env, [nothing, write, write])
        finally:
            os.close(write)
            os.close(nothing)
        self.stdout = os.fdopen(read, encoding="utf-8")
        self.returncode: int | None

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        if self.returncode is None:
            self.returncode = self._server.status(self.pid)
        return self.returncode

    def wait(self, timeout: float = PATIENCE) -> int:
        """Wait until it ends."""
        if not until(lambda: self.poll() is not None, timeout):
            raise subprocess.TimeoutExpired(self.args, timeout)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)
