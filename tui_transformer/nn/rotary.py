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

Scaling = Literal["default", "linear", "dynamic", "llama3", "yarn"]


@dataclass(frozen=True)
class Rotary:
    """How a head turns: so many of its channels, the first pair by a radian a place.

    `trained` is the longest text it was trained on before it was stretched by `factor`; `low` and
    `high` are for llama3 and yarn: how many turns within `trained` are few, and how many are many.
    `loudness` is what a turned vector is multiplied with; `whole_pairs`, whether yarn's mixture
    begins and ends at a pair.
    """

    channels: int
    base: float = 10_000.0
    scaling: Scaling = "default"
    factor: float = 1.0
    trained: int = 0
    low: float = 1.0
    high: float = 4.0
    loudness: float = 1.0
    whole_pairs: bool = True

    def rates(self, length: int = 0) -> Array:
        """Compute how far each pair turns a place, in radians, in a text so long: [channels/2].

        linear    all by `factor` slower: places are squeezed (Chen et al. 2023)
        dynamic   a larger base once a text is longer than `trained`: fast pairs stay as they are
                  (bloc97 2023, "NTK-aware", its factor growing with the text)
        llama3    pairs that turn often stay, pairs that turn rarely go `factor` slower, and
                  those between are mixed (Grattafiori et al. 2024, and the released code)
        yarn      the same, but mixed evenly from pair to pair (Peng et al., YaRN, 2023, §3.2, and
                  the released code); attention is made sharper by `loudness` (§3.4)
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
        if self.scaling == "yarn":
            first, last = self._mixed()
            slow = np.clip((np.arange(len(plain)) - first) / (last - first), 0.0, 1.0)
            return (1 - slow) * plain + slow * plain / self.factor
        return plain

    def _mixed(self) -> tuple[float, float]:
        """Say from which pair on yarn mixes, and up to which: those that turn so often."""

        def pair(turns: float) -> float:
            long = self.trained / (2 * math.pi * turns)
            return self.channels * math.log(long) / (2 * math.log(self.base))

        first, last = pair(self.high), pair(self.low)
        if self.whole_pairs:
            first, last = math.floor(first), math.ceil(last)
        first, last = max(first, 0), min(last, self.channels - 1)
        return first, last if last != first else first + 0.001


def turned(x: Array, places: Array, rates: Array, loudness: float = 1.0) -> Array:
    """Turn each pair (xᵢ, xᵢ₊ₘ) by its place's angle, m = len(rates): [..., n, d] → the same.

    Channels from 2m on stay as they are (partial rotary). `places` [n] are those of the n vectors;
    what is turned is multiplied with `loudness`.
    """
    angle = np.asarray(places)[:, None] * rates  # [n, m]
    cosine, sine = ((loudness * f(angle)).astype(x.dtype) for f in (np.cos, np.sin))
    m = len(rates)
    a, b, rest = x[..., :m], x[..., m : 2 * m], x[..., 2 * m :]
    return np.concatenate([a * cosine - b * sine, b * cosine + a * sine, rest], axis=-1)
