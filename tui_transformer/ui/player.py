"""The clock while it plays: a timer exactly as long as something moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui_transformer.ui.instrument import Instrument


class Player:
    """Steps the session of an instrument so many times a second."""

    def __init__(self, screen: Instrument) -> None:
        self._screen = screen
        self._timer: Timer | None = None

    def toggle(self) -> None:
        """Start or pause."""
        self._screen.change(lambda session: session.play())
        self._follow()

    def faster(self, step: int) -> None:
        """Change the speed."""
        self._screen.change(lambda session: session.faster(step))
        self._follow()

    def stop(self) -> None:
        """Stop, and leave the session paused."""
        self._drop()
        session = self._screen.session
        if session is not None and session.playing:
            self._screen.session = session.play()

    def _follow(self) -> None:
        """Keep a timer if the session plays, and none if it does not."""
        self._drop()
        session = self._screen.session
        if session is not None and session.playing:
            self._timer = self._screen.set_interval(1 / session.pace, self._tick)

    def _tick(self) -> None:
        self._screen.change(lambda session: session.step(1))
        session = self._screen.session
        if session is None or not session.playing:
            self._drop()

    def _drop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
