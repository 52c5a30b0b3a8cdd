"""How long one step of a lesson may compute: a file may ask for hours of training."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Final

SECONDS = 20.0
"""Seconds of computing that a step may take; not of waiting: a busy machine is no fault."""
MOST: Final = 3  # steps that may take too long, before the rest of a file is left out


class TooLong(Exception):
    """What is computed takes longer than anybody would wait, or needs more memory than there is."""


@contextmanager
def patience(seconds: float | None = None) -> Iterator[None]:
    """Raise TooLong once this thread, if it is the main one, has computed for so many seconds, or
    where there is not enough memory.

    Windows has no such clock: there a step takes what it takes.
    """
    alone = threading.current_thread() is threading.main_thread()
    timed = alone and hasattr(signal, "setitimer")
    try:
        with _limited(SECONDS if seconds is None else seconds) if timed else nullcontext():
            yield
    except MemoryError:
        raise TooLong("needs more memory than there is") from None


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def give_up(number: int, frame: FrameType | None) -> None:
        raise TooLong(f"takes more than {seconds:g} seconds to compute")

    before = signal.signal(signal.SIGVTALRM, give_up)
    # Again and again: what is raised within a finaliser is heard by nobody.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
