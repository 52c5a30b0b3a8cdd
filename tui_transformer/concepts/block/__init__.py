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

Weights are random, from the seed; words are random vectors of their own, plus
[positions](positions). So the edits mean nothing. `weights` *sorter* takes three blocks that
learned to sort A, B and C. What sizes cost is in the [control panel](hyperparameters).
"""

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.block.model import TransformerBlock
from tui_transformer.concepts.block.view import view
from tui_transformer.numbers import number, share


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
    groups={
        "path": {"norm": "", "residual": "res", "normalize": "norm"},
        "inside": {"causal": "causal", "activation": "", "weights": ""},
        "word": {"sentence": "", "token": ""},
        "size": {"d_model": "d", "heads": "h", "seed": "seed"},
    },
    presets={
        "pre-LN": {},
        "post-LN": {"norm": "post"},
        "pre-LN, no attention": {"attention": False},
        "learned: the sorter's": {
            "weights": "sorter",
            "sentence": "C B A B B C",
            "causal": True,
            "blocks": 3,
        },
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
                f"Both edits are 0: {len(m.words)} × {m.width} numbers go in, and the same "
                "come out, to the last bit."
            ),
        ),
        Challenge(
            "both parts off and the residual on, let the stream change all the same",
            lambda m: m.residual and not (m.attention or m.feed_forward) and not unchanged(m),
            {**NOTHING, "norm": "post"},
            hint="Where would a norm have to stand to touch the stream?",
            seen=lambda m: (
                "No part adds anything; post-LN's norms alone make the stream "
                f"{number(m.stream_norms[-3], 3)} → {number(m.stream_norms[-1], 3)} long."
            ),
        ),
        Challenge(
            "with ReLU, all parts on: a block whose two edits each move the stream < 15 %",
            lambda m: (
                m.activation == "relu"
                and not m.trained
                and m.attention
                and m.feed_forward
                and m.residual
                and m.normalize
                and max(edits(m)) < 0.15
            ),
            {"blocks": 48, "activation": "relu"},
            hint="The stream of pre-LN grows; the edits do not.",
            seen=lambda m: (
                f"Block {m.blocks} moves a stream {number(m.stream_norms[-3], 3)} long by "
                f"{share(edits(m)[0])} and {share(edits(m)[1])} of that."
            ),
        ),
    ),
    clock="stage",
)
