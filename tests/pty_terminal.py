"""A real pseudo-terminal for tests and benchmarks: start a program, type at it, read its screen.

    with Terminal([sys.executable, "-m", "tui_transformer", "softmax"], columns=80, rows=24) as tfx:
        tfx.wait_for("0.659001")
        tfx.press("right")
        print("\\n".join(tfx.text()))

Output is kept as chunks with the moment each was received and is interpreted only when somebody
looks at the screen, so that timing a program does not include the cost of reading its screen.
"""

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import NamedTuple, Self

from pyte.screens import Char

from tests.bench.input import key_sequence, mouse_sequence
from tests.bench.screen import Modes, Screen
from tests.waiting import PATIENCE

# Variables of the person running the tests that would change what the program draws.
_FOREIGN = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM_PROGRAM", "TMUX", "STY")


class Burst(NamedTuple):
    """What a program wrote after some input, and when (seconds on the clock of perf_counter)."""

    sent: float
    end: float
    data: bytes


# What a program may ask; the answers are of a terminal that can update synchronously.
_QUESTION = re.compile(rb"\x1b\[(?:\?(\d+)\$p|(0?c)|(5n)|(6n))|\x1b\](11);\?")


_PICTURE, _PICTURE_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"


def _whole(data: bytes) -> int:
    """How much of the output is whole pictures: all up to one that has begun and not ended."""
    begun = data.rfind(_PICTURE)
    if begun > data.rfind(_PICTURE_ENDS):
        return begun
    last = data.rfind(b"\x1b")
    return last if last >= 0 and _PICTURE.startswith(data[last:]) else len(data)


class Terminal:
    """A program in its own session on its own terminal; leaving the `with` block ends it."""

    def __init__(
        self,
        command: list[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        background: str = "",
    ) -> None:
        """`background` is the colour it says it has, as ffff/ffff/ffff; else it says none."""
        self._background = background
        self.chunks: list[tuple[float, bytes]] = []
        """Everything received, with the moment it was received."""
        self.size = columns, rows
        self._shown = 0
        self._screen = Screen(columns, rows)
        self._begun = b""
        self._ended = self._closed = False
        self._status: int | None = None
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self._set_size()
        self._attributes = termios.tcgetattr(self._master)
        environment = {k: v for k, v in os.environ.items() if k not in _FOREIGN}
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | dict(env or {})
        self.started = time.perf_counter()
        self.pid = self._spawn(command, environment, os.ttyname(slave))
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def raw(self) -> bytes:
        """Every byte received."""
        return b"".join(data for _, data in self.chunks)

    @property
    def screen(self) -> Screen:
        """The screen after everything received so far."""
        while self._shown < len(self.chunks):
            self._show_next()
        if self._ended:  # half a picture is all that there will be
            self._screen.feed(self._begun)
            self._begun = b""
        return self._screen

    @property
    def modes(self) -> Modes:
        """What is switched on in the terminal; `Modes()` is how it was before the program."""
        return self.screen.modes

    @property
    def running(self) -> bool:
        """Whether the program has not ended yet."""
        return self._poll() is None

    def text(self) -> list[str]:
        """The lines of the screen."""
        return self.screen.text()

    def cell(self, x: int, y: int) -> Char:
        """The cell at column x, row y."""
        return self.screen.cell(x, y)

    def send(self, text: str) -> float:
        """Type the text and return the moment it was handed over."""
        data = text.encode()
        while data and not self._ended:
            readable, writable, _ = select.select([self._master], [self._master], [], 10)
            if readable:  # a program that waits for us to read would never read this
                self._read()
            if writable:
                data = data[os.write(self._master, data) :]
        return time.perf_counter()

    def key(self, name: str) -> float:
        """Press a key: `right`, `shift+right`, `ctrl+p`, `enter`, `x`."""
        return self.send(key_sequence(name))

    def paste(self, text: str) -> float:
        """Paste, in brackets if the program asked for them."""
        return self.send(f"\x1b[200~{text}\x1b[201~" if 2004 in self.modes.private else text)

    def mouse(self, x: int, y: int, button: str = "left", kind: str = "click") -> None:
        """A mouse event at column x, row y: kind press, release, click, drag or move."""
        self.send(mouse_sequence(x, y, button, kind))

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window."""
        self.screen.resize(columns, rows)
        self.size = columns, rows
        self._set_size()

    def press(self, name: str, *, quiet: float = 0.05, timeout: float = PATIENCE) -> Burst:
        """Press a key and read what comes of it, until nothing more does for `quiet` seconds."""
        while self.listen(0):  # what is on its way is no answer to this key
            pass
        before = len(self.chunks)
        sent = self.key(name)
        while len(self.chunks) == before:
            if not self.listen(timeout):
                raise TimeoutError(f"nothing was written after {name}\n{self._picture()}")
        end = self.settle(quiet=quiet, timeout=timeout)
        return Burst(sent, end, b"".join(data for _, data in self.chunks[before:]))

    def listen(self, seconds: float) -> bool:
        """Wait at most that long for output, and tell whether some came."""
        if self._ended:
            return False
        return bool(select.select([self._master], [], [], seconds)[0]) and self._read()

    def settle(self, *, quiet: float = 0.1, timeout: float = PATIENCE) -> float:
        """Read until nothing comes for `quiet` seconds; the moment of the last byte."""
        deadline = time.perf_counter() + timeout
        while self.listen(quiet):
            if time.perf_counter() > deadline:
                raise TimeoutError(f"the screen does not come to rest\n{self._picture()}")
        return self.chunks[-1][0] if self.chunks else self.started

    def wait_for(
        self,
        condition: str | Callable[[Screen], bool],
        timeout: float = PATIENCE,
        *,
        quiet: float = 0.01,
    ) -> float:
        """Wait until the screen shows a text or meets a condition; the moment it arrived.

        The screen is looked at in pauses of `quiet` seconds, then after every chunk received.
        """

        def shown(screen: Screen) -> bool:
            if isinstance(condition, str):
                return condition in "\n".join(screen.text())
            return condition(screen)

        deadline = time.perf_counter() + timeout
        if shown(self.screen):
            return self.chunks[-1][0] if self.chunks else self.started
        while True:
            pause = time.perf_counter() + 0.2
            while self.listen(quiet) and time.perf_counter() < pause:
                pass
            while self._shown < len(self.chunks):
                moment = self._show_next()
                if shown(self._screen):
                    return moment
            if self._ended and shown(self.screen):
                return self.chunks[-1][0] if self.chunks else self.started
            if self._ended or time.perf_counter() > deadline:
                raise TimeoutError(f"never on the screen: {condition!r}\n{self._picture()}")

    def exit_status(self, timeout: float = PATIENCE) -> int:
        """Wait for the program to end; its exit code, or minus the signal that ended it."""
        deadline = time.perf_counter() + timeout
        while (status := self._poll()) is None:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"the program does not end\n{self._picture()}")
            self.listen(0.01)
            if self._ended:
                time.sleep(0.01)
        while self.listen(0):
            pass
        return status

    def attributes_restored(self) -> bool:
        """Whether the terminal's line discipline (echo, line editing, signals) is as it was."""
        return termios.tcgetattr(self._master) == self._attributes

    def hang_up(self) -> None:
        """Drop the line, as a lost connection does."""
        if not self._closed:
            os.close(self._master)
        self._closed = self._ended = True

    def nothing_left(self, timeout: float = PATIENCE) -> bool:
        """Whether every process of the program's group ends within that time."""
        deadline = time.perf_counter() + timeout
        while time.perf_counter() < deadline:
            self._poll()
            try:
                os.killpg(self.pid, 0)
            except (ProcessLookupError, PermissionError):
                return True
            time.sleep(0.01)
        return False

    def kill(self) -> None:
        """End every process of the program's group and close the terminal."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.hang_up()
        while self._poll() is None:
            time.sleep(0.001)

    def _show_next(self) -> float:
        """Show the next of what was received; a picture when all of it is here, as it was said.

        A picture comes in several parts where it is long: a test that looked between two of them
        would see half of it, which nobody in front of a terminal does.
        """
        moment, data = self.chunks[self._shown]
        self._shown += 1
        data = self._begun + data
        whole = _whole(data)
        self._screen.feed(data[:whole])
        self._begun = data[whole:]
        return moment

    def _spawn(self, command: list[str], env: Mapping[str, str], terminal: str) -> int:
        """Start it as the leader of a session, which makes the first terminal it opens its own."""
        standard_streams = [
            (os.POSIX_SPAWN_OPEN, 0, terminal, os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, 0, 1),
            (os.POSIX_SPAWN_DUP2, 0, 2),
        ]
        # What Python ignores, what a shell does for what it starts in the background, and nohup.
        ignored = [signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP]
        return os.posix_spawnp(
            command[0],
            command,
            env,
            file_actions=standard_streams,
            setsid=True,
            setsigdef=ignored,
        )

    def _poll(self) -> int | None:
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if pid else None
        return self._status

    def _set_size(self) -> None:
        columns, rows = self.size
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> bool:
        """Take what has come; false when the other side is closed."""
        try:
            data = os.read(self._master, 65536)
        except BlockingIOError:
            return True
        except OSError:  # how Linux reports that nobody holds the other side
            data = b""
        if not data:
            self._ended = True
            return False
        self.chunks.append((time.perf_counter(), data))
        for question in _QUESTION.finditer(data):
            self._answer(question)
        return True

    def _answer(self, question: re.Match[bytes]) -> None:
        mode, device, status, position, colour = question.groups()
        if colour is not None:
            if self._background:
                self.send(f"\x1b]11;rgb:{self._background}\x1b\\")
        elif mode is not None:
            self.send(f"\x1b[?{mode.decode()};{2 if mode == b'2026' else 0}$y")
        elif device is not None:
            self.send("\x1b[?62;22c")
        elif status is not None:
            self.send("\x1b[0n")
        elif position is not None:
            x, y, _ = self.screen.cursor
            self.send(f"\x1b[{y + 1};{x + 1}R")

    def _picture(self) -> str:
        return "\n".join(self.text())
