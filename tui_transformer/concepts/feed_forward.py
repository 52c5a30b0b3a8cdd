"""
After [attention](attention) has let the words look at each other, each is alone with what it
found. The **feed-forward network** takes one word's vector, widens it (here four times), bends
it with an [activation](activations) and narrows it again: act(x·W₁ + b₁)·W₂ + b₂. Then the next
word, with the *same* W₁ and W₂.

Switch `shuffle` on. The words change places, and so do the rows, every one unchanged to the last
bit: nothing here knows where a word stands or who its neighbours are. Change one word, and only
its own row moves. Write the same word twice, and you get the same row twice.

Read the wide layer as a memory (Geva et al., 2021). Each column of W₁ is a **key**, a pattern;
the activation says how strongly x answers to it; and each row of W₂ is the **value** that it
then adds. The output is nothing but those values, added up, and b₂. Below the picture stands
the pair that adds most for the word marked ▸.

*Often misread:* that this is one big network over the whole sentence, so that a longer sentence
needs more weights. It has 8d² + 5d parameters at `expansion` 4, for one word as for thousands.
And these keys are not the ones of attention: they are learned, and the same for every text.

The weights are random here, so no key means anything yet; training does that. In a
[block](block) the output is added to a [residual](residual) stream.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _feed_forward_figure as figure
from tui_transformer.controls import Array, choice, integer, seed, text, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation
from tui_transformer.nn.words import Sentence, split, word_vectors
from tui_transformer.numbers import number
from tui_transformer.text import and_list

SIX, ROSE, LONG = "my cat sat on the mat", "a rose is a rose", "the dog saw that the cat saw it"
MOST_WORDS = 64


@dataclass(frozen=True, eq=False)
class FeedForward(Model):
    """A sentence, and one small network that takes each of its words by itself."""

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
        return times(self.hidden, self.w_2) + self.b_2

    @value
    def active_fraction(self) -> float:
        """The share of all hidden numbers whose sum x·W₁ + b₁ is above 0."""
        return float(np.mean(self.sums > 0))

    @value
    def parameter_count(self) -> int:
        """How many numbers W₁, b₁, W₂ and b₂ are: 8d² + 5d at expansion 4."""
        return sum(w.size for w in (self.w_1, self.b_1, self.w_2, self.b_2))

    @value
    def strongest(self) -> int:
        """The pair that adds most for the lit word, by |h|·‖value‖; −1 if no key answers."""
        best = int(np.argmax(self.strengths))
        return best if self.strengths[best] > 0 else -1

    @value
    def shuffle_difference(self) -> float:
        """The largest difference between a word's output here and in the sentence's order."""
        return float(np.max(np.abs(self.output - self.unshuffled.output[list(self.order)])))

    def idle(self) -> Mapping[str, str]:
        """One word alone has no other row and no other place."""
        if len(self.words.words) > 1:
            return {}
        return {
            "token": "There is one word, and its row is lit.",
            "shuffle": "One word has no other place to go to.",
        }

    @derived
    def words(self) -> Sentence:
        """The words as they were typed."""
        return split(self.sentence, MOST_WORDS)

    @derived
    def unshuffled(self) -> "FeedForward":
        """The same sentence in its own order."""
        return self.replace(shuffle=False) if self.shuffle else self

    @derived
    def gate(self) -> Activation:
        """The activation."""
        return ACTIVATIONS[self.activation]

    @derived
    def x(self) -> Array:
        """Each word's vector, drawn by its own hash and the seed, [n, d_model]."""
        return word_vectors(self.tokens, self.d_model, self.seed)

    @derived
    def d_ff(self) -> int:
        """How wide the hidden layer is."""
        return self.expansion * self.d_model

    @derived
    def weights(self) -> tuple[Array, Array, Array, Array]:
        """W₁ [d, d_ff], b₁ [d_ff], W₂ [d_ff, d], b₂ [d]: drawn, variance 1/inputs; biases 0.01."""
        rng = np.random.default_rng([self.seed, self.d_model, self.expansion])
        d, wide = self.d_model, self.d_ff
        return (
            rng.standard_normal((d, wide)) / np.sqrt(d),
            0.1 * rng.standard_normal(wide),
            rng.standard_normal((wide, d)) / np.sqrt(wide),
            0.1 * rng.standard_normal(d),
        )

    @derived
    def w_1(self) -> Array:
        """The keys, one in each column."""
        return self.weights[0]

    @derived
    def b_1(self) -> Array:
        """How easily each key is answered."""
        return self.weights[1]

    @derived
    def w_2(self) -> Array:
        """The values, one in each row."""
        return self.weights[2]

    @derived
    def b_2(self) -> Array:
        """What every word gets in any case."""
        return self.weights[3]

    @derived
    def sums(self) -> Array:
        """x·W₁ + b₁, before the bend, [n, d_ff]."""
        return times(self.x, self.w_1) + self.b_1

    @derived
    def strengths(self) -> Array:
        """How long a vector each pair adds for the lit word: |h|·‖value‖, [d_ff]."""
        return np.abs(self.hidden[self.token]) * np.linalg.norm(self.w_2, axis=1)


def times(x: Array, w: Array) -> Array:
    """Multiply rows by a matrix, [n, d], [d, k] → [n, k], each row as if it were alone.

    Terms are added in the order of d. A product by BLAS may round a row differently next to other
    rows, and would break "to the last bit".
    """
    out = np.zeros((len(x), w.shape[1]))
    for i in range(w.shape[0]):
        out += x[:, i : i + 1] * w[i]
    return out


def twice(m: FeedForward) -> list[int]:
    """List the places of the first word that stands at more than one."""
    rows = [row.tobytes() for row in m.x]
    places = [[at for at, other in enumerate(rows) if other == row] for row in rows]
    return next((at for at in places if len(at) > 1), [])


CONCEPT = Concept(
    FeedForward,
    figure.view,
    presets={
        "six words": {},
        "the same six, shuffled": {"shuffle": True},
        "the same word twice": {"sentence": ROSE},
        "one word": {"sentence": "cat", "token": 0},
        "GELU": {"activation": "gelu"},
        "no wider than x": {"expansion": 1},
        "d = 32": {"d_model": 32},
    },
    challenges=(
        Challenge(
            "move every word of a sentence of six or more, and no number of its output",
            lambda m: m.shuffle and len(m.tokens) >= 6 and m.shuffle_difference == 0,
            {"shuffle": True},
            hint="Do not type: there is a switch. Then follow one row.",
            keys="up up right",
            seen=lambda m: (
                f"{len(m.tokens)} words, none at its old place, and the largest change in any "
                f"output is {number(m.shuffle_difference)}."
            ),
        ),
        Challenge(
            "give two places the very same row of output",
            lambda m: len(twice(m)) > 1,
            {"sentence": ROSE},
            hint="What is all that a row depends on?",
            keys="right",
            seen=lambda m: (
                f"Rows {and_list([str(at) for at in twice(m)[:4]])} are the same {m.d_model} "
                f"numbers: their word is the same."
            ),
        ),
        Challenge(
            "find a word that at most 11 of the 32 ReLU keys answer to",
            lambda m: m.activation == "relu" and m.d_ff == 32
            and figure.awake(m) <= 11,
            {"seed": 2},
            hint="Walk with `token`, type other words, or try another seed.",
            seen=lambda m: (
                f"{figure.name(m)} wakes {figure.awake(m)} of 32 keys: so many values and b₂ are "
                f"all of its output."
            ),
        ),
    ),
)  # fmt: skip
