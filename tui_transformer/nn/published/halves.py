"""Weights of 16 bits, made 32 bits wide to compute with: kept while there is room.

Widening costs more than the product that it is for, so what was widened is kept, of the model that
computes now. A pass goes through all layers in turn: what came first stays, for whatever would be
let go would be needed again before what took its place. What finds no room is widened at every
pass, one matrix at a time.
"""

import weakref
from collections.abc import Callable

import numpy as np

from tui_transformer.arrays import Array

ROOM = 2**30  # bytes that are kept at most


class Kept:
    """Arrays of one owner by name, up to so many bytes; another owner begins anew."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self._left = room
        self._owner: Callable[[], object] = lambda: None
        self._arrays: dict[str, Array] = {}

    def get(self, owner: object, name: str, make: Callable[[], Array]) -> Array:
        """Look an array up, or make it, and keep it if there is room."""
        if self._owner() is not owner:
            self._owner, self._arrays, self._left = weakref.ref(owner), {}, self.room
        found = self._arrays.get(name)
        if found is None:
            found = make()
            if found.nbytes <= self._left:
                self._left -= found.nbytes
                self._arrays[name] = found
        return found

    def fits(self, owner: object, name: str, size: int) -> bool:
        """Say whether an array of so many bytes is kept, or would be."""
        mine = self._owner() is owner
        return (mine and name in self._arrays) or size <= (self._left if mine else self.room)

    @property
    def used(self) -> int:
        """How many bytes are kept."""
        return sum(x.nbytes for x in self._arrays.values())


KEPT = Kept()


def widened(x: Array) -> Array:
    """Make float32 of BF16, which is its upper half."""
    return np.left_shift(x, 16, dtype="<u4").view("<f4")
