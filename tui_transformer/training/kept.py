"""What is known of a training run: its curves step by step, and its weights at checkpoints."""

from threading import Lock

import numpy as np

from tui_transformer.nn.training import Run
from tui_transformer.numbers import count
from tui_transformer.timeline import Checkpoints
from tui_transformer.training.course import Check, Course, Stretch, advance, check, trainer

ROOM = 32_000_000  # bytes for the checkpoints of one run, by itself
ALL, MOST = 8 * ROOM, 64  # bytes for those of all runs, and runs
STRETCH = 8  # steps between two looks around


class Kept:
    """One run, as far as anybody looked; what it gives depends on its course alone.

    Stretches may come from another thread. `end` is the step after which a number grew beyond
    what float32 holds, if that has happened.
    """

    def __init__(self, course: Course, room: int = ROOM) -> None:
        self.course = course
        self.trainer = trainer(course)
        first = self.trainer.start()
        self.losses: list[float] = []
        self.norms: list[float] = []
        self.checks: dict[int, Check] = {}
        self.practised: dict[int, float] = {}  # what sequences such as it draws cost after a step
        self.seconds: list[float] = []
        self.end: int | None = None
        self._each = 3 * first.state.weights.nbytes
        self._checkpoints = Checkpoints(first, max(room // self._each, 8))
        self._lock = Lock()

    @property
    def size(self) -> int:
        """The bytes that its checkpoints take."""
        return self._each * len(self._checkpoints)

    def add(self, start: int, stretch: Stretch) -> None:
        """Keep a stretch that was taken from a step on."""
        with self._lock:
            stop, known = stretch.run.step, len(self.losses)
            self._checkpoints.put(stop, stretch.run)
            if stop > known:
                new = slice(known - start, None)
                self.losses.extend(map(float, stretch.losses[new]))
                self.norms.extend(map(float, stretch.norms[new]))
                taken = max(stop - start, 1)
                self.seconds.extend([stretch.seconds / taken] * (stop - known))
            self.checks |= {one.step: one for one in stretch.checks}
            if stretch.ended:
                self.end = stop

    def stretch(self, start: int, stop: int, run: Run) -> Stretch:
        """Write down the steps from one to another, which is a checkpoint, as if taken just now."""
        with self._lock:
            steps = slice(start, stop)
            return Stretch(
                run,
                np.array(self.losses[steps]),
                np.array(self.norms[steps]),
                tuple(one for step, one in self.checks.items() if start < step <= stop),
                sum(self.seconds[steps]),
                self.end == stop,
            )

    def check(self, step: int) -> Check:
        """Say how the model does after so many steps on what it was not trained on."""
        if step not in self.checks:
            self.checks[step] = check(self.course, self.trainer.weights(self.at(step)), step)
        return self.checks[step]

    def nearest(self, step: int) -> tuple[int, Run]:
        """Find the latest checkpoint that is not after a step."""
        with self._lock:
            return self._checkpoints.nearest(step)

    def last(self, step: int) -> int:
        """Say where a run that is to go to a step ends: there, or where it broke off."""
        return step if self.end is None else min(step, self.end)

    def note(self, step: int) -> str:
        """Say so where a run that was to go to a step broke off before it; else nothing."""
        if self.last(step) == step:
            return ""
        return f"After step {count(self.last(step))} a number grew beyond float32: the run ends."

    def at(self, step: int) -> Run:
        """Say how the run stands after so many steps, training as far as that takes."""
        while True:
            start, run = self.nearest(step)
            if start == self.last(step):
                return run
            some = min(step - start, STRETCH)
            self.add(start, advance(self.course, run, some, passing=True))


_runs: dict[Course, Kept] = {}  # that asked for last stands last
_asked = Lock()


def kept(course: Course) -> Kept:
    """Find what is known of a run.

    Most are short and small, and many of them stay; of large ones few do.
    """
    with _asked:
        run = _runs.pop(course) if course in _runs else Kept(course)
        _runs[course] = run
        while len(_runs) > MOST or (len(_runs) > 1 and sum(x.size for x in _runs.values()) > ALL):
            del _runs[next(iter(_runs))]
    return run


def forget() -> None:
    """Know of no run any more."""
    with _asked:
        _runs.clear()
