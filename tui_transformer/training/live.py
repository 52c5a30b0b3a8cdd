"""A run that goes on beside the screen for as long as somebody watches."""

import time
from threading import Condition, Thread

from tui_transformer.training.beside import Beside
from tui_transformer.training.kept import Kept

SECONDS = 0.03  # how long a stretch takes, and so how soon a change of mind is heard
WATCHED = 0.5  # seconds after which a run that nobody asked about stands still


class Live:
    """Brings one run at a time nearer to the step that is wanted, in a thread that waits for
    a process."""

    def __init__(self) -> None:
        self._beside = Beside()
        self._wanted: tuple[Kept, int, float] | None = None
        self._news = Condition()
        self._thread: Thread | None = None

    def reach(self, run: Kept, step: int) -> int:
        """Say how far a run that is wanted at a step has come; it goes on while one asks."""
        reached = run.last(run.nearest(step)[0])
        if reached < run.last(step):
            with self._news:
                self._wanted = run, step, time.monotonic()
                self._news.notify()
            if self._thread is None or not self._thread.is_alive():  # memory ran out in the last
                self._thread = Thread(target=self._work, name="training", daemon=True)
                self._thread.start()
        return reached

    def _work(self) -> None:
        while True:
            run, step = self._next()
            start, here = run.nearest(step)
            if start == run.last(step):
                with self._news:
                    if self._wanted is not None and self._wanted[:2] == (run, step):
                        self._wanted = None
                continue
            run.add(start, self._beside.advance(run.course, here, step - start, SECONDS))

    def _next(self) -> tuple[Kept, int]:
        """Wait until somebody wants something."""
        with self._news:
            while self._wanted is None or time.monotonic() - self._wanted[2] > WATCHED:
                self._wanted = None
                self._news.wait()
            return self._wanted[:2]


LIVE = Live()
