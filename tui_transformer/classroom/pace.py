"""States at a pace: keys that are held give many, and others need the last."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from tui_transformer.classroom.messages import Message, State
from tui_transformer.classroom.wire import write

PACE: Final = 1 / 15
"""Seconds between two states; the last one is always sent."""


class Paced:
    """Sends at once what is no state, and states so many a second."""

    def __init__(self, send: Callable[[Message], None]) -> None:
        self._send = send
        self._sent = 0.0
        self._waiting: State | None = None
        self._timer: asyncio.TimerHandle | None = None

    def send(self, message: Message) -> None:
        """Send, now or soon. Raises BadMessage for a state that is too long to travel."""
        if not isinstance(message, State):
            self.push()
            self._send(message)
            return
        write(message)
        self._waiting = message
        left = self._sent + PACE - time.monotonic()
        if left <= 0:
            self.push()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(left, self.push)

    def push(self) -> None:
        """Send the state that waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        state, self._waiting = self._waiting, None
        if state is not None:
            self._sent = time.monotonic()
            self._send(state)

    def stop(self) -> None:
        """Send nothing more."""
        self._waiting = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
