"""A terminal behind a slow line and a large buffer, as a window of sshd's is.

    with SlowTerminal([*TFX, "descent"]) as slow:
        slow.until(lambda: "Gradient descent" in slow.shown)
        slow.rate = 960
        slow.key(".")
        slow.until(lambda: slow.quiet)
        assert slow.pictures == 1

What the program sends is read at once, and arrives on the screen at so many bytes in a second.
"""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from select import select
from typing import Self

from tests.bench.input import key_sequence
from tests.bench.screen import Screen
from tests.pty_terminal import _QUESTION, Terminal

FAR = {"SSH_TTY": "/dev/pts/1"}
ROOM = 256 * 1024
ASKED = b"\x1b[5n"
FOREVER = float("inf")


class SlowTerminal:
    """The far end of the line. `rate` is in bytes a second; `delay` there and back, in seconds."""

    def __init__(
        self,
        command: list[str],
        *,
        columns: int = 80,
        rows: int = 24,
        delay: float = 0.0,
        env: Mapping[str, str] = FAR,
    ) -> None:
        self.here = Terminal(command, columns=columns, rows=rows, env=env)
        self.screen = Screen(columns, rows)
        self.rate, self.delay = FOREVER, delay
        self.answers = True
        self.arrived = self.pictures = 0
        """Bytes, and pictures that ended with a question, which have come."""
        self.waiting = bytearray()
        """What has been sent and has not come yet."""
        self._then = time.monotonic()
        self._owed: list[tuple[float, str]] = []
        self._heard = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.here.kill()

    @property
    def shown(self) -> str:
        """What the person sees."""
        return "\n".join(self.screen.text())

    @property
    def to_come(self) -> int:
        """How many pictures are on their way."""
        return self.waiting.count(ASKED)

    @property
    def quiet(self) -> bool:
        """Whether nothing is on its way in either direction."""
        return not self.waiting and not self._owed

    def until(self, condition: Callable[[], object], timeout: float = 120) -> None:
        """Let time pass until something is so."""
        end = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < end, f"never so\n{self.shown}"
            self.turn()

    def rest(self, seconds: float = 0.7) -> None:
        """Let time pass until nothing has been on its way for so long."""
        last = time.monotonic()
        while time.monotonic() - last < seconds:
            self.turn()
            last = last if self.quiet else time.monotonic()

    def hold(self, key: str, rate: float, seconds: float) -> None:
        """Hold a key."""
        began = time.monotonic()
        for count in range(int(rate * seconds)):
            self.until(lambda due=began + count / rate: time.monotonic() >= due)
            self.key(key)

    def key(self, name: str) -> None:
        """Press a key."""
        self.type(key_sequence(name))

    def type(self, text: str) -> None:
        """Type a text."""
        os.write(self.here._master, text.encode())

    def turn(self) -> None:
        """Let time pass, a little."""
        wants = [self.here._master] if len(self.waiting) < ROOM else []
        if select(wants, [], [], 0.005)[0]:
            with suppress(OSError):
                self.waiting += os.read(self.here._master, 1 << 16)
        now = time.monotonic()
        elapsed, self._then = now - self._then, now
        count = len(self.waiting) if self.rate == FOREVER else self._due(elapsed)
        if count:
            self._arrive(bytes(self.waiting[:count]))
            del self.waiting[:count]
        while self._owed and self._owed[0][0] <= now:
            os.write(self.here._master, self._owed.pop(0)[1].encode())

    def _due(self, elapsed: float) -> int:
        """Say how many bytes the line has carried meanwhile, and keep what is left of the time."""
        count = min(int(elapsed * self.rate), len(self.waiting))
        if count < len(self.waiting):
            self._then -= elapsed - count / self.rate
        return count

    def _arrive(self, data: bytes) -> None:
        self.screen.feed(data)
        self.arrived += len(data)
        self._heard += data
        end = 0
        for question in _QUESTION.finditer(self._heard):
            end = question.end()
            mode, device, status, *_ = question.groups()
            self.pictures += status is not None
            if status is not None:
                self._answer("\x1b[0n")
            elif device is not None:
                self._answer("\x1b[?62;22c")
            elif mode is not None:
                self._answer(f"\x1b[?{mode.decode()};2$y")
        self._heard = self._heard[max(end, len(self._heard) - 16) :]

    def _answer(self, text: str) -> None:
        if self.answers:
            self._owed.append((time.monotonic() + self.delay, text))
