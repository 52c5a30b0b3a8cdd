"""The clock while it plays: a timer exactly as long as something moves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui_transformer.session import Session

LOOKS = 5  # a second, at what is computed beside the screen
QUIET = 0.2  # seconds after a key in which such a picture lets other keys come first …
LONGEST = 1.0  # … unless the last one is this old
SETTLED = 1.0  # seconds of playing from which its pace can be told


class Playable(Protocol):
    """What a player needs of the screen."""

    session: Session | None

    @property
    def busy(self) -> bool:
        """Whether a picture is being computed beside the screen."""

    def change(self, change: Callable[[Session], Session]) -> None:
        """Move to another session."""

    def set_interval(self, interval: float, callback: Callable[[], None], /) -> Any:
        """Start a timer."""


class Player:
    """Steps the session of an instrument so many times a second."""

    def __init__(self, screen: Playable) -> None:
        self._screen = screen
        self.animated = True
        self._timer: Timer | None = None
        self._began = (0.0, 0)  # when playing began, and where the clock stood
        self._heard = self._moved_at = 0.0

    @property
    def running(self) -> bool:
        """Whether something moves."""
        return self._timer is not None

    def toggle(self) -> None:
        """Start or pause; where nothing is to move by itself, take one step."""
        session = self._screen.session
        if not self.animated and session is not None and session.concept.ahead is None:
            self._screen.change(lambda session: session.step(1))
            return
        self._screen.change(lambda session: session.play())
        self.follow()

    def faster(self, step: int) -> None:
        """Change the speed."""
        self._screen.change(lambda session: session.faster(step))
        self.follow()

    @property
    def keys_come(self) -> bool:
        """Whether somebody is pressing keys."""
        return time.monotonic() - self._heard < QUIET

    def key(self) -> None:
        """Hear that a key was pressed."""
        self._heard = time.monotonic()

    def stop(self) -> None:
        """Stop, and leave the session paused."""
        self.halt()
        session = self._screen.session
        if session is not None and session.playing:
            self._screen.session = session.play()

    def follow(self) -> None:
        """Keep a timer if the session plays, and none if it does not."""
        self.halt()
        session = self._screen.session
        if session is not None and session.playing:
            pace = LOOKS if session.concept.ahead is not None else session.pace
            self._began = time.monotonic(), _at(session)
            self._timer = self._screen.set_interval(1 / pace, self._tick)

    def halt(self) -> None:
        """Take the timer away; whether the session plays stays as it is."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _tick(self) -> None:
        now, session = time.monotonic(), self._screen.session
        if session is not None and session.concept.ahead is not None:
            waits = self.keys_come and now - self._moved_at < LONGEST
            if waits or self._screen.busy:
                return
        self._moved_at = now
        self._screen.change(self._moved)
        session = self._screen.session
        if session is None or not session.playing:
            self.halt()

    def _moved(self, session: Session) -> Session:
        """Take a step, or all that were computed since the last; say how fast it goes."""
        moved = session.go_on() if session.concept.ahead is not None else session.step(1)
        began, start = self._began
        passed, steps = time.monotonic() - began, _at(moved) - start
        if not moved.playing:
            return moved if moved.said != session.said else moved.say("")
        if passed < SETTLED or steps <= 0:
            return moved
        rate = f"{steps / passed:.0f}" if steps >= 10 * passed else f"{steps / passed:.1f}"
        return moved.say(f"{moved.concept.clock} = {_at(moved)}, {rate} a second")


def _at(session: Session) -> int:
    """Say where the clock stands."""
    return int(getattr(session.model, session.concept.clock))
