"""What `feed-forward` computes: the same small network for each word of a sentence by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts import _sorter_weights as sorter
from tui_transformer.controls import choice, integer, seed, text, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation
from tui_transformer.nn.made_up.words import Sentence, split, word_vectors
from tui_transformer.numbers import subscript
from tui_transformer.terms import Named

SIX, ROSE, LONG = "my cat sat on the mat", "a rose is a rose", "the dog saw that the cat saw it"
LEARNED = ("embedding", *(f"{sorter.LAYER}norm_2.{part}" for part in ("gain", "bias")))
MOST_WORDS = 64
MOST_ROWS = 10  # words that the table of places shows


@dataclass(frozen=True, eq=False)
class FeedForward(Model):
    """A sentence, and one small network that takes each of its words by itself."""

    weights: str = choice(
        "random",
        "random",
        "sorter",
        help="Drawn by the seed, or learned: the first layer of the trained sorter.",
    )
    sentence: str = text(
        SIX, samples=(SIX, ROSE, LONG), help="Any words of yours, up to 64; a row for each."
    )
    d_model: int = integer(8, 2, 32, help="How many numbers a word's vector has.")
    expansion: int = integer(4, 1, 8, help="How many times wider the hidden layer is.")
    activation: str = choice(
        "relu", "relu", "gelu", "silu", help="The bend between the two matrices."
    )
    token: int = integer(
        1,
        0,
        lambda m: len(m.words.words) - 1,
        help="The row that is lit; its strongest key and value are shown.",
    )
    shuffle: bool = toggle(False, help="Put the words in another order, drawn by the seed.")
    seed: int = seed()

    @value
    def tokens(self) -> tuple[str, ...]:
        """The words in the order in which they are fed."""
        return tuple(self.words.words[at] for at in self.order)

    @value
    def order(self) -> tuple[int, ...]:
        """For each row, which word of the sentence stands in it."""
        count = len(self.words.words)
        order = np.arange(count)
        if self.shuffle:  # one round through all places, so that no word stays
            ring = np.random.default_rng([self.seed, count]).permutation(count)
            order[ring] = np.roll(ring, 1)
        return tuple(order.tolist())

    @value
    def hidden(self) -> Array:
        """How strongly each word answers to each key, act(x·W₁ + b₁), [n, d_ff]."""
        return self.gate.f(self.sums)

    @value
    def output(self) -> Array:
        """What each word gets: hidden·W₂ + b₂, [n, d_model]."""
        return times(self.hidden, self.matrices["w_2"]) + self.matrices["b_2"]

    @value
    def active_fraction(self) -> float:
        """The share of all hidden numbers whose sum x·W₁ + b₁ is above 0."""
        return self.awake / self.sums.size

    @value
    def parameter_count(self) -> int:
        """How many numbers W₁, b₁, W₂ and b₂ are: 8d² + 5d at expansion 4."""
        return sum(self.sizes.values())

    @value
    def strongest(self) -> int:
        """The pair that adds most for the lit word, by |h|·‖value‖; −1 if no key answers."""
        best = int(np.argmax(self.strengths))
        return best if self.strengths[best] > 0 else -1

    @value
    def shuffle_difference(self) -> float:
        """The largest difference between a word's output here and in the sentence's order."""
        return float(np.max(self.changes))

    def idle(self) -> Mapping[str, str]:
        """One word alone has no other row and no other place."""
        idle = {} if not self.trained else self.set_by_training()
        if len(self.words.words) > 1:
            return idle
        return {
            **idle,
            "token": "There is one word, and its row is lit.",
            "shuffle": "One word has no other place to go to.",
        }

    def set_by_training(self) -> dict[str, str]:
        """What the trained weights leave no choice of."""
        idle = {
            "d_model": f"The sorter's vectors have {sorter.D_MODEL} numbers.",
            "expansion": f"The sorter widens {sorter.EXPANSION} times.",
            "activation": "The sorter was trained with GELU.",
        }
        drawn = any(sorter.letter(word) is None for word in self.words.words)
        if not drawn and not (self.shuffle and len(self.words.words) > 2):
            idle["seed"] = "Nothing here is drawn."
        return idle

    @derived
    def trained(self) -> bool:
        """Whether the weights are the sorter's."""
        return self.weights == "sorter"

    @derived
    def width(self) -> int:
        """How many numbers a word's vector has: d."""
        return sorter.D_MODEL if self.trained else self.d_model

    @derived
    def bend(self) -> str:
        """The activation by name; GPT-2's form of GELU in the sorter."""
        return sorter.BEND if self.trained else self.activation

    @derived
    def words(self) -> Sentence:
        """The words as they were typed."""
        return split(self.sentence, MOST_WORDS)

    @derived
    def gate(self) -> Activation:
        """The activation."""
        return ACTIVATIONS[self.bend]

    @derived
    def vectors(self) -> Array:
        """Each word's vector as it was typed, [n, d]: drawn by its own hash and the seed.

        Letters that the sorter knows are as its layer reads them.
        """
        drawn = word_vectors(self.words.words, self.width, self.seed)
        if not self.trained:
            return drawn
        known = map(sorter.letter, self.words.words)
        return np.stack(
            [x if at is None else sorter.read(at) for x, at in zip(drawn, known, strict=True)]
        )

    @derived
    def x(self) -> Array:
        """The same vectors in the order in which they are fed, [n, d_model]."""
        return self.vectors[list(self.order)]

    @derived
    def d_ff(self) -> int:
        """How wide the hidden layer is."""
        return (sorter.EXPANSION if self.trained else self.expansion) * self.width

    @derived
    def matrices(self) -> dict[str, Array]:
        """w_1 [d, d_ff], b_1, w_2 [d_ff, d], b_2: drawn, variance 1/inputs; biases 0.01.

        Or those that the sorter has learned.

        The keys are the columns of w_1, the values the rows of w_2.
        """
        if self.trained:
            return sorter.matrices()
        rng = np.random.default_rng([self.seed, self.d_model, self.expansion])
        d, wide = self.d_model, self.d_ff
        return {
            "w_1": rng.standard_normal((d, wide)) / np.sqrt(d),
            "b_1": 0.1 * rng.standard_normal(wide),
            "w_2": rng.standard_normal((wide, d)) / np.sqrt(wide),
            "b_2": 0.1 * rng.standard_normal(d),
        }

    @derived
    def products(self) -> Array:
        """x·W₁: how well each word fits each key, [n, d_ff]."""
        return times(self.x, self.matrices["w_1"])

    @derived
    def sums(self) -> Array:
        """x·W₁ + b₁, before the bend, [n, d_ff]."""
        return self.products + self.matrices["b_1"]

    @derived
    def awake_keys(self) -> list[int]:
        """How many keys each word answers to: those whose sum is above 0, [n]."""
        return [int(np.sum(row > 0)) for row in self.sums]

    @derived
    def awake(self) -> int:
        """How many of all hidden numbers are answers."""
        return sum(self.awake_keys)

    @derived
    def lengths(self) -> Array:
        """How long each value is, ‖v‖, [d_ff]."""
        return np.linalg.norm(self.matrices["w_2"], axis=1)

    @derived
    def strengths(self) -> Array:
        """How long a vector each pair adds for the lit word: |h|·‖v‖, [d_ff]."""
        return np.abs(self.hidden[self.token]) * self.lengths

    @derived
    def added(self) -> Array:
        """What the strongest pair adds for the lit word: h·v, [d_model]."""
        return self.hidden[self.token, self.strongest] * self.matrices["w_2"][self.strongest]

    @derived
    def hidden_as_typed(self) -> Array:
        """The hidden numbers in the sentence's own order, worked out by themselves, [n, d_ff]."""
        if not self.shuffle:
            return self.hidden
        return self.gate.f(times(self.vectors, self.matrices["w_1"]) + self.matrices["b_1"])

    @derived
    def output_as_typed(self) -> Array:
        """The output in the sentence's own order, [n, d_model]."""
        if not self.shuffle:
            return self.output
        return times(self.hidden_as_typed, self.matrices["w_2"]) + self.matrices["b_2"]

    @derived
    def changes(self) -> Array:
        """The largest difference between each word's output here and as typed, [n]."""
        return np.max(np.abs(self.output - self.output_as_typed[list(self.order)]), axis=1)

    @derived
    def changes_below(self) -> float:
        """The largest of them among the words that the table has no rows for."""
        return float(np.max(self.changes[MOST_ROWS - 1 :], initial=0.0))

    @derived
    def sizes(self) -> dict[str, int]:
        """How many numbers each part has."""
        return {name: w.size for name, w in self.matrices.items()}

    def sources(self) -> Mapping[str, Array]:
        """What is drawn: the words' vectors as typed, another order, and the weights."""
        learned = {name: w for name, w in sorter.trained().items() if name in LEARNED}
        arrays = {"vectors": self.vectors, "places": np.array(self.order), **self.matrices}
        return {**arrays, **learned} if self.trained else arrays

    @derived
    def drawn(self) -> dict[str, Named]:
        """The same as numbers that a working can name."""
        return {
            name: Named(
                name,
                array,
                "weight" if self.trained and name not in ("vectors", "places") else "draw",
                partial(drawn_formula, name),
                of="matrices",
            )
            for name, array in self.sources().items()
        }


def drawn_formula(name: str, i: int, j: int) -> str:
    """Say where a weight stands."""
    return f"{name[0].upper()}{subscript(int(name[-1]))} in row {i}, column {j}"


def times(x: Array, w: Array) -> Array:
    """Multiply rows by a matrix, [n, d], [d, k] → [n, k], each row as if it were alone.

    Terms are added in the order of d. A product by BLAS may round a row differently next to other
    rows, and would break "to the last bit".
    """
    out = np.zeros((len(x), w.shape[1]))
    for i in range(w.shape[0]):
        out += x[:, i : i + 1] * w[i]
    return out
