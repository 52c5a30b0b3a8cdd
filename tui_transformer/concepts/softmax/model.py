"""What `softmax` computes: logits in, probabilities and their price out."""

import math

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import Vector, integer, real, vector
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.softmax import log_sum_exp, softmax, surprise
from tui_transformer.records import dataclass


@dataclass(frozen=True, eq=False)
class Softmax(Model):
    """Logits, a temperature and the class that is right; probabilities and their price."""

    logits: Vector = vector(
        (2.0, 1.0, 0.1),
        -20,
        20,
        length=(2, 8),
        typical=(-3, 3),
        labels=("cat", "dog", "bird"),
        help="The raw score of each class.",
    )
    temperature: float = real(
        1.0, 0.05, 10, log=True, help="Divides the logits: below 1 is bolder, above 1 more even."
    )
    target: int = integer(
        0, 0, lambda m: len(m.logits) - 1, picks="logits", help="The class that is right."
    )
    shift: float = real(0.0, -10, 10, help="Added to every logit: it moves no probability.")

    @derived.labelled("logits")
    def z(self) -> Array:
        """The logits with what was added to all of them, [n]."""
        return self.logits + self.shift

    @derived.labelled("logits")
    def scaled(self) -> Array:
        """The logits as softmax gets them, z/T, [n]."""
        return self.z / self.temperature

    @derived.labelled("logits")
    def powers(self) -> Array:
        """e^(z/T), [n]: what is shared out."""
        return np.exp(self.scaled)

    @value.labelled("logits")
    def probabilities(self) -> Array:
        """Probability of each class, [n]; they add up to 1."""
        return softmax(self.scaled)

    @derived.labelled("logits")
    def costs(self) -> Array:
        """What each class would cost if it were right: −ln p, in nats, [n]."""
        return surprise(self.scaled)

    @value
    def cross_entropy(self) -> float:
        """What the guess costs: −ln p of the target, in nats."""
        return float(self.costs[self.target])

    @value
    def entropy(self) -> float:
        """How undecided the guess is, Σ p·(−ln p), in nats; ln n at the most."""
        with np.errstate(under="ignore"):
            return math.fsum(self.probabilities * self.costs)

    @derived.labelled("logits")
    def errors(self) -> Array:
        """What was said minus what was true, p − y, [n]; adds up to 0.

        p − 1 is taken as minus the other p: as it stands it loses its digits where p is near 1.
        """
        errors = self.probabilities.copy()
        errors[self.target] = -math.fsum(np.delete(errors, self.target))
        return errors

    @value.labelled("logits")
    def gradient(self) -> Array:
        """How the loss changes with each logit, ∂L/∂z = (p − y)/T, [n]; adds up to 0."""
        return self.errors / self.temperature

    @value
    def log_sum_exp(self) -> float:
        """ln Σ e^(z/T): the logarithm of what softmax divides by."""
        return float(log_sum_exp(self.scaled))
