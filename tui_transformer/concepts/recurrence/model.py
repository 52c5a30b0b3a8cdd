"""What `recurrence` computes: a state that reads word by word, and what is left in it of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import choice, integer, real, seed, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import recurrence as nn
from tui_transformer.nn.made_up.words import word_vectors

# The first word is meant by the 16th, the 32nd and the last.
TEXT = (
    "Mia lost the key of the old house by the sea and when evening came she "
    "walked back along the beach past nets and boats with a small lamp high above her "
    "head until the rain began and a man who mended sails called from his door "
    "that something small had been shining between the stones all afternoon "
    "and that it might be hers"
)
SENTENCE = TEXT.split()
KINDS = ("recurrent", "attention")


@dataclass(frozen=True, eq=False)
class Recurrence(Model):
    """A sentence, and a recurrent layer that has read some of it."""

    length: int = integer(16, 2, len(SENTENCE), help="How many words of the sentence there are.")
    gain: float = real(0.9, 0, 2, 0.05, help="How much W stretches the state: gain × a turn.")
    width: int = integer(8, 1, 32, help="How many numbers the state has, and each word.")
    activation: Literal["tanh", "identity"] = choice(
        "tanh", "tanh", "identity", help="The bend in each step; identity is none."
    )
    gated: bool = toggle(False, help="Let a gate decide how much of the old state is kept.")
    position: int = integer(
        0, 0, lambda m: m.length - 1, help="The word that is followed, counted from 0."
    )
    step: int = integer(1, 0, lambda m: m.length, help="How many words have been read.")
    seed: int = seed()

    @value
    def words(self) -> list[str]:
        """The words of the sentence, [length]."""
        return SENTENCE[: self.length]

    @value
    def hidden(self) -> Array:
        """The hidden state after each word, [length, width]."""
        return self.walk.states[1:]

    @value
    def influence(self) -> Array:
        """What is left of each word after the last, ‖∂h_last/∂x‖, [length]: the spectral norm."""
        return self.held(self.arrivals)

    @value
    def influence_so_far(self) -> Array:
        """What is left of each word that has been read, after `step` of them, [step]."""
        return self.held(self.arrivals_so_far)

    @value
    def even_share(self) -> float:
        """What attention that looks at all words evenly leaves of each: 1/length."""
        return 1 / self.length

    @value
    def sequential_steps(self) -> dict[str, int]:
        """Steps that must wait for one another to read the sentence, by kind."""
        return {kind: nn.longest_chain(nn.waits(kind, self.length)) for kind in KINDS}

    @value
    def writing_steps(self) -> dict[str, int]:
        """Steps that must wait for one another to write as many words, by kind."""
        return {kind: nn.longest_chain(nn.waits(kind, self.length, True)) for kind in KINDS}

    @value
    def path_length(self) -> dict[str, int]:
        """How often the word at `position` is handed on until the last one has it, by kind."""
        return {"recurrent": self.length - 1 - self.position, "attention": 1}

    # ── what stands behind them ────────────────────────────────────────────────────────

    @derived
    def plan(self) -> nn.Recurrence:
        """The plan of the layer."""
        return nn.Recurrence(self.width, self.gain, self.activation, self.gated, self.seed)

    @derived
    def vectors(self) -> Array:
        """A random vector of length 1 for each word, equal for equal words, [length, width]."""
        drawn = word_vectors(self.words, self.width, self.seed)
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))

    @derived
    def walk(self) -> nn.Walk:
        """The whole walk."""
        return nn.walk(self.plan, self.vectors)

    @derived
    def sums(self) -> Array:
        """h·W + x·U of each step, [length, width]."""
        return self.walk.sums

    @derived
    def gate_sums(self) -> Array:
        """h·W_z + x·U_z + 2 of each step, [length, width]."""
        return self.walk.gate_sums

    @derived
    def gates(self) -> Array:
        """z: the share of each number that is kept, [length, width]; 0 without a gate."""
        return self.walk.gates

    @derived
    def jacobians(self) -> tuple[Array, Array]:
        """How each state moves with the one before and with its word, [length, width, width]."""
        return nn.jacobians(self.plan, self.walk)

    @derived
    def by_state(self) -> Array:
        """How each state moves with the one before, [length, width, width]."""
        return self.jacobians[0]

    @derived
    def by_word(self) -> Array:
        """How each state moves with its own word, [length, width, width]."""
        return self.jacobians[1]

    @derived
    def onward(self) -> Array:
        """How the last state moves with each on the way, [length + 1, width, width]."""
        return nn.onward(self.by_state)

    @derived
    def onward_so_far(self) -> Array:
        """How the state after `step` words moves with each before, [step + 1, width, width]."""
        return nn.onward(self.by_state[: self.step])

    @derived
    def arrivals(self) -> Array:
        """How the last state moves with each word, [length, width, width]."""
        return nn.arrivals(self.by_state, self.by_word)

    @derived
    def arrivals_so_far(self) -> Array:
        """How the state after `step` words moves with each of them, [step, width, width]."""
        return nn.arrivals(self.by_state[: self.step], self.by_word[: self.step])

    @derived
    def stretched(self) -> Array:
        """What becomes of the move of each word that is left most, [length, width]."""
        return stretched(self.arrivals)

    @derived
    def stretched_so_far(self) -> Array:
        """The same in the state after `step` words, [step, width]."""
        return stretched(self.arrivals_so_far)

    @property
    def linear(self) -> bool:
        """Whether a step is nothing but a turn and a stretch."""
        return self.activation == "identity" and not self.gated

    def held(self, moves: Array) -> Array:
        """What is left of each word, [n].

        Turned and stretched alike at each step, of a move the stretch is left: gain^distance,
        without the rounding of a long product.
        """
        if self.linear:
            return np.float64(self.gain) ** np.arange(len(moves))[::-1]
        return nn.influence(moves)

    def sources(self) -> Mapping[str, Array]:
        """The words' vectors and the orthogonal matrices."""
        return {"vectors": self.vectors, **nn.drawn_for(self.plan)._asdict()}


def directions(moves: Array) -> Array:
    """The move of length 1 of which most is left, for each matrix: [n, width]."""
    return np.asarray(np.linalg.svd(moves)[2][:, 0]) if len(moves) else np.zeros(moves.shape[:2])


def stretched(moves: Array) -> Array:
    """What each matrix makes of that move, [n, width]."""
    return np.asarray((moves @ directions(moves)[:, :, None])[:, :, 0])
