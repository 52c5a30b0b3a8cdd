"""
One [attention](attention) pattern can follow one idea at a time: the word before, or the
same word again. **Multi-head attention** follows several: the columns of q, k and v are cut
into h groups, every group attends on its own, the findings are laid side by side, and W_O
mixes them.

Move `heads`. The blocks below get narrower, the parameters stay: W_q, W_k, W_v and W_O are
d×d each, wherever you cut. Nothing of the sentence is cut, either: every head's square is
as large as the sentence, it just reads it through d_model/heads channels. That has a price:
at 32 heads two channels are left, “same word” takes others for it, and places four words
apart look alike.

Set `ablate` to switch a head off. The output loses exactly that head's columns times its
rows of W_O, nothing else: heads are added up.

The q and k of the first heads are **designed**: a word comes in as a row of dials, some for
its place (see [positions](positions)), the others for the word, and each head counts how far
some of them agree: from −8 to 8, so that you can check it by hand. Further heads, v and W_O
are random. Trained heads are rarely this tidy.

*Often misread:* that more heads mean more parameters, or that each head gets a part of the
sentence. What does grow is the number of squares. Next: how far layers see, in the
[receptive field](receptive-field).
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_transformer.concept import Concept
from tui_transformer.concepts import _heads_design as design
from tui_transformer.concepts import _heads_figure as panels
from tui_transformer.concepts import _heads_writing as writing
from tui_transformer.concepts._heads_says import says
from tui_transformer.concepts._heads_tasks import CHALLENGES
from tui_transformer.controls import (
    Array,
    Index,
    Integer,
    choice,
    integer,
    seed,
    text,
    toggle,
)
from tui_transformer.figure import Figure
from tui_transformer.model import Model, T, derived, value
from tui_transformer.nn.words import Sentence, split

SENTENCE = "the cat sat on the mat and the dog sat"
SAMPLES = (
    SENTENCE,
    "The animal didn't cross the street because it was too wide",
    "row, row, row your boat, gently down the stream",
    "a rose is a rose is a rose",
)
MOST_WEIGHTS = 2**20  # of attention, in all heads: more would make a key wait
LADDER = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)


@dataclass(frozen=True, kw_only=True)
class Width(Integer):
    """A width; keys and clicks stop where it can be cut in many ways, any other can be typed."""

    def nudge(self, value: Any, amount: int, scope: object, index: Index = None) -> int:
        """Move by so many rungs."""
        beyond = [x for x in LADDER if x > value] if amount > 0 else [
            x for x in reversed(LADDER) if x < value]  # fmt: skip
        return beyond[min(abs(amount), len(beyond)) - 1] if beyond else int(value)

    def place(self, value: Any, fraction: float, scope: object, index: Index = None) -> int:
        """Take the rung nearest to a place of the gauge."""
        near = super().place(value, fraction, scope, index)
        return min(LADDER, key=lambda x: abs(x - near))


class unkept(value[T]):
    """A value that the model does not keep: it is large, and undo keeps hundreds of models."""

    def __get__(self, model: object | None, owner: type) -> Any:
        return self if model is None else self.compute(model)


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

    @unkept
    def attention(self) -> Array:
        """Who looks at whom, one square per head, [h, n, n]; rows add up to 1."""
        return self.run.attention

    @value
    def entropies(self) -> Array:
        """How widely each head looks: the mean entropy of its rows, in nats, [h]."""
        return self.run.entropies

    @value
    def d_head(self) -> int:
        """How many channels each head has: d_model / heads."""
        return self.d_model // self.heads

    @unkept
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

    @property
    def run(self) -> design.Run:
        """The layer's numbers, kept outside the model."""
        return design.run(self.layer)

    @property
    def kept(self) -> tuple[Array | None, ...]:
        """How much of each row lies where the head's label says, [n] each."""
        return design.kept(self.layer)

    @derived
    def shares(self) -> dict[int, float]:
        """How much of its attention each designed head has where its job is, on average."""
        return {head: float(k.mean()) for head, k in enumerate(self.kept) if k is not None}

    @property
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
    def written(self) -> Array:
        """What each head adds to the chosen word's output, whether it is on or off, [h, d]."""
        row = slice(self.query, self.query + 1)
        return np.vstack([design.written(self.layer, head, row) for head in range(self.heads)])

    def label(self, head: int) -> str:
        """Say what a head does."""
        job = self.layer.jobs[head]
        if job is None:
            return "random"
        if job.hidden(self.causal):
            return f"{job.name}: hidden"
        return f"{job.name}, blurred" if head in self.blurred else job.name


def view(m: Heads) -> Figure:
    """What each head looks at, what they write, and why it costs no parameter."""
    squares = [panels.square(m, head) for head in panels.shown(m)]
    return Figure(
        rows=(
            tuple(squares[:4]),
            (panels.heads_table(m),),
            *((tuple(squares[4:]),) if squares[4:] else ()),
            (writing.blocks(m),),
            (writing.writings(m),),
            *(((writing.losses(m),),) if m.ablate >= 0 else ()),
            (writing.cuts(m),),
            (panels.sentence(m),),
            writing.matrices(m),
        ),
        says=says(m),
        formula=writing.formula(m),
        data=data(m),
    )


def data(m: Heads) -> str:
    """Say where the numbers come from."""
    if m.weights == "random":
        return f"random (seed {m.seed})"
    return f"designed q, k; rest random (seed {m.seed})"


CONCEPT = Concept(
    Heads,
    view,
    presets={
        "four heads": {},
        "one head": {"heads": 1},
        "sixteen heads": {"heads": 16},
        "32 heads: it blurs": {"heads": 32},
        "same word off": {"ablate": 2},
        "eight heads, causal": {"heads": 8, "causal": True},
        "random weights": {"weights": "random"},
        "the size of GPT-2 small": {"d_model": 768, "heads": 12, "causal": True},
        "one channel each": {"d_model": 8, "heads": 8},
    },
    challenges=CHALLENGES,
)
