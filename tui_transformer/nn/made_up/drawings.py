"""A few drawings of 8×8 pixels, and a detector of a smile whose weights are a picture."""

from collections.abc import Mapping

import numpy as np

from tui_transformer.arrays import Array

SIZE = 8  # pixels along each side; a drawing of 16 has each of them twice
_EYES = "........ .##..##. .##..##. ........"
_DRAWN = {
    "smile": f"{_EYES} .#....#. .##..##. ..####.. ........",
    "frown": f"{_EYES} ..####.. .##..##. .#....#. ........",
    "edge": " ".join(["....####"] * SIZE),
    "cross": "#......# .#....#. ..#..#.. ...##... ...##... ..#..#.. .#....#. #......#",
    "own": " ".join(["........"] * SIZE),
}
DRAWINGS: Mapping[str, Array] = {
    name: np.array([[float(dot == "#") for dot in row] for row in rows.split()])
    for name, rows in _DRAWN.items()
}


def drawing(name: str, size: int = SIZE) -> Array:
    """A drawing in 8×8 or 16×16 pixels, ink 1 and paper 0."""
    return enlarged(DRAWINGS[name], size)


def enlarged(picture: Array, size: int) -> Array:
    """Write each pixel of a small picture several times."""
    return np.kron(picture, np.ones((size // SIZE, size // SIZE)))


def smile_weights(size: int = SIZE) -> Array:
    """1 where only a smile has ink, −1 where only a frown has: what tells the two apart."""
    return drawing("smile", size) - drawing("frown", size)


def random_smile_weights(size: int, seed: int) -> Array:
    """A detector that has learned nothing: a picture of noise."""
    return np.random.default_rng((seed, size)).standard_normal((size, size))
