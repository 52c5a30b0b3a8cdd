"""The host's end of the nursery: a terminal goes there, and how its session ended comes back."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from tui_transformer.hosting import CannotHost
from tui_transformer.hosting.nursery import LONGEST, PATIENCE

_LOADING: Final = 60.0  # seconds in which a nursery has to be ready

Ended = Callable[[int], None]


class Parent:
    """Runs a nursery, and another one where it ends; each session is known by a number."""

    def __init__(self, program: str, arguments: list[str]) -> None:
        """`program` is the module that is the nursery. To be made before any event loop is."""
        self._program, self._arguments = program, arguments
        self._waiting: dict[int, Ended] = {}
        self._orphans: set[int] = set()
        self._number = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            arguments = ["-I", "-B", "-m", self._program, *self._arguments, str(theirs.fileno())]
            plain = {"LANG": "C.UTF-8", "HOME": "/", "PATH": os.defpath}
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                env=plain | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # ctrl+c is for the host, which then tells it
            )
        self._socket = ours

    def wait_until_ready(self) -> None:
        """Wait until it has loaded everything. Raises CannotHost where it does not."""
        self._socket.settimeout(_LOADING)
        try:
            ready = bool(self._socket.recv(LONGEST))
        except OSError:
            ready = False
        if not ready:
            self.close()
            raise CannotHost("the process that starts sessions does not start itself.")
        self._socket.setblocking(False)

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hear of ends in this loop from now on."""
        self._loop = loop
        loop.add_reader(self._socket, self._hear)

    def begin(self, request: dict[str, Any], terminal: int, ended: Ended) -> int | None:
        """Start a session on a terminal; its number, or None where that cannot be now."""
        self._number += 1
        message = json.dumps(request | {"number": self._number}, ensure_ascii=False).encode()
        try:
            socket.send_fds(self._socket, [message], [terminal])
        except OSError:
            return None
        self._waiting[self._number] = ended
        return self._number

    def hang_up(self, number: int) -> None:
        """Tell a session that its terminal is gone; the nursery ends it if it does not go.

        Of one whose nursery is gone nobody would say that it has ended: it has, by this.
        """
        if number in self._orphans:
            self._orphans.remove(number)
            assert self._loop is not None
            self._loop.call_soon(self._waiting.pop(number), -signal.SIGHUP)
            return
        with suppress(OSError):  # then the terminal itself says so
            self._socket.send(json.dumps({"number": number}).encode())

    def _hear(self) -> None:
        try:
            data = self._socket.recv(LONGEST)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._again()
            return
        told = json.loads(data)
        ended = self._waiting.pop(told.get("number", 0), None)
        if ended is not None:
            ended(told["status"])

    def _again(self) -> None:
        """Replace a nursery that has ended; its sessions go on, and end with their terminals."""
        assert self._loop is not None
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self._process.wait()
        self._orphans |= self._waiting.keys()
        if not self._closed:
            self._start()
            self._socket.setblocking(False)
            self._loop.add_reader(self._socket, self._hear)

    def close(self) -> None:
        """End it, with whatever sessions are left."""
        self._closed = True
        if self._loop is not None and self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket)
        self._socket.close()
        try:
            self._process.wait(PATIENCE + 2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
