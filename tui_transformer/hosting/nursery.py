"""The parent of all sessions: everything loaded once, and then it only forks, reaps and reports.

It is a program of its own without threads, since a fork takes one thread along and leaves what
the others held locked. It knows neither the host's key nor anybody's password. Standard library
only; what a session does is handed to it.
"""

import fcntl
import json
import os
import select
import signal
import socket
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, Final, NoReturn

from tui_transformer.hosting.helpers import Helpers

LONGEST: Final = 1 << 17  # bytes of a message, with every character that words may have
PATIENCE: Final = 3.0
"""Seconds that a session has to put its terminal right before it is killed."""

_ASKED: Final = 3  # the descriptor by which a session asks, or a helper is asked
_POLITE: Final = 5  # how much a session steps back for others
_EXPENDABLE: Final = Path("/proc/self/oom_score_adj")
_TASKS: Final = Path("/proc/self/task")
_DEFAULT: Final = (
    *(signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGCHLD),
    *(signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU),
)

Request = dict[str, Any]


class Nursery:
    """Forks a child for each terminal that comes over a socket, and tells how each one ended.

    A session has a socket to ask for a helper: another fork, which hears and answers by pipes.
    By the same socket who presents may have lines kept.
    """

    def __init__(
        self,
        connection: socket.socket,
        child: Callable[[Request, socket.socket], int],
        helper: Callable[[socket.socket], None],
        keep: Callable[[bytes], str] | None = None,
    ) -> None:
        """`helper` serves those whose pipes come in by a socket.

        `keep` keeps a line of who presents, and returns a sentence where it cannot.
        """
        self._connection, self._child, self._helper = connection, child, helper
        self._keep = keep
        self._presenters: set[int] = set()
        self._numbers: dict[int, int] = {}  # the host's number of each process
        self._asking: dict[int, tuple[socket.socket, int]] = {}  # by descriptor, whose it is
        self._helpers = Helpers(self._fork_helper)
        self._deadlines: dict[int, float] = {}
        self._woken, self._wakes = os.pipe()
        for end in (self._woken, self._wakes):
            os.set_blocking(end, False)
        self._poll = select.poll()
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakes, warn_on_full_buffer=False)

    def run(self) -> None:
        """Serve until the host is gone; then every session is hung up, and ended."""
        self._tell({"ready": True})
        poll = self._poll
        poll.register(self._connection, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        here = True
        while here or self._numbers or [*self._helpers]:
            ready = {fileno for fileno, _ in poll.poll(100 if self._deadlines else None)}
            for asking in ready & self._asking.keys():
                self._help(asking)
            if self._woken in ready:
                os.read(self._woken, 4096)
            self._reap()
            self._end_overdue()
            if self._connection.fileno() in ready and not self._hear():
                here = False
                poll.unregister(self._connection)
                for process in self._numbers:
                    self._hang_up(process)

    def _hear(self) -> bool:
        """Do what the host asks for; False where it is gone."""
        try:
            data, files, _, _ = socket.recv_fds(self._connection, LONGEST, 1)
        except OSError:
            return False
        if not data:
            return False
        request: Request = json.loads(data)
        if files:
            self._fork(request, files[0])
            os.close(files[0])
            return True
        for process, number in self._numbers.items():
            if number == request["number"]:
                self._hang_up(process)
        return True

    def _fork(self, request: Request, terminal: int) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = self._forked()
            if process == 0:
                _be((terminal,) * 3, theirs, lambda asked: self._visit(request, asked))
        if process is None:
            ours.close()
            self._tell({"number": request["number"], "status": 1})
            return
        self._numbers[process] = request["number"]
        if request["presents"]:
            self._presenters.add(process)
        self._asking[ours.fileno()] = ours, process
        self._poll.register(ours, select.POLLIN)

    def _visit(self, request: Request, asked: socket.socket) -> int:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        if not request["presents"]:
            _step_back(_POLITE)  # the host answers first, and who presents
        return self._child(request, asked)

    def _help(self, asking: int) -> None:
        """Let a session have its helper, or forget a session that is gone."""
        connection, session = self._asking[asking]
        try:
            data, files, _, _ = socket.recv_fds(connection, LONGEST, 2)
        except OSError:
            data, files = b"", []
        if len(files) == 2 and session in self._numbers:
            self._helpers.help(session, data, files)
        for file in files:
            os.close(file)
        if data and not files and self._keep is not None and session in self._presenters:
            with suppress(OSError):
                connection.send(b"." + self._keep(data).encode(), socket.MSG_DONTWAIT)
        if not data:
            self._poll.unregister(asking)
            del self._asking[asking]
            connection.close()

    def _fork_helper(self, door: socket.socket) -> int | None:
        process = self._forked()
        if process == 0:
            nowhere = os.open(os.devnull, os.O_RDWR)
            _be((nowhere,) * 3, door, self._assist)
        return process

    def _assist(self, door: socket.socket) -> int:
        _step_back(2 * _POLITE)
        self._helper(door)
        return 0

    def _forked(self) -> int | None:
        """Fork; None where that cannot be."""
        try:
            assert len(list(_TASKS.iterdir())) == 1, "a nursery has one thread"
            return os.fork()
        except (OSError, AssertionError):
            return None

    def _hang_up(self, process: int) -> None:
        self._deadlines.setdefault(process, monotonic() + PATIENCE)
        _signal(process, signal.SIGHUP)

    def _end_overdue(self) -> None:
        for process, deadline in self._deadlines.items():
            if monotonic() > deadline:
                _signal(process, signal.SIGKILL)

    def _reap(self) -> None:
        for process in [*self._numbers, *self._helpers]:
            if os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            # While it is not yet reaped nobody else can have its number.
            _signal(process, signal.SIGKILL)
            _, status = os.waitpid(process, 0)
            if self._helpers.ended(process):
                continue
            for helper in self._helpers.left(process):
                _signal(helper, signal.SIGKILL)
            self._presenters.discard(process)
            number = self._numbers.pop(process)
            self._deadlines.pop(process, None)
            self._tell({"number": number, "status": os.waitstatus_to_exitcode(status)})

    def _tell(self, what: dict[str, Any]) -> None:
        with suppress(OSError):  # a host that is gone is noticed by its silence
            self._connection.send(json.dumps(what).encode())


def _step_back(much: int) -> None:
    """Let others go first, and be ended first where memory has run out.

    Linux shares its time out by session before it looks at processes. A session could step back as
    a whole (`/proc/self/autogroup`), but on a busy machine it then gets next to nothing.
    """
    os.nice(much)
    with suppress(OSError):
        _EXPENDABLE.write_text("500")


def _be(
    streams: tuple[int, int, int],
    asked: socket.socket,
    live: Callable[[socket.socket], int],
) -> NoReturn:
    """Be a process of its own, with these streams and nothing else, from here to its end."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in _DEFAULT:
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        for stream, file in enumerate(streams):
            os.dup2(file, stream)
        os.dup2(asked.detach(), _ASKED)
        os.closerange(_ASKED + 1, 1 << 20)
        for stream, name in enumerate(("stdin", "stdout", "stderr")):
            mode = "w" if stream else "r"
            fresh = os.fdopen(stream, mode, 1, encoding="utf-8", closefd=False)
            setattr(sys, name, fresh)
            setattr(sys, f"__{name}__", fresh)
        status = live(socket.socket(fileno=_ASKED))
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # nothing of this may return into the nursery's loop
        status = 1
    finally:
        for written in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                written.flush()
        os._exit(status & 0xFF)


def _signal(process: int, number: int) -> None:
    """Send a signal to the group of a session, or to it alone while it has none yet."""
    with suppress(ProcessLookupError, PermissionError):
        if os.getpgid(process) == process:
            os.killpg(process, number)
        else:
            os.kill(process, number)
