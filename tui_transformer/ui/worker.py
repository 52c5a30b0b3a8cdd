"""Figures that take long are computed beside the screen, which stays answerable.

A session is frozen, so what a thread hands over is finished and can never tear a picture.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_transformer.figure import Figure
    from tui_transformer.session import Session

PATIENCE = 0.05  # seconds that a picture may keep keys waiting


def _computed(session: Session) -> Figure:
    """Compute what the screen will look at: the figure, and whether a challenge is met."""
    session.noticed()
    return session.figure


class FigureWorker:
    """Computes one figure at a time; of those that wait only the newest is ever computed."""

    def __init__(self, when_done: Callable[[], None]) -> None:
        self._when_done = when_done
        self._pool = ThreadPoolExecutor(1, "figure")
        self._latest: tuple[Session, Future[Figure]] | None = None

    def ready(self, session: Session, patience: float | None = PATIENCE) -> bool:
        """Say whether a session's figure is there; if not, it will be, and `when_done` is called.

        Waits a little (for ever without `patience`). What goes wrong in a view is raised here.
        """
        if "figure" in vars(session):
            return True
        future = self._ask(session)
        try:
            future.result(patience)
        except TimeoutError:
            if not future.done():
                return False
            raise
        return True

    def _ask(self, session: Session) -> Future[Figure]:
        if self._latest is not None:
            asked, future = self._latest
            if asked is session:
                return future
            future.cancel()  # has no effect on one that is being computed
        future = self._pool.submit(_computed, session)
        future.add_done_callback(lambda done: done.cancelled() or self._when_done())
        self._latest = session, future
        return future
