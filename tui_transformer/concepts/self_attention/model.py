"""What `self-attention` computes: a sentence in, two layers of attention out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import choice, integer, seed, text, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.made_up import designed
from tui_transformer.nn.made_up.words import Sentence, split
from tui_transformer.terms import Leaf, Named

WIDE = "The animal didn't cross the street because it was too wide"
TIRED = "The animal didn't cross the street because it was too tired"
STALE = "The dog left the bread because it was stale"
BEFORE = "The animal was so tired that it didn't cross the street"
NONSENSE = "The blorp didn't cross the wug because it was too wide"
SAMPLES = (WIDE, TIRED, STALE, BEFORE, NONSENSE)
MOST_ROWS = 14  # of a longer sentence the tables show the words looked at most


@dataclass(frozen=True, eq=False)
class SelfAttention(Model):
    """A sentence, two layers of attention, and the row of one word in one of them."""

    sentence: str = text(
        WIDE,
        samples=SAMPLES,
        help="Any words of yours, up to 256.",
    )
    weights: str = choice(
        "designed",
        "designed",
        "random",
        help="Matrices written by hand to find what a pronoun means, or drawn ones.",
    )
    causal: bool = toggle(False, help="Let no word see the words after it.")
    layer: int = integer(2, 1, 2, help="Which layer's attention is shown; 2 reads what 1 wrote.")
    query: int = integer(
        7, 0, lambda m: len(m.tokens) - 1, help="The word whose row is read, from 0."
    )
    d_model: int = integer(
        64,
        designed.LEAST_D,
        256,
        step=8,
        help="How many numbers a vector has; 14 of them are named.",
    )
    seed: int = seed()

    @value
    def tokens(self) -> tuple[str, ...]:
        """The words of the sentence; the first 256 of a longer one."""
        return self.split.words

    @value
    def q(self) -> Array:
        """What each word asks for in this layer, x·W_q, [n, d_model]."""
        return self.read.q

    @value
    def k(self) -> Array:
        """What each word offers in this layer, x·W_k, [n, d_model]."""
        return self.read.k

    @value
    def v(self) -> Array:
        """What each word hands on in this layer, x·W_v, [n, d_model]."""
        return self.read.v

    @value
    def scores(self) -> Array:
        """How well each query fits each key, q·k/√d_model, before any mask, [n, n]."""
        return self.read.scores

    @value
    def attention(self) -> Array:
        """Who looks at whom: a softmax over each row of scores, [n, n]; rows add up to 1."""
        return self.read.weights

    @value
    def output(self) -> Array:
        """What each word takes in, its row of attention times v, [n, d_model]."""
        return self.read.output

    @derived
    def split(self) -> Sentence:
        """The sentence in its words."""
        return split(self.sentence)

    @derived
    def passes(self) -> tuple[designed.Pass, ...]:
        """What both layers compute."""
        return self.reading(self.tokens)

    @derived
    def read(self) -> designed.Pass:
        """What the shown layer computes."""
        return self.passes[self.layer - 1]

    def idle(self) -> Mapping[str, str]:
        """One word alone can only look at itself."""
        if len(self.tokens) > 1:
            return {}
        return {"query": "there is one word only.", "causal": "no word comes after the one."}

    def reading(self, words: tuple[str, ...]) -> tuple[designed.Pass, ...]:
        """Let both layers read some words."""
        return designed.read_words(
            words, self.weights == "designed", self.causal, self.d_model, self.seed
        )

    @derived
    def row(self) -> Array:
        """How the chosen word shares out its attention, [n]."""
        return self.attention[self.query]

    @derived
    def seen(self) -> int:
        """How many words the chosen one may see."""
        return self.query + 1 if self.causal else len(self.tokens)

    @derived
    def swap(self) -> tuple[int, str]:
        """Which word would make the difference, and what stands there instead.

        It is the last adjective, or where none is known the last word.
        """
        known = [designed.features(word) for word in self.tokens]
        places = [at for at, found in enumerate(known) if "adjective" in found]
        at = places[-1] if places else len(self.tokens) - 1
        return at, "wide" if "→alive" in known[at] else "tired"

    @derived
    def swapped_passes(self) -> tuple[designed.Pass, ...]:
        """What both layers compute with that other word."""
        at, word = self.swap
        return self.reading((*self.tokens[:at], word, *self.tokens[at + 1 :]))

    @derived
    def swapped(self) -> dict[str, Array]:
        """What the shown layer computes with that other word, by name."""
        return vars(self.swapped_passes[self.layer - 1])

    @derived
    def difference(self) -> float:
        """The most by which the other word changes the chosen row; exactly 0 if it is hidden."""
        return float(np.max(np.abs(self.row - self.swapped["weights"][self.query])))

    # What the numbers on the screen are made of, for whoever asks.

    @derived
    def x(self) -> Array:
        """The words as they enter the layer, [n, d_model]."""
        return self.read.x

    @derived
    def own(self) -> dict[str, Array]:
        """How long each word's own part r is in x, q, k, v and output, [n]."""
        return {
            name: np.sqrt(np.sum(getattr(self, name)[:, designed.NAMED :] ** 2, axis=1))
            for name in ("x", "q", "k", "v", "output")
        }

    @derived
    def powers(self) -> Array:
        """What the chosen word's attention is shares of: e^z of what it may see, [seen]."""
        return np.exp(self.scores[self.query, : self.seen])

    @derived
    def places(self) -> list[int]:
        """The places that the tables show, in the order of the sentence; of many the largest."""
        if len(self.tokens) <= MOST_ROWS + 1:
            return list(range(len(self.tokens)))
        return sorted(int(at) for at in np.argsort(-self.row, kind="stable")[:MOST_ROWS])

    @derived
    def rest(self) -> list[float]:
        """What the other words get together, now and with the other word, [2]."""
        rows = self.row, self.swapped["weights"][self.query]
        return [math.fsum(np.delete(row, self.places)) for row in rows]

    @derived
    def first(self) -> dict[str, Array]:
        """What layer 1 computes, by name."""
        return vars(self.passes[0])

    @derived
    def swapped_first(self) -> dict[str, Array]:
        """What layer 1 computes with the other word, by name."""
        return vars(self.swapped_passes[0])

    @derived
    def wires(self) -> tuple[designed.Wire, ...]:
        """What the designed matrices of this layer connect."""
        return designed.WIRES[self.layer - 1]

    @derived
    def entries(self) -> Array:
        """Their entries, all others are 0."""
        return np.array([wire.entry(self.d_model) for wire in self.wires])

    def sources(self) -> Mapping[str, Array]:
        """The words' vectors, those of the sentence with the other word, and the matrices."""
        matrices = {
            f"layer_{number}.W_{letter}": getattr(run.layer, f"w_{letter}")
            for number, run in enumerate(self.passes, 1)
            for letter in "qkv"
        }
        return {"words": self.first["x"], "swapped_words": self.swapped_first["x"], **matrices}

    @derived
    def parameters(self) -> dict[str, Named]:
        """The same arrays as a working can name them."""
        kind: Leaf = "weight" if self.weights == "designed" else "draw"
        return {name: Named(name, array, kind) for name, array in self.sources().items()}
