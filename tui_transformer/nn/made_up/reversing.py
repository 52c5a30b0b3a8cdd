"""The reversing task: letters in, the same letters from the last to the first out.

The decoder begins with a sign for the start and ends with one for the end, since it must find
out by itself when it is done: STRESSED → ▷DESSERTS■.
"""

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.encoder_decoder import EncoderDecoder

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
START, END = len(LETTERS), len(LETTERS) + 1
SIGNS = LETTERS + "▷■"
TRAINED = 10  # the longest word in training
LONGEST = 12  # the longest word that can be typed: two more than it ever saw
PLAN = EncoderDecoder(
    vocabulary=len(SIGNS), context=LONGEST + 1, encoders=2, decoders=2, heads=2, d_model=32
)


def encode(letters: str) -> Array:
    """Number the letters, A is 0: → integers [n]. Raises ValueError for anything else."""
    return np.array([SIGNS.index(letter) for letter in letters], np.int64)


def decode(tokens: Array) -> str:
    """Write numbers as letters and signs, [n] → text."""
    return "".join(SIGNS[int(token)] for token in tokens)


def held_out(words: Array) -> Array:
    """Say which words [..., n] training never sees: one in ten of those from three letters on.

    They are the ones whose letters, A counted as 0, add up to a number that ends in 1.
    """
    if words.shape[-1] < 3:
        return np.zeros(words.shape[:-1], bool)
    return np.sum(words, axis=-1) % 10 == 1


def lesson(words: Array) -> tuple[Array, Array, Array]:
    """Write words with their answers: source [b, n], decoder's input and targets [b, n + 1]."""
    backwards = words[:, ::-1]
    side = np.ones((len(words), 1), words.dtype)
    return (
        words,
        np.concatenate([START * side, backwards], axis=1),
        np.concatenate([backwards, END * side], axis=1),
    )
