"""Figures that take long are computed beside the screen, which stays answerable.

A concept's next figure is taken to cost what its last one did, in processor time: another
program that keeps the machine busy makes no figure a slow one. Where that is little it is computed
at once, else in a thread, which costs a key a few milliseconds and spares it the pause.

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

PATIENCE = 0.05  # seconds that a picture may keep keys waiting, and may cost to be made at once


class FigureWorker:
    """Computes one figure at a time; of those that wait only the newest is ever computed."""

    def __init__(self, when_done: Callable[[], None]) -> None:
        self._when_done = when_done
        self._cost: dict[str, float] = {}  # of each concept's last figure, in seconds
        self._pool = ThreadPoolExecutor(1, "figure")
        self._latest: tuple[Session, Future[Figure]] | None = None

    def ready(
        self,
        session: Session,
        patience: float = PATIENCE,
        look: Callable[[Figure], None] = lambda figure: None,
    ) -> bool:
        """Say whether a session's figure is there; if not, it will be, and `when_done` is called.

        `look` makes what will be seen of it. Waits a little. What goes wrong in a view is raised
        here.
        """
        if session.ready:
            return True
        if self._cost.get(session.concept.id, 0.0) <= PATIENCE:
            self._compute(session, look)
            return True
        future = self._ask(session, look)
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

    def _compute(self, session: Session, look: Callable[[Figure], None]) -> Figure:
        """Compute what the screen will look at: the figure, and whether a task is met."""
        began = time.thread_time()
        session.noticed()
        figure = session.figure
        look(figure)
        self._cost[session.concept.id] = time.thread_time() - began
        return figure

    def _ask(self, session: Session, look: Callable[[Figure], None]) -> Future[Figure]:
        if self._latest is not None:
            asked, future = self._latest
            if asked is session:
                return future
            future.cancel()  # has no effect on one that is being computed
        future = self._pool.submit(self._compute, session, look)
        future.add_done_callback(lambda done: done.cancelled() or self._when_done())
        self._latest = session, future
        return future
