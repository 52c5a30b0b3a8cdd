"""Whose turn it is: of many who follow on one machine, a few draw at a time.

A state that comes when all have drawn the one before goes to everybody. One that comes earlier, as
those of a held key do, goes to a few; whoever has drawn says so, and makes room for who has waited
longest, who gets the newest state there is. So hardly anybody is in the midst of an old picture
when the last state comes, and who presents shares the processors with a few, not with all.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Final

from tui_transformer.classroom.messages import State

AT_ONCE: Final = 2 * (os.cpu_count() or 1)
"""How many draw at a time: one on each processor, and for each the one who comes next."""
LONGEST: Final = 0.5
"""Seconds that a picture may take; then the others do not wait for it."""


class Turns:
    """Who draws now, by number; whoever never says that they have drawn waits for no turn."""

    def __init__(self, again: Callable[[], None]) -> None:
        """`again` is called when there is room though nobody has said so."""
        self._again = again
        self._say: set[int] = set()  # who say that they have drawn
        self._drawing: dict[int, asyncio.TimerHandle] = {}
        self._last: State | None = None
        self._taken = False  # whether the last state came before all had drawn the one before
        self.some_wait = False

    def begin(self, state: State | None) -> None:
        """Begin to hand out the last state there is."""
        if state is not self._last:
            self._last, self._taken = state, self.some_wait or bool(self._drawing)
        self.some_wait = False

    def must_wait(self, number: int) -> bool:
        """Say whether it is not the turn of somebody who has not had the state."""
        if not self._taken or number not in self._say:
            return False
        waits = number in self._drawing or len(self._drawing) >= AT_ONCE
        self.some_wait |= waits
        return waits

    def given(self, number: int) -> None:
        """Somebody was given the state."""
        if number in self._say:
            self._forget(number)
            loop = asyncio.get_running_loop()
            self._drawing[number] = loop.call_later(LONGEST, self._late, number)

    def drawn(self, number: int) -> None:
        """Somebody says that they have drawn."""
        self._say.add(number)
        self._forget(number)

    def gone(self, number: int) -> None:
        """Somebody is gone."""
        self._say.discard(number)
        self._forget(number)

    def _late(self, number: int) -> None:
        self.gone(number)
        self._again()

    def _forget(self, number: int) -> None:
        timer = self._drawing.pop(number, None)
        if timer is not None:
            timer.cancel()
