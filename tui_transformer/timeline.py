"""Iteration made pure: the states of a run, computed once and kept.

`at(40)` costs one step after `at(39)`, and going back costs nothing, so a clock can be a
control like any other. What is kept is bounded: of a long run only every other, every
fourth, … state stays, and the ones between are computed again from there.
"""

from bisect import bisect_right, insort
from collections.abc import Callable
from typing import Generic, TypeVar

S = TypeVar("S")


class Timeline(Generic[S]):
    """The states that follow from a first one by taking the same step again and again.

    `advance` returns the next state, or None where the run ends (it diverged, or nothing
    is left to do); from there on the last state stands.
    """

    def __init__(self, first: S, advance: Callable[[S], S | None], keep: int = 2048) -> None:
        self._advance = advance
        self._keep = max(keep, 2)
        self._stride = 1
        self._kept: dict[int, S] = {0: first}
        self._latest: tuple[int, S] = (0, first)
        self.end: int | None = None

    def at(self, step: int) -> S:
        """Return the state after so many steps, or the last one there is."""
        step = step if self.end is None else min(step, self.end)
        at, state = self._nearest(step)
        while at < step:
            following = self._advance(state)
            if following is None:
                self.end = at
                break
            at, state = at + 1, following
            self._remember(at, state)
        self._latest = (at, state)
        return state

    def until(self, step: int) -> list[S]:
        """Return the states from the first to the one after so many steps."""
        self.at(step)
        last = step if self.end is None else min(step, self.end)
        known = self._kept if self._stride == 1 else None
        return [known[i] if known else self.at(i) for i in range(last + 1)]

    def _nearest(self, step: int) -> tuple[int, S]:
        """Find the latest known state that is not after `step`."""
        start = min(step // self._stride, len(self._kept) - 1) * self._stride
        kept = (start, self._kept[start])
        return self._latest if start <= self._latest[0] <= step else kept

    def _remember(self, at: int, state: S) -> None:
        if at % self._stride == 0:
            self._kept[at] = state
        if len(self._kept) > self._keep:
            self._stride *= 2
            self._kept = {i: s for i, s in self._kept.items() if i % self._stride == 0}


class Checkpoints(Generic[S]):
    """States of a run at whatever steps they were kept, the first always among them.

    Where there are more than `keep`, every other one goes.
    """

    def __init__(self, first: S, keep: int) -> None:
        self._keep = max(keep, 2)
        self._steps = [0]
        self._states = {0: first}

    def __len__(self) -> int:
        return len(self._states)

    def put(self, step: int, state: S) -> None:
        """Keep a state."""
        if step not in self._states:
            insort(self._steps, step)
        self._states[step] = state
        if len(self._steps) > self._keep:
            last = self._steps[-1]
            self._steps = sorted({*self._steps[::2], last})
            self._states = {step: self._states[step] for step in self._steps}

    def nearest(self, step: int) -> tuple[int, S]:
        """Find the latest state that is kept and not after a step."""
        at = self._steps[bisect_right(self._steps, step) - 1]
        return at, self._states[at]
