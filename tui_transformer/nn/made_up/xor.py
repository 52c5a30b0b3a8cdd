"""The XOR task: two inputs, and 1 where exactly one of them is 1."""

import numpy as np

from tui_transformer.nn.shallow import Shallow

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TARGETS = np.array([0.0, 1.0, 1.0, 0.0])
NAMES = ("00", "01", "10", "11")


def drawn(hidden: int, start: int) -> Shallow:
    """Draw W, c and w from a standard normal distribution; b starts at 0."""
    rng = np.random.default_rng(start)
    return Shallow(
        rng.normal(size=(2, hidden)), rng.normal(size=hidden), rng.normal(size=hidden), 0.0
    )
