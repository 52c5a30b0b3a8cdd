"""What `sampling` computes: probabilities, filtered, and the tokens that are drawn by them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import Vector, integer, real, seed, vector
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import sampling
from tui_transformer.terms import Named

PROMPT = "And so they sang:"
TOKENS = ("la", "di", "da", "dum", "hey", "oh")
HUNDRED = 100  # draws that are counted at a time


@dataclass(frozen=True, eq=False)
class Sampling(Model):
    """Logits, three ways to filter them, and a seeded draw."""

    logits: Vector = vector(
        (3.0, 2.5, 2.0, 1.0, 0.0, -1.0),
        -20,
        20,
        length=(2, 12),
        typical=(-3, 3),
        labels=TOKENS,
        help="The raw score of each token.",
    )
    temperature: float = real(1.0, 0, 5, help="Divides the logits; 0 always takes the largest.")
    top_k: int = integer(0, 0, 12, help="Keep so many tokens; 0 keeps all.")
    top_p: float = real(1.0, 0.01, 1, step=0.01, help="Keep tokens up to this share; 1 keeps all.")
    seed: int = seed()
    draws: int = integer(0, 0, 10000, help="How many tokens have been drawn.")

    @value.labelled("logits")
    def probabilities(self) -> Array:
        """Probability of each token at this temperature, before anything is dropped, [n]."""
        return sampling.with_temperature(self.logits, self.temperature)

    @value
    def kept(self) -> Array:
        """Places of the tokens that may be drawn, in the order of the logits."""
        return np.flatnonzero(self.filtered_probabilities)

    @value.labelled("logits")
    def filtered_probabilities(self) -> Array:
        """Probability with which each token is drawn, [n]; 0 where it was dropped."""
        return sampling.filtered(self.probabilities, self.top_k, self.top_p)[1]

    @derived
    def drawn(self) -> Array:
        """The tokens drawn so far and the next one, [draws + 1]."""
        return sampling.draw(self.filtered_probabilities, self.seed, self.draws + 1)

    @value.labelled("logits")
    def counts(self) -> Array:
        """How often each token was drawn, [n]; they add up to `draws`."""
        return np.bincount(self.drawn[:-1], minlength=len(self.logits))

    @value
    def token(self) -> int:
        """The next token to be drawn."""
        return int(self.drawn[-1])

    # What these are made of, for whoever asks.

    @derived.labelled("logits")
    def ends(self) -> Array:
        """Where each token's stretch of 0..1 ends, [n]: the probabilities, added up."""
        return np.cumsum(self.filtered_probabilities)

    @derived.labelled(None, "logits")
    def hundreds(self) -> Array:
        """How often each token was among each hundred draws, [hundreds, n]."""
        counts = np.zeros((-(-self.draws // HUNDRED), len(self.logits)), int)
        np.add.at(counts, (np.arange(self.draws) // HUNDRED, self.drawn[:-1]), 1)
        return counts

    @derived
    def spots(self) -> Named:
        """The uniform numbers that decide each draw, [draws + 1]."""
        return Named("u", sampling.uniform(self.seed, self.draws + 1), "draw")

    def sources(self) -> Mapping[str, Array]:
        """The seed's uniform numbers."""
        return {"u": self.spots.values}

    def idle(self) -> Mapping[str, str]:
        """One token alone leaves nothing to filter and nothing to draw."""
        if self.temperature == 0:
            why = "T = 0 always takes the highest: raise temperature."
            return {"top_k": why, "seed": why}
        alone = "Only one token is left to draw: keep more of them."
        return {"seed": alone} if len(self.kept) == 1 else {}
