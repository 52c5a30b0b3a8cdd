"""Figures that take long are computed beside the screen, which stays answerable.

A concept's figures are computed at once until one of them has taken long; from then on in a
thread, which costs every key a few milliseconds and none of them a pause.

A session is frozen, so what a thread hands over is finished and can never tear a picture.
"""

from __future__ import annotations

import time
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
        self._slow: set[str] = set()
        self._pool = ThreadPoolExecutor(1, "figure")
        self._latest: tuple[Session, Future[Figure]] | None = None

    def ready(self, session: Session, patience: float | None = PATIENCE) -> bool:
        """Say whether a session's figure is there; if not, it will be, and `when_done` is called.

        Waits a little (for ever without `patience`). What goes wrong in a view is raised here.
        """
        if session.ready:
            return True
        if session.concept.id not in self._slow:
            self._compute_here(session)
            return True
        future = self._ask(session)
        try:
            future.result(patience)
        except TimeoutError:
            if not future.done():
                return False
            raise
        return True

    @property
    def busy(self) -> bool:
        """Whether a figure is being computed beside the screen."""
        return self._latest is not None and not self._latest[1].done()

    def stop(self) -> None:
        """Compute nothing more; what is being computed is not waited for."""
        self._latest = None
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _compute_here(self, session: Session) -> None:
        """Compute at once, without the cost of a thread, as long as that is fast."""
        began = time.perf_counter()
        _computed(session)
        if time.perf_counter() - began > PATIENCE:
            self._slow.add(session.concept.id)

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
