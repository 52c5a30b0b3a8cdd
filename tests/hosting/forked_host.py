"""A host that is forked, as is the process that forks its sessions: both have everything loaded.

    python -m tests.hosting.forked_host --port 0 …

is `tfx host --port 0 …`. What forks the sessions is there before the host knows anything, and is
told how it was to be started; should it end, another one is started as ever.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from types import SimpleNamespace

from tests.fork_server import show
from tui_transformer.cli import hosted, main
from tui_transformer.cli.host import NURSERY
from tui_transformer.hosting import parent

LONGEST = 1 << 16  # bytes of what it is told


class Nursery:
    """The process that forks sessions, with what a host uses of a `subprocess.Popen`."""

    def __init__(self) -> None:
        self._here, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            self._here.close()
            _wait(theirs)
        theirs.close()

    def begin(
        self,
        command: list[str],
        *,
        env: Mapping[str, str],
        pass_fds: tuple[int],
        stdin: int,
        start_new_session: bool,
    ) -> "Nursery":
        """Be what is to be started so."""
        *start, last = command
        assert start[:5] == [sys.executable, "-I", "-B", "-m", NURSERY]
        assert stdin == subprocess.DEVNULL and [last] == [str(file) for file in pass_fds]
        told = {"arguments": start[5:], "env": dict(env), "leads": start_new_session}
        with self._here:
            socket.send_fds(self._here, [json.dumps(told).encode()], pass_fds)
        return self

    def wait(self, timeout: float | None = None) -> None:
        """Wait until it ends, for so many seconds if they are limited."""
        end = None if timeout is None else time.monotonic() + timeout
        while os.waitpid(self.pid, 0 if end is None else os.WNOHANG)[0] == 0:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(NURSERY, timeout or 0)
            time.sleep(0.005)

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)


def _wait(connection: socket.socket) -> None:
    """Wait to be told what to be, and be it."""
    data, files, _, _ = socket.recv_fds(connection, LONGEST, 1)
    if data:
        told = json.loads(data)
        connection.close()
        if told["leads"]:
            os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        wire = os.dup2(files[0], 3)
        os.closerange(4, 1 << 16)
        os.environ.clear()
        os.environ.update(told["env"])
        show(told["env"])
        hosted.serve([*told["arguments"], str(wire)])
    os._exit(0)


def prepare() -> None:
    """Fork what the first nursery of this host is to be."""
    waiting = [Nursery()]

    def begun(*given: object, **more: object) -> object:
        begin = waiting.pop().begin if waiting else subprocess.Popen
        return begin(*given, **more)  # type: ignore[call-overload]

    parent.subprocess = SimpleNamespace(  # type: ignore[assignment]
        Popen=begun, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
    )


if __name__ == "__main__":
    prepare()
    sys.exit(main(["host", *sys.argv[1:]]))
