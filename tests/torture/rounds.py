"""What every trial is given, what it counts, and how it says that something has broken."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from types import FrameType
from typing import NoReturn, TypeVar

T = TypeVar("T")


class Broken(AssertionError):
    """Something broke; the text says what, and how to see it again."""


class Hang(BaseException):
    """Something did not come back: the traceback shows where it was."""


@dataclass
class Tally:
    """The figures of a run."""

    inputs: int = 0
    faults: int = 0
    restorations: int = 0
    figures: int = 0
    scanned: int = 0
    slowest: float = 0.0
    grown: int = 0  # bytes of memory in the later half of long runs of input
    grown_in: int = 0  # and the inputs of these halves

    def add(self, other: "Tally") -> None:
        """Take in the figures of another run."""
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            setattr(self, one.name, max(mine, theirs) if one.name == "slowest" else mine + theirs)

    def __str__(self) -> str:
        return (
            f"{self.inputs:,} inputs tried, {self.faults:,} faults injected, "
            f"{self.restorations:,} restorations checked, {self.figures:,} figures computed, "
            f"{self.scanned / 1e6:,.1f} MB of output scanned, "
            f"slowest answer {self.slowest:.2f} s"
        )


@dataclass
class Round:
    """One run of a trial, in a folder of its own.

    `patience` is how many seconds an answer may take, `size` how much is to be done (1 is little).
    """

    seed: int
    folder: Path
    patience: float = 20.0
    size: int = 1
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def pick(self, among: Sequence[T]) -> T:
        """Take one of a list; so many seeds in a row as it is long take all of it."""
        return among[self.seed % len(among)]


Run = Callable[[Round], None]


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise Hang, with the place where it happens, if something does not come back."""

    def give_up(number: int, frame: FrameType | None) -> NoReturn:
        raise Hang(f"nothing came back for {seconds:g} s")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def resident(process: int | str = "self") -> int:
    """How much memory a process has, in bytes."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
