"""A terminal at the end of a slow line: what either side sends arrives so many seconds later.

    with FarTerminal([*TFX, "softmax"], delay=0.05) as far:
        far.until("0.659001")
        far.moving = True
        far.send("q")
        assert far.left() == "q"

The program runs under a shell of a kind (`python -m tests.far_terminal COMMAND …`), which tells
what it reads once the program has ended.
"""

import os
import re
import subprocess
import sys
import termios
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from select import select
from types import TracebackType
from typing import Self

from tests.bench.screen import Screen
from tests.pty_terminal import Terminal

LAST = "<end of what is typed>"
_QUESTION = re.compile(r"\x1b\[(?:\?(\d+)\$p|(0?c)|(5n)|(6n))")
_ANSWERS = ("\x1b[?{};2$y", "\x1b[?62;22c", "\x1b[0n", "\x1b[1;1R")


class FarTerminal:
    """A terminal with a person who moves the mouse, where somebody wants to hear of it."""

    def __init__(self, command: list[str], *, delay: float, env: Mapping[str, str]) -> None:
        shell = [sys.executable, "-m", "tests.far_terminal", *command]
        self.here = Terminal(shell, env=env)
        self.delay = delay
        self.moving = self.answers = True
        self.types_on_leaving = ""
        self.moves = 0
        """How often the mouse has moved while somebody wanted to hear of it."""
        self.screen = Screen(80, 24)
        self._coming: deque[tuple[float, bytes]] = deque()
        self._going: deque[tuple[float, bytes]] = deque()
        self._asked = ""
        self._next_move = 0.0
        self._looked = self._asked_after = 0.0
        self.took = 0.0
        """Seconds, at most, from its goodbye until the program was sent the last of all this."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.here.kill()

    @property
    def shown(self) -> str:
        """What the person sees."""
        return "\n".join(self.screen.text())

    def send(self, text: str) -> None:
        """Type something, behind all that was sent before."""
        self._going.append((time.monotonic() + self.delay, text.encode()))

    def until(self, text: str, timeout: float = 60) -> None:
        """Wait until a text has arrived on the screen."""
        end = time.monotonic() + timeout
        while text not in self.shown:
            if time.monotonic() > end:
                raise TimeoutError(f"never seen: {text!r}\n{self.shown}")
            self._turn()

    def until_moved(self, times: int) -> None:
        """Wait until somebody wants to hear of the mouse, and it has moved."""
        end = time.monotonic() + 60
        while self.moves < times:
            if time.monotonic() > end:
                raise TimeoutError(f"nobody asked for the mouse\n{self.shown}")
            self._turn()

    def left(self) -> str:
        """Wait until the program has ended; what the shell reads after it."""
        self.until("ready>")
        self.send(LAST)
        self.until("read: ")
        line = re.search(r"read: ([0-9a-f]*)\.", self.shown.replace("\n", ""))
        assert line is not None
        return bytes.fromhex(line[1]).decode().removesuffix(LAST)

    def _turn(self) -> None:
        """Let time pass, a little."""
        now = time.monotonic()
        if self.moving and 1003 in self.screen.modes.private and now >= self._next_move:
            self.moves += 1
            self.send(f"\x1b[<35;{1 + self.moves % 79};8M")
            self._next_move = now + 0.005
        while self._going and self._going[0][0] <= now:
            data = self._going.popleft()[1]
            os.write(self.here._master, data)
            if self._asked_after and data.startswith(b"\x1b"):
                self.took = time.monotonic() - self._asked_after
        if select([self.here._master], [], [], 0.002)[0]:
            with suppress(OSError):  # the shell has ended, and what it said is on its way
                data = os.read(self.here._master, 1 << 16)
                self._coming.append((time.monotonic() + self.delay, data))
                if b"\x1b[5n" in data:
                    self._asked_after = self._looked
        self._looked = now
        while self._coming and self._coming[0][0] <= now:
            self._arrive(self._coming.popleft()[1])

    def _arrive(self, data: bytes) -> None:
        was_taken = self.screen.modes.alternate_screen
        self.screen.feed(data)
        self._asked += data.decode(errors="replace")
        for question in _QUESTION.finditer(self._asked):
            at = next(n for n, group in enumerate(question.groups()) if group)
            if self.answers:
                self.send(_ANSWERS[at].format(question[1]))
        self._asked = re.sub(
            r".*(?=\x1b)|^[^\x1b]*", "", _QUESTION.sub("", self._asked), flags=re.S
        )
        if was_taken and not self.screen.modes.alternate_screen:
            self.send(self.types_on_leaving)


def main() -> None:
    """Run a command as a shell does, then tell what can be read after it."""
    subprocess.call(sys.argv[1:])
    attributes = termios.tcgetattr(0)
    attributes[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(0, termios.TCSANOW, attributes)
    print("ready>", flush=True)
    read = b""
    while not read.endswith(LAST.encode()):
        read += os.read(0, 1024)
    print(f"read: {read.hex()}.", flush=True)


if __name__ == "__main__":
    main()
