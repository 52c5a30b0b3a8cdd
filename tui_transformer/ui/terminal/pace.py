"""How many pictures may be on their way to a terminal that is far away.

Between a program and a far terminal lie buffers that take a quarter of a megabyte of pictures
without a word: on a slow line those are a minute old when they are seen. So the terminal is asked
after every picture whether all is well, and answers once it has got so far. One picture may be
unanswered, and more of them, up to four, while the answers are quick.

Nothing is held back before one answer has come, nor after answers have stayed away for long: there
are terminals that never say a word.
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from tui_transformer import kiosk
from tui_transformer.ui.terminal import restore

QUESTION: Final = "\x1b[5n"
ANSWERS: Final = ("\x1b[0n", "\x1b[3n")
MOST: Final = 4
_QUICK: Final = 0.15  # seconds, beyond the way there and back, in which an answer is no late one
_SILENCE: Final = 4.0  # seconds after which no answer is expected any more,
_SLOWEST: Final = 240  # and one for each so many bytes on their way: 2,400 baud
_SLOW: Final = 5000  # bytes in a second, up to which a line is slow
_FAST: Final = 4 * _SLOW  # and from which it is not so any more
_MEASURED: Final = 400  # bytes of a picture that tell something of the line


def is_far(variables: Mapping[str, str] = os.environ) -> bool:
    """Say whether there is a network in between; a terminal that is here makes us wait itself."""
    # In a kiosk there are few variables left, and everybody comes over a network.
    return kiosk.is_on() or "SSH_CONNECTION" in variables or "SSH_TTY" in variables


class Pace:
    """Counts the pictures that the terminal has not answered, and says when it can `go_on`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, go_on: Callable[[], None]) -> None:
        self._loop, self._go_on = loop, go_on
        self._sent: deque[tuple[float, int]] = deque()
        self._window = 1
        self._answers = False
        self._nearest = float("inf")  # seconds of the quickest answer: the way there and back
        self._silence: asyncio.TimerHandle | None = None
        self.slow = False
        """Whether every byte counts."""

    @property
    def full(self) -> bool:
        """Whether a picture has to wait for an answer."""
        return self._answers and len(self._sent) >= self._window

    def ask(self, size: int) -> str:
        """Return the question that goes behind so many bytes."""
        self._sent.append((self._loop.time(), size))
        self._expect()
        return QUESTION

    def answered(self) -> None:
        """Note an answer, which is to the oldest question."""
        self._answers = True
        if self._sent:  # else it is to what was given up, or asked by somebody else
            began, size = self._sent.popleft()
            self._learn(self._loop.time() - began, size)
            self._expect()
        self._go_on()

    def stop(self) -> None:
        """Wait for nothing any more; what is still owed is read by whoever leaves."""
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None

    def _learn(self, seconds: float, size: int) -> None:
        """Take from an answer how quick the line is."""
        self._nearest = min(self._nearest, seconds)
        late = seconds - self._nearest  # it stood behind other bytes, its own included
        self._window = min(self._window + 1, MOST) if late <= _QUICK else 1
        if size >= _MEASURED:
            self.slow = late > _QUICK and size / late < (_FAST if self.slow else _SLOW)

    def _expect(self) -> None:
        """Wait for an answer, but not for ever."""
        self.stop()
        restore.owed[0] = min(len(self._sent), 255)
        if self._sent:
            size = sum(size for _, size in self._sent)
            self._silence = self._loop.call_later(_SILENCE + size / _SLOWEST, self._give_up)

    def _give_up(self) -> None:
        """Expect no answers, until one comes."""
        self._sent.clear()
        self._answers = False
        self._window = 1
        self._go_on()
