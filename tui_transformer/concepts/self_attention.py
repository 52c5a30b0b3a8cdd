"""
In self-attention every word of a sentence sends out a query and offers a key and a value:
the same vectors play all three parts. So there is one row of [attention](attention) per word, and
the picture is a square. Row: who looks. Column: who is looked at.

What is “it”? Read the row marked ▸: *street*. Take *tired* instead of *wide* (`→` on
`sentence`) and it is *animal*. One word, three places later, decides.

Set `layer` to 1: there “it” only finds the adjective, and copies what that can be said of
(→flat) into itself (+flat). Layer 2 asks with what was copied. It needs two steps: a score
is made of two words only, so in layer 1 no third word can turn “it” from animal to street.

Now switch `causal` on. No word sees a later one, the adjective never reaches “it”, both
nouns tie, and under the other adjective (column *if*) the row differs by exactly 0.

The weights are **designed**: written by hand over named features, and shown below. Only r,
each word's own part, is random; with it words find themselves and their like, *The* and
*the* alike, for there are no [positions](positions) here. An unknown noun has only r, and no
pronoun finds it. Set `weights` to random for attention that was told nothing.

*Often misread:* that attention looks up what a word means. It compares vectors; the
meaning had to be put into them, here by hand, elsewhere by training. Next:
[several heads](heads).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Concept
from tui_transformer.concepts import _self_attention_figure as panels
from tui_transformer.concepts import _self_attention_vectors as vectors
from tui_transformer.concepts._self_attention_says import says
from tui_transformer.concepts._self_attention_tasks import (
    BEFORE,
    CHALLENGES,
    NONSENSE,
    SAMPLES,
    TIRED,
    WIDE,
)
from tui_transformer.controls import Array, choice, integer, seed, text, toggle
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.designed import LEAST_D, Pass, features, read_words
from tui_transformer.nn.words import Sentence, split


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
        64, LEAST_D, 256, step=8, help="How many numbers a vector has; 14 of them are named."
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
    def passes(self) -> tuple[Pass, ...]:
        """What both layers compute."""
        return self.reading(self.tokens)

    @derived
    def read(self) -> Pass:
        """What the shown layer computes."""
        return self.passes[self.layer - 1]

    def idle(self) -> Mapping[str, str]:
        """One word alone can only look at itself."""
        if len(self.tokens) > 1:
            return {}
        return {"query": "there is one word only.", "causal": "no word comes after the one."}

    def reading(self, words: tuple[str, ...]) -> tuple[Pass, ...]:
        """Let both layers read some words."""
        return read_words(words, self.weights == "designed", self.causal, self.d_model, self.seed)

    @derived
    def row(self) -> Array:
        """How the chosen word shares out its attention, [n]."""
        row: Array = self.attention[self.query]
        return row

    @derived
    def seen(self) -> int:
        """How many words the chosen one may see."""
        return self.query + 1 if self.causal else len(self.tokens)

    @derived
    def swap(self) -> tuple[int, str]:
        """Which word would make the difference, and what stands there instead.

        It is the last adjective, or where none is known the last word.
        """
        known = [features(word) for word in self.tokens]
        places = [at for at, found in enumerate(known) if "adjective" in found]
        at = places[-1] if places else len(self.tokens) - 1
        return at, "wide" if "→alive" in known[at] else "tired"

    @derived
    def swapped(self) -> Pass:
        """What the shown layer computes with that other word."""
        at, word = self.swap
        words = (*self.tokens[:at], word, *self.tokens[at + 1 :])
        return self.reading(words)[self.layer - 1]

    @derived
    def difference(self) -> float:
        """The most by which the other word changes the chosen row; exactly 0 if it is hidden."""
        return float(np.max(np.abs(self.row - self.swapped.weights[self.query])))


def view(m: SelfAttention) -> Figure:
    """Who looks at whom, the chosen row in numbers, and the vectors and matrices behind it."""
    return Figure(
        rows=(
            (panels.square(m), panels.row_table(m)),
            (panels.sentence(m),),
            (panels.what_if(m),),
            (vectors.asked(m),),
            (vectors.handed(m),),
            (vectors.entering(m),),
            *((vectors.wiring(m),) for _ in range(m.weights == "designed")),
            vectors.matrices(m),
        ),
        says=says(m),
        formula=panels.weight_working(m, m.query, int(np.argmax(m.row))),
        data=data(m),
    )


def data(m: SelfAttention) -> str:
    """Say where the numbers come from."""
    if m.weights == "random":
        return f"random (seed {m.seed})"
    return f"designed; r random (seed {m.seed})"


CONCEPT = Concept(
    SelfAttention,
    view,
    presets={
        "wide": {},
        "tired": {"sentence": TIRED},
        "wide, causal": {"causal": True},
        "tired, causal": {"sentence": TIRED, "causal": True},
        "wide, layer 1": {"layer": 1},
        "tired, layer 1": {"sentence": TIRED, "layer": 1},
        "causal, but told before": {"sentence": BEFORE, "causal": True, "query": 6},
        "nouns it was not told": {"sentence": NONSENSE},
        "random weights": {"weights": "random"},
    },
    challenges=CHALLENGES,
)
