"""Rotary positions: queries and keys are turned by their place, so that only distance counts.

    angle = place · rate          for each pair of channels, from fast to slow
    (a, b) → (a·cos − b·sin, b·cos + a·sin)

Su et al., RoFormer (2021), §3.2. There a pair are neighbours (`positions.rotate`); published
models pair channel i with i + half, which is the same but for the order of the channels, and the
weights know it. A model that is to read longer texts than it was trained on turns more slowly:
`Rotary.rates`.
"""

import math
from typing import Literal

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import positions
from tui_transformer.records import dataclass

Scaling = Literal["default", "linear", "dynamic", "llama3"]


@dataclass(frozen=True)
class Rotary:
    """How a head turns: so many of its channels, the first pair by a radian a place.

    `trained` is the longest text it was trained on before it was stretched by `factor`; `low` and
    `high` are for llama3: how many turns within `trained` are few, and how many are many.
    """

    channels: int
    base: float = 10_000.0
    scaling: Scaling = "default"
    factor: float = 1.0
    trained: int = 0
    low: float = 1.0
    high: float = 4.0

    def rates(self, length: int = 0) -> Array:
        """Compute how far each pair turns a place, in radians, in a text so long: [channels/2].

        linear    all by `factor` slower: places are squeezed (Chen et al. 2023)
        dynamic   a larger base once a text is longer than `trained`: fast pairs stay as they are
                  (bloc97 2023, "NTK-aware", its factor growing with the text)
        llama3    pairs that turn often stay, pairs that turn rarely go `factor` slower, and
                  those between are mixed (Grattafiori et al. 2024, and the released code)
        """
        plain = positions.rates(self.channels, self.base)
        if self.scaling == "linear":
            return plain / self.factor
        if self.scaling == "dynamic" and length > self.trained:
            stretch = self.factor * length / self.trained - (self.factor - 1)
            exponent = self.channels / (self.channels - 2) if self.channels > 2 else 1.0
            return positions.rates(self.channels, self.base * stretch**exponent)
        if self.scaling == "llama3":
            turns = self.trained * plain / (2 * math.pi)
            keep = np.clip((turns - self.low) / (self.high - self.low), 0.0, 1.0)
            return keep * plain + (1 - keep) * plain / self.factor
        return plain


def turned(x: Array, places: Array, rates: Array) -> Array:
    """Turn each pair (xᵢ, xᵢ₊ₘ) by its place's angle, m = len(rates): [..., n, d] → the same.

    Channels from 2m on stay as they are (partial rotary). `places` [n] are those of the n vectors.
    """
    angle = np.asarray(places)[:, None] * rates  # [n, m]
    cosine, sine = (f(angle).astype(x.dtype) for f in (np.cos, np.sin))
    m = len(rates)
    a, b, rest = x[..., :m], x[..., m : 2 * m], x[..., 2 * m :]
    return np.concatenate([a * cosine - b * sine, b * cosine + a * sine, rest], axis=-1)
