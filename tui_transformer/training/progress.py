"""Running a training from its first step to its last, with a progress bar."""

import sys
import time
from typing import Self

from tui_transformer.nn.training import Run, Trainer

WIDTH = 30


class ProgressBar:
    """One line on standard error that fills up; silent where that is not a terminal."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.began = time.perf_counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\n")

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self.began

    def show(self, done: int, note: str) -> None:
        """Draw the bar after so many steps, with a note behind it."""
        if not sys.stderr.isatty():
            return
        bar = "█" * (WIDTH * done // self.total)
        left = self.seconds / max(done, 1) * (self.total - done)
        line = f"\r{bar:░<{WIDTH}} {done}/{self.total}  {note}  {left:4.0f} s left "
        sys.stderr.write(line)
        sys.stderr.flush()


def train(run_of: Trainer, every: int = 10) -> Run:
    """Take all steps, with a progress bar; say how long it took."""
    run = run_of.start()
    with ProgressBar(run_of.settings.steps) as bar:
        while (following := run_of.advance(run)) is not None:
            run = following
            if run.step % every == 0:
                bar.show(run.step, f"loss {run.loss:.5f}")
        print(f"{run.step} steps in {bar.seconds:.0f} s")
    return run
