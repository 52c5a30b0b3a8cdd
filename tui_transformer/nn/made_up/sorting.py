"""The sorting task: six letters in, the same letters in order out.

The six and their answer stand in one line, CBABBC then ABBBCC; the model reads all but the last
letter and is asked only for the last six, as in the demo of Karpathy's minGPT (2020).
"""

from itertools import product

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.gpt import UNASKED, Gpt

LETTERS = "ABC"
LENGTH = 6
INPUTS = len(LETTERS) ** LENGTH  # 729
HELD_OUT = 364  # about half of them are never trained on
PLAN = Gpt(vocabulary=len(LETTERS), context=2 * LENGTH - 1, layers=3, heads=3, d_model=48)


def encode(letters: str) -> Array:
    """Number the letters, A is 0: → integers [n]. Raises ValueError for any other letter."""
    return np.array([LETTERS.index(letter) for letter in letters], np.int64)


def decode(tokens: Array) -> str:
    """Write numbers as letters, [n] → text."""
    return "".join(LETTERS[int(token)] for token in tokens)


def every_input() -> Array:
    """List everything that can be asked, in the order of the alphabet: integers [729, 6]."""
    return np.array(list(product(range(len(LETTERS)), repeat=LENGTH)))


def place(letters: str) -> int:
    """Say where six letters stand in `every_input`: their number in base 3."""
    return int("".join(map(str, encode(letters))), len(LETTERS))


def held_out(seed: int = 1) -> Array:
    """Draw which inputs training never sees: True for 364 of 729, [729].

    Seed 1 leaves out the line that the screen opens with, CBABBC.
    """
    chosen = np.zeros(INPUTS, bool)
    chosen[np.random.default_rng(seed).permutation(INPUTS)[:HELD_OUT]] = True
    return chosen


def lesson(inputs: Array) -> tuple[Array, Array]:
    """Write inputs with their answers as tokens and targets, [b, 6] → [b, 11] each."""
    line = np.concatenate([inputs, np.sort(inputs, axis=1)], axis=1)  # [b, 12]
    targets = line[:, 1:].copy()  # [b, 11]
    targets[:, : LENGTH - 1] = UNASKED
    return line[:, :-1], targets
