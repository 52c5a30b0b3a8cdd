"""What `heads` computes: a sentence read by several heads of attention side by side."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.heads import design
from tui_transformer.concepts.heads.width import Width
from tui_transformer.controls import choice, integer, seed, text, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.made_up.words import Sentence, split
from tui_transformer.terms import Named
from tui_transformer.text import shorten

SENTENCE = "the cat sat on the mat and the dog sat"
SAMPLES = (
    SENTENCE,
    "The animal didn't cross the street because it was too wide",
    "row, row, row your boat, gently down the stream",
    "a rose is a rose is a rose",
)
MOST_WEIGHTS = 2**20  # of attention, in all heads: more would make a key wait
ROWS = 16  # so many heads are listed one by one


@dataclass(frozen=True, eq=False)
class Heads(Model):
    """A sentence, read by several heads of attention side by side."""

    sentence: str = text(
        SENTENCE, max_length=20_000, samples=SAMPLES, help="Any words of yours, up to 256."
    )
    d_model: int = dataclasses.field(
        default=64,
        metadata={
            "control": Width(
                default=64, low=4, high=1024, log=True, help="How many numbers a word has."
            )
        },
    )
    heads: int = integer(
        4, 1, lambda m: m.most_heads, divides="d_model", help="Into how many heads d_model is cut."
    )
    weights: str = choice(
        "designed",
        "designed",
        "random",
        help="The q and k of the first heads written by hand, or all drawn.",
    )
    ablate: int = integer(
        -1, -1, lambda m: m.heads - 1, help="The head that is switched off; −1 for none."
    )
    query: int = integer(
        9, 0, lambda m: len(m.tokens) - 1, help="The word whose row is read, from 0."
    )
    causal: bool = toggle(False, help="Let no word see the words after it.")
    seed: int = seed()

    @value
    def attention(self) -> Array:
        """Who looks at whom, one square per head, [h, n, n]; rows add up to 1."""
        return self.run.attention

    @value
    def entropies(self) -> Array:
        """How widely each head looks: the mean entropy of its rows, in nats, [h]."""
        return np.mean(self.row_entropies, axis=-1)

    @value
    def d_head(self) -> int:
        """How many channels each head has: d_model / heads."""
        return self.d_model // self.heads

    @value
    def output(self) -> Array:
        """What the layer hands on, without the head that is off, [n, d_model]."""
        return design.output(self.layer, self.ablate)

    @value
    def parameter_count(self) -> int:
        """How many numbers W_q, W_k, W_v, W_O and their biases are: 4d² + 4d."""
        return self.layer.weights.size

    @derived
    def split(self) -> Sentence:
        """The sentence in its words."""
        return split(self.sentence)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words of the sentence; the first 256 of a longer one."""
        return self.split.words

    def name(self, place: int) -> str:
        """Name a word of the sentence."""
        return shorten(self.tokens[place], 12)

    @property
    def most_heads(self) -> int:
        """How many heads there can be; a long sentence leaves room for fewer squares."""
        return min(self.d_model, MOST_WEIGHTS // len(self.tokens) ** 2)

    @derived
    def layer(self) -> design.State:
        """What the layer's numbers depend on."""
        return design.State(
            self.tokens, self.weights, self.d_model, self.heads, self.causal, self.seed
        )

    @derived
    def run(self) -> design.Run:
        """The layer's numbers."""
        return design.run(self.layer)

    @derived
    def x(self) -> Array:
        """The words as they come in, as dials, [n, d]."""
        return design.inputs(self.tokens, self.d_model, self.seed)

    @derived
    def q(self) -> Array:
        """What each word asks in each head, [h, n, d_head]."""
        return self.run.q

    @derived
    def k(self) -> Array:
        """What each word answers to in each head, [h, n, d_head]."""
        return self.run.k

    @derived
    def v(self) -> Array:
        """What each word passes on in each head, [h, n, d_head]."""
        return self.run.v

    @derived
    def scores(self) -> Array:
        """How well each key fits each query, q·k/√d_head, [h, n, n]."""
        return self.run.scores

    @derived
    def row_entropies(self) -> Array:
        """How widely each word looks in each head, in nats, [h, n]."""
        return self.run.row_entropies

    @derived
    def found(self) -> Array:
        """What the heads find, side by side, [n, d]."""
        return self.run.found

    @derived
    def kept(self) -> tuple[Array | None, ...]:
        """How much of each row lies where the head's label says, [n] each."""
        return design.kept(self.layer)

    @derived
    def shares(self) -> dict[int, float]:
        """How much of its attention each designed head has where its job is, on average."""
        return {head: float(k.mean()) for head, k in enumerate(self.kept) if k is not None}

    @derived
    def seen(self) -> int:
        """How many words the chosen one may see."""
        return self.query + 1 if self.causal else len(self.tokens)

    @derived
    def top(self) -> Array:
        """The largest score of the chosen word in each head, [h]."""
        return np.max(self.scores[:, self.query, : self.seen], axis=-1)

    @derived
    def uses(self) -> list[int]:
        """How many channels of q and k each head really uses."""
        return [
            job.uses(self.d_model, self.d_head) if job else self.d_head for job in self.layer.jobs
        ]

    @derived
    def blurred(self) -> tuple[int, ...]:
        """The heads that keep less than 0.9 of their attention there."""
        return tuple(head for head, share in self.shares.items() if share < 0.9)

    def idle(self) -> Mapping[str, str]:
        """One word alone can only look at itself, and a prime width is not cut in two."""
        idle = {}
        if not any(self.d_model % heads == 0 for heads in range(2, self.most_heads + 1)):
            idle["heads"] = "no other number of heads divides d_model."
        if len(self.tokens) == 1:
            idle["query"] = "there is one word only."
            if not any(job is not None and job.offset > 0 for job in self.layer.jobs):
                idle["causal"] = "no word comes after the one."
        return idle

    @derived
    def channels(self) -> tuple[str, ...]:
        """What the channels are called: each by its index."""
        return tuple(map(str, range(self.d_model)))

    @derived
    def written(self) -> Array:
        """What each head adds to the chosen word's output, whether it is on or off, [h, d]."""
        row = slice(self.query, self.query + 1)
        return np.vstack([design.written(self.layer, head, row) for head in range(self.heads)])

    @derived
    def lengths(self) -> Array:
        """How much each head writes into the chosen word: the length of it, [h]."""
        return np.linalg.norm(self.written, axis=1)

    def shown(self, most: int) -> list[int]:
        """List the heads there is room for: the first, and always the one that is off."""
        listed = list(range(min(self.heads, most)))
        return listed if self.ablate < len(listed) else [*listed[:-1], self.ablate]

    @derived
    def listed(self) -> list[int]:
        """The heads that are listed one by one."""
        return self.shown(ROWS)

    @derived
    def others(self) -> list[int]:
        """The heads that are listed together."""
        return [head for head in range(self.heads) if head not in self.listed]

    @derived
    def added(self) -> Array:
        """The chosen word's output as a sum: each listed head, the others, b_O, then the sum."""
        parts = [self.written[self.listed]]
        if self.others:
            parts.append(self.written[self.others].sum(axis=0, keepdims=True))
        each = np.concatenate([*parts, self.layer.weights.b_o[None]])
        return np.vstack([each, each[self.on].sum(axis=0)])

    @derived
    def on(self) -> list[int]:
        """The rows of that sum which count: all but that of the head that is off."""
        rest = range(len(self.listed), len(self.listed) + bool(self.others) + 1)
        return [*(row for row, head in enumerate(self.listed) if head != self.ablate), *rest]

    @derived
    def lost(self) -> Array:
        """What the head that is off would have written into each word, [n, d]."""
        return design.written(self.layer, self.ablate, slice(None))

    @derived
    def losses(self) -> Array:
        """How long that is, [n]."""
        return np.linalg.norm(self.lost, axis=1)

    @derived
    def keeps(self) -> Array:
        """How long each word's output is, [n]."""
        return np.linalg.norm(self.output, axis=1)

    @derived
    def cuts(self) -> list[int]:
        """Into how many heads the width can be cut: some around the chosen number, 1 and d."""
        d = self.d_model
        divisors = [heads for heads in range(1, d + 1) if d % heads == 0]
        start = min(max(divisors.index(self.heads) - 2, 1), max(len(divisors) - 6, 1))
        return sorted({1, d, *divisors[start : start + 5]})

    @derived
    def costs(self) -> list[tuple[int, ...]]:
        """What each cut costs: d_head, all parameters, q, k and v of one head, W_O, weights."""
        d, squares = self.d_model, len(self.tokens) ** 2
        table: list[tuple[int, ...]] = []
        for heads in self.cuts:
            one, w_o = 3 * (d + 1) * (d // heads), d * d + d
            table.append((d // heads, heads * one + w_o, one, w_o, heads * squares))
        return table

    @derived
    def parameters(self) -> Mapping[str, Named]:
        """The weights by name: drawn ones, and W_q, W_k and theirs where they are designed."""
        by_hand = ("W_q", "b_q", "W_k", "b_k") if self.weights == "designed" else ()
        return {
            name: Named(name, array, "weight" if name in by_hand else "draw")
            for name, array in self.sources().items()
        }

    def sources(self) -> Mapping[str, Array]:
        """The projections with their biases, and what was drawn for the words."""
        draws = design.word_draws(self.tokens, self.d_model, self.seed)
        return {**self.layer.weights.by_name(), "word_draws": draws}

    def label(self, head: int) -> str:
        """Say what a head does."""
        job = self.layer.jobs[head]
        if job is None:
            return "random"
        if job.hidden(self.causal):
            return f"{job.name}: hidden"
        return f"{job.name}, blurred" if head in self.blurred else job.name
