"""What `rotary` computes: a query and a key, each turned by its place, and what they score."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import choice, integer, real, seed
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import rotary as nn

FARTHEST = 64  # places apart, up to which the score is drawn
SCALINGS = ("none", "linear", "ntk")


@dataclass(frozen=True, eq=False)
class Rotary(Model):
    """One query, one key, the places where they stand, and the hands that turn them."""

    d_head: int = integer(
        8, 2, 128, step=2, help="How many numbers a query has; even, for two make a hand."
    )
    base: float = real(
        10_000.0, 10, 1_000_000, log=True, help="The larger it is, the slower the slow hands turn."
    )
    query_position: int = integer(5, 0, 8192, help="The place where the query stands.")
    key_position: int = integer(2, 0, 8192, help="The place where the key stands.")
    shift: int = integer(0, 0, 4096, help="Moves both of them on by so many places.")
    scaling: str = choice(
        "none",
        *SCALINGS,
        help="For longer texts: linear slows all hands, ntk raises the base instead.",
    )
    factor: float = real(1.0, 1, 8, help="How many times longer the texts become.")
    pair: int = integer(
        0, 0, lambda m: m.d_head // 2 - 1, help="The hand that is drawn; 0 is the fastest."
    )
    seed: int = seed()

    def __post_init__(self) -> None:
        """Round an odd d_head down: two numbers make a hand."""
        super().__post_init__()
        object.__setattr__(self, "d_head", self.d_head - self.d_head % 2)

    @value
    def rates(self) -> Array:
        """How far each hand turns from one place to the next, in radians, [d/2]."""
        return nn.Rotary(
            self.d_head,
            self.base_used,
            "linear" if self.scaling == "linear" else "default",
            self.factor,
        ).rates()

    @derived
    def base_used(self) -> float:
        """The base, raised by ntk to base·factor^(d/(d − 2)): the last hand is factor slower."""
        if self.scaling != "ntk" or not self.scales:
            return self.base
        return float(self.base * self.factor ** (self.d_head / (self.d_head - 2)))

    @value
    def angles(self) -> Array:
        """How far the query's hands have turned, in radians, place·θ, [d/2]."""
        return np.asarray(self.query_place * self.rates)

    @value
    def key_angles(self) -> Array:
        """How far the key's hands have turned, in radians, [d/2]."""
        return np.asarray(self.key_place * self.rates)

    @value
    def query_rotated(self) -> Array:
        """The query, each of its hands turned, [d]; hand i is the numbers i and i + d/2."""
        return self.turned(self.query, self.query_place)

    @value
    def key_rotated(self) -> Array:
        """The key, each of its hands turned, [d]."""
        return self.turned(self.key, self.key_place)

    @value
    def score(self) -> float:
        """What the turned query and the turned key score: their dot product."""
        return float(self.query_rotated @ self.key_rotated)

    @value
    def pair_scores(self) -> Array:
        """What each hand adds to the score, [d/2]."""
        half = self.d_head // 2
        products = self.query_rotated * self.key_rotated  # [d]
        return np.asarray(products[:half] + products[half:])

    @value
    def score_by_distance(self) -> Array:
        """The score, were the key 0, 1, … 64 places before the query, [65]."""
        places = np.arange(FARTHEST + 1)
        queries = np.broadcast_to(self.query, (len(places), self.d_head))
        return np.asarray(nn.turned(queries, places, self.rates) @ self.key)

    @value
    def distance(self) -> int:
        """How far the query stands behind the key; negative where it stands before it."""
        return self.query_position - self.key_position

    @value
    def wavelengths(self) -> Array:
        """After how many places each hand has gone once round, 2π/θ, [d/2]."""
        return np.asarray(2 * math.pi / self.rates)

    # ── what stands behind them ────────────────────────────────────────────────────────

    @derived
    def apart(self) -> Array:
        """How far the query's hands have turned beyond the key's, in radians, [d/2]."""
        return np.asarray(self.distance * self.rates)

    @property
    def scales(self) -> bool:
        """Whether the factor is used: ntk leaves the fastest hand as it is, the only one of two."""
        return self.scaling == "linear" or (self.scaling == "ntk" and self.d_head > 2)

    @property
    def query_place(self) -> int:
        """Where the query stands, moved on."""
        return self.query_position + self.shift

    @property
    def key_place(self) -> int:
        """Where the key stands, moved on."""
        return self.key_position + self.shift

    @derived
    def drawn(self) -> tuple[Array, Array]:
        """A random query and a random key, [d] each."""
        query, key = np.random.default_rng(self.seed).standard_normal((2, self.d_head))
        return query, key

    @property
    def query(self) -> Array:
        """The query before it is turned, [d]."""
        return self.drawn[0]

    @property
    def key(self) -> Array:
        """The key before it is turned, [d]."""
        return self.drawn[1]

    def turned(self, x: Array, place: int) -> Array:
        """Turn one vector by the angles of its place, [d] → [d]."""
        return nn.turned(x[None], np.array([place]), self.rates)[0]

    def hand(self, x: Array) -> tuple[float, float]:
        """The two numbers of the hand that is drawn."""
        return float(x[self.pair]), float(x[self.pair + self.d_head // 2])

    def idle(self) -> Mapping[str, str]:
        """One hand turns a radian a place whatever the base; a factor needs a way to be used."""
        found = {}
        alone = self.d_head == 2
        if alone:
            found["base"] = "the only hand turns a radian a place."
            found["pair"] = "there is one hand only."
        if self.scaling == "none":
            found["factor"] = "scaling is none."
        elif not self.scales:
            found["factor"] = "ntk leaves the fastest hand as it is."
        return found

    def sources(self) -> Mapping[str, Array]:
        """The query and the key as they were drawn."""
        return {"query": self.query, "key": self.key}
