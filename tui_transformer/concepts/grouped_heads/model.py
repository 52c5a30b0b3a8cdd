"""What `grouped-heads` computes: heads that share keys, where they look, and what is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import integer, seed, text
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import attention as att
from tui_transformer.nn import grouped
from tui_transformer.nn.made_up.words import Sentence, split
from tui_transformer.text import shorten

SENTENCE = "the cat sat on the mat and the dog sat"
SAMPLES = (
    SENTENCE,
    "a rose is a rose is a rose",
    "row, row, row your boat, gently down the stream",
)
MOST_WORDS = 24


@dataclass(frozen=True, eq=False)
class GroupedHeads(Model):
    """A sentence read by heads of which several share the keys and values they look at."""

    heads: int = integer(8, 1, 64, divides="d_model", help="How many heads ask.")
    kv_heads: int = integer(
        2, 1, 64, divides="heads", help="How many sets of keys and values they share."
    )
    sentence: str = text(
        SENTENCE, max_length=2000, samples=SAMPLES, help="Any words of yours, up to 24."
    )
    query: int = integer(
        9, 0, lambda m: len(m.tokens) - 1, help="The word whose looks are drawn, from 0."
    )
    selected: int = integer(
        0, 0, lambda m: m.heads - 1, help="The head whose square is drawn, from 0."
    )
    length: int = integer(2048, 1, 131_072, log=True, help="How many tokens of a text are kept.")
    layers: int = integer(6, 1, 128, help="How many layers keep them, each its own.")
    d_model: int = integer(
        512, 64, 4096, step=64, help="How many numbers a word has; a head has d_model / heads."
    )
    bytes_per_number: int = integer(2, 1, 8, help="4 for float32, 2 for float16.")
    seed: int = seed()

    @value
    def attention(self) -> Array:
        """Who looks at whom in each head, [h, n, n]; no word sees a later one."""
        return att.weights(self.scores, att.causal_mask(len(self.tokens)))

    @value
    def groups(self) -> Array:
        """Whose keys each head looks at, [h]."""
        return grouped.groups(self.heads, self.kv_heads)

    @value
    def kv_cache_bytes(self) -> int:
        """What the keys and values of a full text take: 2·layers·length·kv_heads·d_head·bytes."""
        return self.costs[self.options.index(self.kv_heads)][0]

    @value
    def parameter_count(self) -> int:
        """The weights of W_q, W_k, W_v and W_O in all layers, without biases."""
        return self.costs[self.options.index(self.kv_heads)][1]

    # ── what stands behind them ────────────────────────────────────────────────────────

    @derived
    def split(self) -> Sentence:
        """The sentence in its words."""
        return split(self.sentence, MOST_WORDS)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words of the sentence; the first 24 of a longer one."""
        return self.split.words

    def name(self, place: int) -> str:
        """Name a word of the sentence."""
        return shorten(self.tokens[place], 12)

    @derived
    def d_head(self) -> int:
        """How many numbers a query and a key have: d_model / heads."""
        return self.d_model // self.heads

    @derived
    def q(self) -> Array:
        """What each word asks in each head, drawn: the same however keys are shared, [h, n, d]."""
        return self.draw(0, self.heads)

    @derived
    def k(self) -> Array:
        """What each word answers to in each set of keys, drawn; fewer are the first, [g, n, d]."""
        return self.draw(1, self.kv_heads)

    def draw(self, which: int, many: int) -> Array:
        """Draw standard normal numbers, [many, n, d_head]; fewer of them are the first."""
        rng = np.random.default_rng([self.seed, which])
        return rng.standard_normal((many, len(self.tokens), self.d_head))

    @derived
    def scores(self) -> Array:
        """How well a word's question fits the keys of its head's group, q·k/√d_head, [h, n, n]."""
        return grouped.scores(self.q, self.k)

    @derived
    def favourites(self) -> Array:
        """The word that each head looks at most from the chosen one, [h]."""
        return np.argmax(self.attention[:, self.query], axis=-1)

    @derived
    def top(self) -> Array:
        """How much of its attention that word has, [h]."""
        return np.max(self.attention[:, self.query], axis=-1)

    @derived
    def options(self) -> list[int]:
        """Every number of key heads that divides the heads."""
        return [many for many in range(1, self.heads + 1) if self.heads % many == 0]

    @derived
    def costs(self) -> list[tuple[int, int]]:
        """What each of these would keep, in bytes, and how many weights it has."""
        return [self.cost(many) for many in self.options]

    def cost(self, kv_heads: int) -> tuple[int, int]:
        """Count the bytes kept and the weights, were there so many key heads."""
        narrow = kv_heads * self.d_head  # the columns of all keys, and those of all values
        kept = 2 * self.layers * self.length * narrow
        weights = self.layers * 2 * self.d_model * (self.d_model + narrow)
        return kept * self.bytes_per_number, weights

    def idle(self) -> Mapping[str, str]:
        """One word looks at itself, one head shares with nobody, and a prime width is not cut."""
        found = {}
        if not any(self.d_model % heads == 0 for heads in range(2, 65)):
            found["heads"] = "no other number of heads divides d_model."
        if self.heads == 1:
            found["kv_heads"] = "one head has its own keys."
            found["selected"] = "there is one head only."
        if len(self.tokens) == 1:
            found["query"] = "there is one word only."
            found["seed"] = "one word can only look at itself."
        return found

    def sources(self) -> Mapping[str, Array]:
        """The queries and keys as they were drawn."""
        return {"q": self.q, "k": self.k}
