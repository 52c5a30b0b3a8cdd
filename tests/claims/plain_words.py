"""Words, and the vectors that they draw, as both are documented."""

import hashlib
import re
from functools import cache

import numpy as np


def words(sentence: str) -> list[str]:
    """Cut plain English into words: apostrophes stay in them, other marks stand alone."""
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]", sentence)[:256] or ["∅"]


@cache
def own_vector(word: str, dimension: int, seed: int) -> np.ndarray:
    """The standard normal numbers that a word's BLAKE2b hash and the seed draw."""
    digest = hashlib.blake2b(word.casefold().encode(), digest_size=16).digest()
    rng = np.random.default_rng([seed, int.from_bytes(digest, "big")])
    return rng.standard_normal(dimension)
