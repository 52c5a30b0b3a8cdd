"""
The last layer of a classifier gives one raw score per class, its **logit**: evidence, not yet a
probability, and free to be negative. [Softmax](softmax) turns the scores into probabilities.

With two classes the score has a plain meaning. The difference z_cat − z_dog *is* the
**log-odds**, ln(p_cat / p_dog), and p_cat is the sigmoid σ of it. Near 0 the network is torn, far
from 0 it is sure. Move `offset`, which is added to both: nothing changes, because only the
difference counts.

Yet the plain recipe, e^z divided by the sum, breaks. Far enough up e^z is too large for a float
(beyond e^88.7 in float32, e^709.8 in float64); far enough down both are 0, and 0/0 is no number.
Subtract the larger logit first: the answer is the same, and e^0 = 1 never overflows.

*Often read:* p(dog) ≈ 0.0001 for the scores 16.917 and 0.772. It is 9.73e-08, a thousand times
less: 0.0001 needs a difference of only 9.21.

Switch `relu_first` on and choose `both-negative`: both scores become 0, and a clear verdict
becomes 50 : 50. ReLU throws away evidence *against* a class, so logits reach softmax as they are.

float32 and float64 are computed as what they are. float32 keeps some seven digits: its p(cat) is
0.99999988, and from a difference of about 17 on simply 1 (written here as 1 minus the rest).

How a word is drawn from such probabilities is [sampling](sampling).
"""

import math
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _logits_figure as figure
from tui_transformer.controls import Array, choice, real, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import softplus
from tui_transformer.numbers import number, probability

CLASSES = ("cat", "dog")
PRECISIONS = {"float32": np.float32, "float64": np.float64}


@dataclass(frozen=True, eq=False)
class Logits(Model):
    """Two logits, and what becomes of them in numbers of 32 or 64 bits."""

    cat: float = real(16.917, -20, 20, step=0.001, help="The raw score of cat.")
    dog: float = real(0.772, -20, 20, step=0.001, help="The raw score of dog.")
    offset: float = real(0.0, -1000, 1000, step=10, help="Added to both scores.")
    relu_first: bool = toggle(False, help="Put ReLU before softmax: negative scores become 0.")
    precision: str = choice(
        "float64", *PRECISIONS, help="The numbers to compute in, with about 7 or 16 digits."
    )
    label: str = choice("cat", *CLASSES, help="The class that is right.")

    @value
    def probabilities(self) -> Array:
        """Probability of cat and dog, the largest logit subtracted first, [2]."""
        e: Array = self.lowered_powers
        return e / np.sum(e)

    @value
    def log_odds(self) -> float:
        """z_cat − z_dog, which is ln(p_cat / p_dog)."""
        return float(self.z[0] - self.z[1])

    @value
    def entropy(self) -> float:
        """How undecided the probabilities are, Σ p·(−ln p) in nats; ln 2 at the most."""
        return float(np.sum(self.probabilities * self.prices))

    @value
    def cross_entropy(self) -> float:
        """What the guess costs: −ln p of the right class, in nats."""
        return float(self.prices[CLASSES.index(self.label)])

    @value
    def naive_probabilities(self) -> Array | None:
        """The same by e^z / Σ e^z as it stands, [2]; null where it overflows or comes to 0/0."""
        return naive_softmax(self.z)

    @derived
    def raw(self) -> Array:
        """The logits with the offset, in the chosen precision, [2]."""
        kind = PRECISIONS[self.precision]
        raw: Array = np.array([self.cat, self.dog], kind) + kind(self.offset)
        return raw

    @derived
    def z(self) -> Array:
        """The logits as softmax gets them, [2]."""
        z: Array = np.maximum(self.raw, self.raw.dtype.type(0)) if self.relu_first else self.raw
        return z

    @derived
    def prices(self) -> Array:
        """−ln p of each class, ln(1 + e^(other − this)), exact also where p is nearly 1, [2]."""
        with np.errstate(under="ignore"):
            gaps = (self.z[::-1] - self.z).astype(float)
            prices: Array = softplus(gaps).astype(self.z.dtype)
        return prices

    @derived
    def lowered_powers(self) -> Array:
        """e^(z − max), [2]: never too large, and the larger is 1."""
        return exponential(self.z - np.max(self.z))

    @derived
    def odds(self) -> float:
        """e^(z_cat − z_dog), how many times as likely cat is."""
        return float(exponential(self.z[:1] - self.z[1:])[0])

    @derived
    def powers(self) -> Array:
        """e^z as it stands, [2]; infinite where that is too large, 0 where it is too small."""
        return exponential(self.z)


def exponential(z: Array) -> Array:
    """Compute e^z, rounded once to z's own precision: ∞ where it is too large, 0 too small.

    NumPy's own exp of a float32 differs in its last digits from one processor to another.
    """
    with np.errstate(over="ignore", under="ignore"):
        e: Array = np.exp(z.astype(float)).astype(z.dtype)
    return e


def naive_softmax(z: Array) -> Array | None:
    """Compute e^z / Σ e^z without care, in z's own precision; [..., n], None without an answer.

    There is none where the sum overflows, or where every e^z is too small for a float: 0/0.
    """
    e = exponential(z)
    with np.errstate(over="ignore", under="ignore"):
        total = np.sum(e)
        return e / total if np.isfinite(total) and total > 0 else None


CONCEPT = Concept(
    Logits,
    figure.view,
    presets={
        "certain": {},
        "torn": {"cat": 1.004, "dog": 0.709},
        "both-negative": {"cat": -1.5, "dog": -6.0},
        "ReLU, both negative": {"cat": -1.5, "dog": -6.0, "relu_first": True},
        "sure, and wrong": {"label": "dog"},
        "overflow": {"offset": 700.0},
        "overflow in float32": {"offset": 80.0, "precision": "float32"},
        "0/0": {"offset": -800.0},
        "digits run out": {"cat": 1.004, "dog": 0.709, "offset": -744.0},
    },
    challenges=(
        Challenge(
            "break the plain e^z with offset; p(dog) must stay 9.73e-08",
            lambda m: (
                m.naive_probabilities is None
                and math.isclose(m.probabilities[1], 9.7345e-08, rel_tol=1e-3)
            ),
            {"offset": 700.0},
            hint="Hold shift: float64 ends at e^709.8.",
            seen=lambda m: (
                f"With {number(m.offset)} added, e^z has no answer; p(dog) is still "
                f"{probability(float(m.probabilities[1]))}: only the difference counts."
            ),
            keys="down down" + " shift+right" * 7,
        ),
        Challenge(
            "make dog three times as likely as cat: p(dog) = 0.750",
            lambda m: abs(float(m.probabilities[1]) - 0.75) < 5e-4,
            {"cat": 1.0, "dog": 2.099},
            hint="Odds of 3 : 1 are log-odds of ln 3.",
            seen=lambda m: (
                f"The log-odds are {number(m.log_odds, 5)}, −ln 3 = −1.0986: dog is "
                f"{number(1 / m.odds, 3)} times as likely."
            ),
        ),
        Challenge(
            "let ReLU turn a verdict of more than 99 % into 50 : 50",
            lambda m: (
                m.relu_first
                and m.probabilities[0] == m.probabilities[1]
                and abs(float(m.raw[0] - m.raw[1])) > math.log(99)
            ),
            {"cat": -1.0, "dog": -9.0, "relu_first": True},
            hint="ReLU only cuts what is below 0.",
            seen=lambda m: (
                f"Log-odds of {number(float(m.raw[0] - m.raw[1]), 4)} became 0: both scores were "
                "below 0, and what set them apart is gone."
            ),
        ),
    ),
)
