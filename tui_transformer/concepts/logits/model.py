"""What `logits` computes: two scores, and both ways to softmax in numbers of 32 or 64 bits."""

from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import choice, real, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import softplus

CLASSES = ("cat", "dog")
PRECISIONS = {"float32": np.float32, "float64": np.float64}


@dataclass(frozen=True, eq=False)
class Logits(Model):
    """Two logits, and what becomes of them in numbers of 32 or 64 bits."""

    cat: float = real(16.917, -20, 20, help="The raw score of cat.")
    dog: float = real(0.772, -20, 20, help="The raw score of dog.")
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
    def odds(self) -> float:
        """p_cat / p_dog = e^(z_cat − z_dog): how many times as likely cat is."""
        return float(exponential(self.z[:1] - self.z[1:])[0])

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
    def held(self) -> Array:
        """Both scores and the offset, as the chosen precision holds them, [3]."""
        return np.array([self.cat, self.dog, self.offset], PRECISIONS[self.precision])

    @derived
    def raw(self) -> Array:
        """The logits with the offset, in the chosen precision, [2]."""
        return self.held[:2] + self.held[2]

    @derived
    def z(self) -> Array:
        """The logits as softmax gets them, [2]."""
        return np.maximum(self.raw, self.raw.dtype.type(0)) if self.relu_first else self.raw

    @derived
    def prices(self) -> Array:
        """−ln p of each class, ln(1 + e^(other − this)), exact also where p is nearly 1, [2]."""
        with np.errstate(under="ignore"):
            gaps = (self.z[::-1] - self.z).astype(float)
            prices: Array = softplus(gaps).astype(self.z.dtype)
        return prices

    @derived
    def pulls(self) -> Array:
        """What the right class's logit is pulled with by cross-entropy and by ½(1 − p)², [2].

        Both slopes are below 0: the score is to rise. 1 − p is the other class's share.
        """
        right = CLASSES.index(self.label)
        p, rest = self.probabilities[right], self.probabilities[1 - right]
        with np.errstate(under="ignore"):
            return np.array([-rest, -rest * p * rest])

    @derived
    def lowered(self) -> Array:
        """The logits with the larger subtracted, [2]."""
        return self.z - np.max(self.z)

    @derived
    def lowered_powers(self) -> Array:
        """e^(z − max), [2]: never too large, and the larger is 1."""
        return exponential(self.lowered)

    @derived
    def powers(self) -> Array:
        """e^z as it stands, [2]; infinite where that is too large, 0 where it is too small."""
        return exponential(self.z)

    @derived
    def plain_off(self) -> float | None:
        """How far a plain probability is off at the most; None where there is none."""
        plain = self.naive_probabilities
        return None if plain is None else float(np.max(np.abs(plain - self.probabilities)))


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
