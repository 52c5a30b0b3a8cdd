"""
Every part is there: [attention](attention) lets words look at each other, a feed-forward
network works on each word by itself, [layer norm](layer-norm) keeps what they read at one
size. A **block** puts them beside a *stream* of vectors, one per word. Each part reads the
stream and says what should be added; nothing else changes it. That stream runs through all
blocks, and what the last one hands on is the input plus every edit.

Play walks through the stages and on through all blocks. ● and ⊕ are the stream, what stands
to their right is beside it; *length* is that of a typical word, *edit* how far the stage
moved the stream. Now switch `attention` and `feed_forward` off: nothing is added, and what
comes out is what went in, to the last bit.

*Often misread:* descriptions disagree on whether the norm comes first or last. Both exist.
In **pre-LN** (GPT-2) the norm reads a copy, so the stream keeps growing and each edit counts
for less. In **post-LN** (the 2017 paper) the norm stands in the stream: even without edits
it moves it. Nor does a block replace a word's vector: set `residual` off to see that.

All weights are random, from the seed; words are random vectors of their own, plus
[positions](positions). So the edits mean nothing yet: training gives them meaning. What a
block's sizes cost is in the [control panel](hyperparameters).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _block_figure as panels
from tui_transformer.concepts import _block_stack as stack
from tui_transformer.concepts._block_run import (
    STEPS,
    Passage,
    Settings,
    Stream,
    passage,
    stream_after,
)
from tui_transformer.concepts._block_says import says
from tui_transformer.controls import Array, choice, integer, seed, text, toggle
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.transformer import Block
from tui_transformer.nn.words import Sentence, split
from tui_transformer.numbers import number, share


@dataclass(frozen=True, eq=False)
class TransformerBlock(Model):
    """A sentence, a stack of equal blocks with random weights, and where the clock is."""

    attention: bool = toggle(True, help="Off: it adds nothing; its weights stay as they are.")
    feed_forward: bool = toggle(True, help="Off: it adds nothing; its weights stay as they are.")
    norm: str = choice("pre", "pre", "post", help="Norm before each part, or after each addition.")
    residual: bool = toggle(True, help="Off: what a part says replaces the stream.")
    normalize: bool = toggle(True, help="Off: both norms pass on what they get.")
    causal: bool = toggle(False, help="Let no word see the words after it.")
    activation: str = choice("gelu", "gelu", "relu", help="Bends the hidden units; exact GELU.")
    blocks: int = integer(1, 1, 96, log=True, help="How many blocks; each has its own weights.")
    stage: int = integer(
        0,
        0,
        lambda m: STEPS * m.blocks,
        help="The step that is lit: 8 a block, through all blocks.",
    )
    sentence: str = text(
        "the cat sat on the mat",
        max_length=20_000,
        samples=("the cat sat on the mat", "dog bites man", "man bites dog"),
        help="What goes in: any words, up to 256.",
    )
    token: int = integer(
        1, 0, lambda m: len(m.words) - 1, help="The word that is lit in every panel."
    )
    d_model: int = integer(16, 2, 128, step=2, help="Channels: how many numbers a word has.")
    heads: int = integer(
        2,
        1,
        lambda m: min(m.d_model, 32),
        divides="d_model",
        help="How many heads share the channels.",
    )
    seed: int = seed()

    @value
    def stages(self) -> dict[str, Array]:
        """What came about in the last block, by name and in its order, each [n, d_model].

        Row i is word i. pre: norm_1 = norm(input), attention = attention(norm_1),
        after_attention = input + attention, norm_2 = norm(after_attention),
        feed_forward = feed_forward(norm_2), output = after_attention + feed_forward.
        post: attention = attention(input), after_attention = input + attention,
        norm_1 = norm(after_attention), feed_forward = feed_forward(norm_1),
        norm_2 = norm(norm_1 + feed_forward), output = norm_2. Without the residual the first
        summand of each sum is left out; a part that is off is all 0.
        """
        return self.last.trace.stages

    @value.named("attention")
    def attention_shares(self) -> Array:
        """Who looks at whom in the last block, [h, n, n]: head, query, key; rows add up to 1.

        softmax(q·kᵀ/√d_head), d_head = d_model/heads; causal gives later words exactly 0.
        All 0 where attention is off.
        """
        return self.last.trace.weights

    @value
    def output(self) -> Array:
        """What the last block hands on, [n, d_model]."""
        return self.last.trace.output

    @value
    def parameter_count(self) -> int:
        """How many weights one block has, 12·d_model² + 13·d_model, whatever is switched off."""
        return self.settings.plan.parameter_count()

    @value
    def weights(self) -> dict[str, Array]:
        """All weights of the last block. Row vectors times matrices: y = x·W + b, W [in, out].

        norm_1.* and norm_2.*: gain and bias [d_model], norm(x) = gain·(x − mean)/√(variance +
        ε) + bias over a row, population variance, ε = 1e-5. attention.w_q, w_k, w_v, w_o
        [d_model, d_model] and their b_* [d_model]; heads are consecutive groups of d_head
        columns of q, k and v, head 0 first, and what they found is joined in the same order
        before w_o. feed_forward.w_1 [d_model, 4·d_model], b_1, then the activation (gelu is
        the exact x·Φ(x) with erf), then w_2 [4·d_model, d_model], b_2.
        """
        return self.last.weights

    @value
    def tokens(self) -> tuple[str, ...]:
        """The words of the sentence, n of them.

        Each is a standard normal vector from its own hash and the seed, plus the sinusoidal
        encoding of its place: stages.input of the first block.
        """
        return self.words

    @value
    def stream_norms(self) -> tuple[float, ...]:
        """The stream's length a word, √(mean squared row length): 2·blocks + 1 of them.

        Of the first block's input, then after each half of each block (in post-LN after that
        half's norm).
        """
        return self.after.sizes

    @value
    def stream_edits(self) -> tuple[float, ...]:
        """How far each half of each block moved the stream, measured the same way: 2·blocks."""
        return self.after.moves

    def idle(self) -> Mapping[str, str]:
        """Nobody looks where attention is off or there is one word."""
        idle = {} if self.attention else {"causal": "Attention is off: nobody looks at all."}
        if len(self.words) == 1:
            idle = {
                "token": "There is one word, and it is lit.",
                "causal": "One word has no later word to see.",
            }
        return idle

    @derived
    def typed(self) -> Sentence:
        """The sentence in its words."""
        return split(self.sentence)

    @derived
    def words(self) -> tuple[str, ...]:
        """The words themselves."""
        return self.typed.words

    @derived
    def settings(self) -> Settings:
        """All that the numbers depend on, without the clock and the lit word."""
        plan = Block(
            self.d_model,
            self.heads,
            4 * self.d_model,
            "pre" if self.norm == "pre" else "post",
            self.activation,
            attention=self.attention,
            feed_forward=self.feed_forward,
            residual=self.residual,
            normalize=self.normalize,
        )
        return Settings(self.words, plan, self.causal, self.seed)

    @derived
    def after(self) -> Stream:
        """The stream after all blocks."""
        return stream_after(self.settings, self.blocks)

    @derived
    def last(self) -> Passage:
        """The last block."""
        return passage(self.settings, self.blocks - 1)

    @derived
    def here(self) -> Passage:
        """The block that the clock is in; the end of one is shown as its output."""
        return passage(self.settings, max(self.stage - 1, 0) // STEPS)

    @derived
    def step(self) -> int:
        """How many steps the clock has gone in this block, 0..8."""
        return self.stage - STEPS * self.here.index

    @derived
    def stage_name(self) -> str:
        """The stage that is lit."""
        return self.settings.order[self.step]


def view(m: TransformerBlock) -> Figure:
    """The path, the stream beside what the stage does, and the way through all blocks."""
    return Figure(
        rows=(
            (panels.path(m),),
            (panels.stream(m), panels.work(m)),
            (stack.along(m), stack.word_table(m)),
            (stack.orders(m), stack.ledger(m)),
        ),
        says=says(m),
        formula=panels.formula(m),
        data=f"yours, random (seed {m.seed})",
    )


def unchanged(m: TransformerBlock) -> bool:
    """Whether the last block hands on exactly what it was given."""
    return np.array_equal(m.output, m.stages["input"])


def edits(m: TransformerBlock) -> tuple[float, float]:
    """How far the two halves of the last block moved the stream, as shares of its length."""
    attention, feed_forward = m.stream_edits[-2:]
    before = m.stream_norms[-3]
    return attention / before, feed_forward / before


NOTHING = {"attention": False, "feed_forward": False}
CONCEPT = Concept(
    TransformerBlock,
    view,
    presets={
        "pre-LN": {},
        "post-LN": {"norm": "post"},
        "pre-LN, nothing added": NOTHING,
        "post-LN, nothing added": {"norm": "post", **NOTHING},
        "no residual": {"residual": False, "stage": 8},
        "12 blocks, pre-LN": {"blocks": 12, "stage": 96},
        "12 blocks, post-LN": {"blocks": 12, "norm": "post", "stage": 96},
        "12 blocks, no norms": {"blocks": 12, "normalize": False, "stage": 96},
        "causal, ReLU": {"causal": True, "activation": "relu", "stage": 2},
    },
    challenges=(
        Challenge(
            "make the block hand on exactly what it was given",
            lambda m: m.residual and unchanged(m),
            NOTHING,
            keys="right down right",
            hint="What adds something to the stream? Switch it off.",
            seen=lambda m: (
                f"Both edits are 0: {len(m.words)} × {m.d_model} numbers go in, and the same "
                "come out, to the last bit."
            ),
        ),
        Challenge(
            "with both parts off and the residual on, let the stream be changed all the same",
            lambda m: m.residual and not (m.attention or m.feed_forward) and not unchanged(m),
            {**NOTHING, "norm": "post"},
            hint="Where would a norm have to stand to touch the stream?",
            seen=lambda m: (
                "No part adds anything; post-LN's norms alone make the stream "
                f"{number(m.stream_norms[-3], 3)} → {number(m.stream_norms[-1], 3)} long."
            ),
        ),
        Challenge(
            "with all parts on, find a block whose two edits each move the stream by < 15 %",
            lambda m: (
                m.attention
                and m.feed_forward
                and m.residual
                and m.normalize
                and max(edits(m)) < 0.15
            ),
            {"blocks": 48},
            hint="The stream of pre-LN grows; the edits do not.",
            seen=lambda m: (
                f"Block {m.blocks} moves a stream {number(m.stream_norms[-3], 3)} long by "
                f"{share(edits(m)[0])} and {share(edits(m)[1])} of that."
            ),
        ),
    ),
    clock="stage",
)
