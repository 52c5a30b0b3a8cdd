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

from tui_transformer.concept import Concept
from tui_transformer.concepts.attention.model import Attention
from tui_transformer.concepts.attention.tasks import CHALLENGES
from tui_transformer.concepts.attention.view import view

COLLAPSED = {"source": "random", "scaled": False, "selected": 3}
CONCEPT = Concept(
    Attention,
    view,
    groups={"query": {"query": ""}, "random": {"dimension": "d", "count": "n"}},
    presets={
        "four keys": {},
        "14 against 12": {
            "query": (2.0, 2.0, 2.0, 2.0),
            "keys": ((4.0, 4.0, 4.0, 2.0), (3.0, 3.0, 3.0, 3.0)),
        },
        "d = 64, divided by √64": {**COLLAPSED, "scaled": True},
        "d = 128, not divided": {**COLLAPSED, "dimension": 128},
        "d = 512, not divided": {**COLLAPSED, "dimension": 512},
        "a longer key": {
            "keys": ((1.0, 0.0, 1.0, 0.0), (4.0, 4.0, 0.0, 0.0), (0.0, 1.0, 0.0, 1.0)),
            "selected": 1,
        },
        "large parts": {"query": (6.0, 0.0, 6.0, 0.0)},
        "asking for nothing": {"query": (0.0, 0.0, 0.0, 0.0)},
    },
    challenges=CHALLENGES,
)
