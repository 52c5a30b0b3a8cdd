"""What each designed head looks for, and how large its scores are there.

A word comes in as dials, pairs (sin, cos) of an angle. For the place there are sets of 1, 2, 4, …
dials: those of a set of K turn by 90°/K, 3·90°/K, 5·90°/K, … from word to word, so that their
cosines add up to K at distance 0, to 0 at distances 1 to 2K − 1, and to −K at 2K. Counted with
one gain for each dial they make any scores g(0), g(1), …, g(K − 1) that a head is to have at these
distances: a cosine transform. After 4K words the dials stand as they stood.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as nn
from tui_transformer.nn.made_up.words import folded

MOST = 8.0  # no designed score is larger: e^8 = 2,981


@dataclass(frozen=True)
class Job:
    """What a designed head does.

    `short` is what its square says. `offset` is where it looks, counted in places from the query,
    and `scores` are what it gives to that place and to the next ones on both sides. It promises to
    keep its attention within `reach` of there.
    """

    name: str
    short: str
    kind: Literal["place", "first", "word"] = "place"
    offset: int = 0
    scores: tuple[float, ...] = (MOST,)
    reach: int = 0

    @property
    def needs(self) -> int:
        """How many channels of q and k it takes at least."""
        return 1 if self.kind == "first" else 2

    def dials(self, d: int, d_head: int) -> int:
        """How many dials it compares: for words all that it has channels for, else a set."""
        places, words = dials(d)
        room = d_head // self.needs
        return min(room, words) if self.kind == "word" else _power(min(room, (places + 1) // 2))

    def uses(self, d: int, d_head: int) -> int:
        """How many channels of q and k it uses; the first place needs the cosines alone."""
        return self.needs * self.dials(d, d_head)

    def reads(self, d: int, d_head: int) -> slice:
        """The channels of a word where its dials stand: those of its set, or the word's first."""
        size = self.dials(d, d_head)
        # The sets before one of so many dials hold size − 1 of them.
        first = dials(d)[0] if self.kind == "word" else size - 1
        return slice(2 * first, 2 * (first + size))

    def hidden(self, causal: bool) -> bool:
        """Say whether a causal mask hides what it looks for."""
        return causal and self.offset > 0

    def promised(self, words: tuple[str, ...], causal: bool) -> tuple[Array, Array]:
        """Mark where its attention belongs, [n, n], and which words have such a place, [n]."""
        n = len(words)
        place = np.arange(n)
        if self.kind == "word":
            plain = np.array([folded(word) for word in words])
            there: Array = plain[:, None] == plain
        else:
            centre = 0 * place if self.kind == "first" else place + self.offset
            there = np.abs(place - centre[:, None]) <= self.reach
        seen: Array = there & nn.causal_mask(n) if causal else there
        has: Array = np.any(seen, axis=1)
        return seen, has


JOBS = (
    Job("previous token", "prev", offset=-1),
    Job("first token", "first", "first"),
    Job("same word", "same word", "word"),
    Job("local window", "nearby", scores=(8.0, 7.5, 6.0, 3.5), reach=2),
    Job("next token", "after", offset=1),
    Job("two back", "two back", offset=-2),
    Job("itself", "itself"),
    Job("three back", "three back", offset=-3),
)


@lru_cache(maxsize=16)
def jobs(heads: int, d_head: int) -> tuple[Job | None, ...]:
    """Give every head the next job that it has room for; None, random, when they run out."""
    fitting = [job for job in JOBS if job.needs <= d_head]
    return (*fitting[:heads], *[None] * max(heads - len(fitting), 0))


def dials(d: int) -> tuple[int, int]:
    """Share out the dials of d channels: sets of 1 + 2 + 4 + … for the place, half at the most.

    The others are for the word.
    """
    pairs = d // 2
    places = 2 * _power(max(pairs // 2 + 1, 2) // 2) - 1
    return places, pairs - places


def turns(size: int) -> Array:
    """How far each dial of a set turns from word to word, in radians, [size]."""
    return np.arange(1, 2 * size, 2) * math.pi / (2 * size)


@lru_cache(maxsize=64)
def gains(job: Job, size: int) -> Array:
    """How much each dial of a set counts, so that the scores come out as wanted, [size]."""
    if job.kind == "word":
        return np.full(size, MOST / size)
    wanted = np.zeros(size)
    wanted[: len(job.scores)] = job.scores[:size]
    waves = np.cos(turns(size)[:, None] * np.arange(size))
    waves[:, 1:] *= 2.0
    return waves @ wanted / size


def _power(x: int) -> int:
    """The largest power of two that is not above x."""
    return 1 << (x.bit_length() - 1)
