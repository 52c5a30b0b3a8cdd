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

from tui_transformer.patience import Enough, hearing

if TYPE_CHECKING:
    from tui_transformer.figure import Figure
    from tui_transformer.session import Session

PATIENCE = 0.05  # seconds that a picture may keep keys waiting, and may cost to be made at once
NEWS = 0.2  # seconds between two words about how far it is


class FigureWorker:
    """Computes one figure at a time; of those that wait only the newest is ever computed.

    What says how far it is (`patience.far`) is taken beside the screen as soon as it keeps keys
    waiting, and given up there once a newer one waits; `news` is called with what it says.
    """

    def __init__(
        self, when_done: Callable[[], None], news: Callable[[str], None] = lambda said: None
    ) -> None:
        self._when_done, self._news = when_done, news
        self._cost: dict[str, float] = {}  # of each concept's last figure, in seconds
        self._pool = ThreadPoolExecutor(1, "figure")
        self._latest: tuple[Session, Future[Figure]] | None = None
        self._wanted: Session | None = None  # whose figure is worth going on with
        self._owed: Future[Figure] | None = None  # what `when_done` is to be called for

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
        if session.ready or (not self.busy and self._is_quick(session)):
            # What is computed beside already is not begun here as well: not a step of it.
            until = 0.0 if self.busy else time.monotonic() + PATIENCE
            try:
                with hearing(lambda said, kept: _hurry(until)):
                    if session.ready:
                        look(session.figure)  # another page of it may be in sight
                    else:
                        self._compute(session, look)
            except Enough:
                pass
            else:
                return True
        future = self._ask(session, look)
        try:
            future.result(patience)
        except TimeoutError:
            if future.done():
                raise
            if self._owed is not future:
                self._owed = future  # who has got it at once is not told again
                future.add_done_callback(lambda done: done.cancelled() or self._when_done())
            return False
        return True

    @property
    def busy(self) -> bool:
        """Whether a figure is being computed beside the screen."""
        return self._latest is not None and not self._latest[1].done()

    def stop(self) -> None:
        """Compute nothing more; what is being computed is not waited for."""
        self._latest = self._wanted = None
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _is_quick(self, session: Session) -> bool:
        """Say whether the concept's last figure was made quickly."""
        return self._cost.get(session.concept.id, 0.0) <= PATIENCE

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
            if asked is session and not _went_well(future):  # else another page is in sight
                return future
            future.cancel()  # has no effect on one that is being computed
        self._wanted = session
        future = self._pool.submit(self._beside, session, look)
        self._latest = session, future
        return future

    def _beside(self, session: Session, look: Callable[[Figure], None]) -> Figure:
        """Compute in the thread, and say how far it is."""
        told = time.monotonic()

        def ear(said: str, kept: bool) -> None:
            nonlocal told
            if kept and self._wanted is not session:
                raise Enough
            if time.monotonic() - told > NEWS:
                told = time.monotonic()
                self._news(said)

        with hearing(ear):
            return self._compute(session, look)


def _hurry(until: float) -> None:
    """Stop what keeps keys waiting."""
    if time.monotonic() > until:
        raise Enough


def _went_well(future: Future[Figure]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
