"""
A **query** is a list of numbers that says what is wanted; a **key**, equally long, says
what is on offer. Their [dot product](dot-product) is the score s: large where both point
the same way. [Softmax](softmax) turns the scores of all keys into weights that add up to
1, and the weights decide how much of each key's [value](values) is taken.

In between, the score is divided by √d, where d is how many numbers a vector has. A score
is a sum of d products. If the parts are independent, with mean 0 and variance 1, each
product has variance 1, so the sum has variance d: at d = 64 a score of ±8 is ordinary, and
e^8 is 2,981. Left alone, one key mostly takes nearly everything, softmax turns flat, and
hardly any gradient comes back. Divided by √d, the variance is 1 at every d.

Set `source` to random, then switch `scaled` off: the row marked ● collapses onto one key.
Other seeds fall more or less hard.

*Often misread:* that √d makes the weights add up to 1, or changes who wins. Softmax does
the first in any case, and dividing never changes the order: √d is a temperature. It
expects parts of variance 1; give the query larger ones and even the divided row
collapses.

Where scores are huge, the workings subtract the largest from each exponent: it cancels,
and nothing overflows. Next: every word asks at once, in [self-attention](self-attention).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Concept
from tui_transformer.concepts import _attention_figure as panels
from tui_transformer.concepts._attention_tasks import CHALLENGES
from tui_transformer.concepts._softmax_row import written
from tui_transformer.controls import (
    Array,
    Matrix,
    Vector,
    choice,
    integer,
    matrix,
    seed,
    toggle,
    vector,
)
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import attention as nn
from tui_transformer.nn.softmax import entropy
from tui_transformer.text import and_list

MOST_KEYS, MOST_DIMENSIONS = 16, 512
KEYS = ((1.0, 0.0, 1.0, 0.0), (1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0), (-1.0, 0.0, -1.0, 0.0))


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
        help="The key whose fraction is written out.",
    )
    seed: int = seed()

    @value
    def scores(self) -> Array:
        """The dot product of the query with each key, [n]."""
        s: Array = nn.scores(self.q[None], self.k, scaled=False)[0]
        return s

    @value
    def scaled_scores(self) -> Array:
        """The scores divided by √d, whether or not softmax gets to see them, [n]."""
        z: Array = nn.scores(self.q[None], self.k)[0]
        return z

    @value
    def weights(self) -> Array:
        """How the query's attention is shared out, [n]; adds up to 1."""
        return self.rows[self.scaled]

    @value
    def entropy(self) -> float:
        """How widely the attention is spread, in nats; near 0 it all sits on one key."""
        return float(entropy(self.weights))

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
        drawn: Array = self.drawn[0, : self.dimension]
        return self.query if self.source == "hand" else drawn

    @derived
    def k(self) -> Array:
        """The keys in use, [n, d]."""
        drawn: Array = self.drawn[1 : 1 + self.count, : self.dimension]
        return self.keys if self.source == "hand" else drawn

    @derived
    def inputs(self) -> tuple[Array, Array]:
        """What softmax would get without √d and with it."""
        return self.scores, self.scaled_scores

    @derived
    def rows(self) -> tuple[Array, Array]:
        """The weights without and with √d; `scaled` picks one of them."""
        return nn.weights(self.scores), nn.weights(self.scaled_scores)

    @derived
    def top(self) -> int:
        """The key with the largest score."""
        return int(np.argmax(self.scores))

    @derived
    def tied(self) -> list[int]:
        """The keys whose scores are the largest, but for what rounding makes of them."""
        size = math.hypot(*self.q) * max(math.hypot(*key) for key in self.k)
        return [j for j, s in enumerate(self.scores) if self.scores[self.top] - s <= 1e-13 * size]

    def idle(self) -> Mapping[str, str]:
        """Vectors are either your own or drawn."""
        other, unused = {
            "hand": ("random", ("dimension", "count", "seed")),
            "random": ("hand", ("query", "keys")),
        }[self.source]
        return {name: f"{name} is read only with source {other}." for name in unused}


def view(m: Attention) -> Figure:
    """Both rows of weights, what √d changes, and the vectors they come from."""
    random = m.source == "random"
    why = ((panels.spread_plot(m),),) if random else ()
    return Figure(
        rows=(
            (panels.key_table(m),),
            (panels.summary(m), panels.divisor_plot(m)),
            *why,
            (panels.vectors(m),),
        ),
        says=says(m),
        formula=panels.selected_working(m),
        data=f"random, standard normal (seed {m.seed})" if random else "yours",
    )


def says(m: Attention) -> str:
    """Say what √d does to this very row."""
    d, count, name = len(m.q), len(m.k), f"k{m.top}"
    without, divided = (written(z, m.top) for z in m.inputs)
    if len(m.tied) == count:
        return f"All {count} keys score the same: each gets 1/{count}, with √{d} or without."
    if len(m.tied) > 1:
        best = [f"k{j}" for j in m.tied]
        names = and_list(best) if len(best) < 4 else f"{len(best)} keys"
        return f"{names} tie at the top: each gets {divided} by √{d}, {without} undivided."
    if d == 1:
        return f"d = 1: √1 is 1, so dividing changes nothing; {name} gets {divided}."
    if m.scaled and m.weights[m.top] > 0.95:
        return f"Even divided by √{d}, {name} takes {divided}: these scores lie far apart."
    if m.scaled:
        return f"Divided by √{d}, {name} gets {divided} of the weight; undivided, {without}."
    collapsed = "Collapsed: without" if m.weights[m.top] > 0.95 else "Without"
    return f"{collapsed} √{d}, {name} takes {without}; divided by √{d}, {divided}."


COLLAPSED = {"source": "random", "scaled": False, "selected": 3}
CONCEPT = Concept(
    Attention,
    view,
    presets={
        "four keys": {},
        "14 against 12": {
            "query": (2.0, 2.0, 2.0, 2.0),
            "keys": ((4.0, 4.0, 4.0, 2.0), (3.0, 3.0, 3.0, 3.0)),
        },
        "d = 64, divided by √64": {**COLLAPSED, "scaled": True},
        "d = 64, collapsed": COLLAPSED,
        "d = 512, collapsed": {**COLLAPSED, "dimension": 512},
        "a longer key wins": {
            "keys": ((1.0, 0.0, 1.0, 0.0), (4.0, 4.0, 0.0, 0.0), (0.0, 1.0, 0.0, 1.0)),
            "selected": 1,
        },
        "parts too large": {"query": (6.0, 0.0, 6.0, 0.0)},
        "asking for nothing": {"query": (0.0, 0.0, 0.0, 0.0)},
    },
    challenges=CHALLENGES,
)
