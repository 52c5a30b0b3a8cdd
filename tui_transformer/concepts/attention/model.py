"""What `attention` computes: a query and keys in, weights out, with √d and without."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import Matrix, Vector, choice, integer, matrix, seed, toggle, vector
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import attention as nn
from tui_transformer.nn.softmax import entropy, log_softmax, powers

MOST_KEYS, MOST_DIMENSIONS = 16, 512
KEYS = ((1.0, 0.0, 1.0, 0.0), (1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0), (-1.0, 0.0, -1.0, 0.0))
FLATS, WISHES = ("attic", "court", "plaza", "club"), ("quiet", "big", "cheap", "central")


@dataclass(frozen=True, eq=False)
class Attention(Model):
    """One query, several keys, and the weights it gives them with √d and without."""

    source: str = choice(
        "hand",
        "hand",
        "random",
        help="Your own query and keys, or ones drawn from a standard normal.",
    )
    scaled: bool = toggle(True, help="Divide the scores by √d before softmax, as attention does.")
    query: Vector = vector(
        (1.0, 0.0, 1.0, 0.0),
        -20,
        20,
        0.5,
        length=(2, 64),
        typical=(-2, 2),
        labels=lambda m: WISHES if len(m.query) == len(WISHES) else (),
        help="What is wanted (source hand).",
    )
    keys: Matrix = matrix(
        KEYS,
        -20,
        20,
        0.5,
        rows=(2, MOST_KEYS),
        columns=(lambda m: len(m.query), lambda m: len(m.query)),
        typical=(-2, 2),
        labels=(lambda m: m.flats, "query"),
        help="What is on offer, one key a row (source hand).",
    )
    dimension: int = integer(
        64,
        1,
        MOST_DIMENSIONS,
        log=True,
        help="How many numbers a drawn vector has (source random).",
    )
    count: int = integer(8, 2, MOST_KEYS, help="How many keys are drawn (source random).")
    selected: int = integer(
        0,
        0,
        lambda m: (len(m.keys) if m.source == "hand" else m.count) - 1,
        picks="scores",
        help="The key whose fraction is written out.",
    )
    seed: int = seed()

    @derived
    def flats(self) -> tuple[str, ...]:
        """What your own keys are called: of four wishes, the flats that hold them out."""
        named = FLATS if len(self.query) == len(WISHES) else ()
        return (*named, *(f"k{j}" for j in range(len(named), len(self.keys))))[: len(self.keys)]

    @derived
    def names(self) -> tuple[str, ...]:
        """What the keys in use are called."""
        return self.flats if self.source == "hand" else tuple(f"k{j}" for j in range(self.count))

    @value.labelled(lambda m: m.names)
    def scores(self) -> Array:
        """The dot product of the query with each key, [n]."""
        return nn.scores(self.q[None], self.k, scaled=False)[0]

    @value.labelled(lambda m: m.names)
    def scaled_scores(self) -> Array:
        """The scores divided by √d, whether or not softmax gets to see them, [n]."""
        return nn.scores(self.q[None], self.k)[0]

    @value.labelled(lambda m: m.names)
    def weights(self) -> Array:
        """How the query's attention is shared out, [n]; adds up to 1."""
        return self.rows[int(self.scaled)]

    @value
    def entropy(self) -> float:
        """How widely the attention is spread, in nats; near 0 it all sits on one key."""
        return float(self.entropies[int(self.scaled)])

    @value
    def max_entropy(self) -> float:
        """The entropy of equal weights: ln n."""
        return math.log(len(self.k))

    @derived
    def drawn(self) -> Array:
        """A query and the keys as standard normal numbers, [1 + 16, 512].

        A smaller d or fewer keys take the first of them, so changing one changes nothing else.
        """
        shape = (1 + MOST_KEYS, MOST_DIMENSIONS)
        return np.random.default_rng(self.seed).standard_normal(shape)

    @derived
    def q(self) -> Array:
        """The query in use, [d]."""
        return self.query if self.source == "hand" else self.drawn[0, : self.dimension]

    @derived
    def k(self) -> Array:
        """The keys in use, [n, d]."""
        if self.source == "hand":
            return self.keys
        return self.drawn[1 : 1 + self.count, : self.dimension]

    @derived
    def inputs(self) -> tuple[Array, Array]:
        """What softmax would get without √d and with it."""
        return self.scores, self.scaled_scores

    @derived.labelled(None, lambda m: m.names)
    def rows(self) -> Array:
        """The weights without and with √d, [2, n]; `scaled` picks one row."""
        return np.array([nn.weights(z) for z in self.inputs])

    @derived.labelled(lambda m: m.names)
    def rest(self) -> Array:
        """What each weight leaves to the other keys, 1 − w, [n]."""
        return np.array([math.fsum(np.delete(self.weights, j)) for j in range(len(self.k))])

    @derived.labelled(lambda m: m.names)
    def log_weights(self) -> Array:
        """ln w, [n]: exact where w is too small for a float."""
        return log_softmax(self.inputs[self.scaled])

    @derived.labelled(lambda m: m.names)
    def powers(self) -> Array:
        """What is shared out: e to each score, [n]; the largest is taken out of huge ones."""
        return powers(self.inputs[self.scaled])

    @derived
    def entropies(self) -> Array:
        """How widely each row is spread, in nats, [2]."""
        return entropy(self.rows)

    @derived
    def slopes(self) -> Array:
        """How the largest weight moves with its own score, w·(1 − w), [2]."""
        return np.array(
            [float(row[self.top]) * math.fsum(np.delete(row, self.top)) for row in self.rows]
        )

    @derived
    def mean_squares(self) -> Array:
        """The mean of the squared scores, [2]."""
        return np.array([math.fsum(x * x for x in z.tolist()) / len(z) for z in self.inputs])

    @derived
    def expected(self) -> Array:
        """The variance of a score, d or d/√d², if all parts are independent and have 1, [2]."""
        return np.array([float(len(self.q)), 1.0])

    def sources(self) -> Mapping[str, Array]:
        """The draw that query and keys are taken from."""
        return {"drawn": self.drawn}

    @derived
    def top(self) -> int:
        """The key with the largest score."""
        return int(np.argmax(self.scores))

    @derived
    def tied(self) -> list[int]:
        """The keys whose scores are the largest, but for what rounding makes of them."""
        size = math.hypot(*self.q) * float(np.hypot.reduce(self.k, axis=1).max())
        return np.flatnonzero(self.scores.max() - self.scores <= 1e-13 * size).tolist()

    def idle(self) -> Mapping[str, str]:
        """Vectors are either your own or drawn."""
        other, unused = {
            "hand": ("random", ("dimension", "count", "seed")),
            "random": ("hand", ("query", "keys")),
        }[self.source]
        return {name: f"{name} is read only with source {other}." for name in unused}
