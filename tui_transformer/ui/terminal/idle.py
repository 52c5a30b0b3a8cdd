"""Notices that nobody has typed for a while, with one timer that almost never fires."""

import asyncio
from collections.abc import Callable
from time import monotonic

_shown = 0.0


def shown() -> None:
    """Note that something came in sight by itself: whoever watches a class is there."""
    global _shown
    _shown = monotonic()


class Idle:
    """Calls `over` once nothing has been heard for so many seconds."""

    def __init__(self, seconds: float, over: Callable[[], None]) -> None:
        self._seconds = seconds
        self._over = over
        self._loop = asyncio.get_running_loop()
        self._heard = monotonic()
        self._timer = self._loop.call_later(seconds, self._look)

    def heard(self) -> None:
        """Note that somebody is there."""
        self._heard = monotonic()

    def stop(self) -> None:
        """Listen no more."""
        self._timer.cancel()

    def _look(self) -> None:
        left = max(self._heard, _shown) + self._seconds - monotonic()
        if left <= 0:
            self._over()
        else:
            self._timer = self._loop.call_later(left, self._look)
