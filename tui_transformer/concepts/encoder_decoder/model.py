"""What `encoder-decoder` computes: a word on its way through both halves of a transformer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts._neurons import Neurons
from tui_transformer.concepts.encoder_decoder import network
from tui_transformer.controls import integer, letters, toggle, wires
from tui_transformer.model import derived, value
from tui_transformer.nn import attention as att
from tui_transformer.nn.cutting import CROSS, Wire
from tui_transformer.nn.cutting_halves import contributions
from tui_transformer.nn.encoder_decoder import Pass
from tui_transformer.nn.made_up.reversing import LETTERS, LONGEST, PLAN, SIGNS
from tui_transformer.nn.softmax import softmax
from tui_transformer.steps.encoder_decoder import Halves
from tui_transformer.steps.written import Written

END = SIGNS[-1]


@dataclass(frozen=True, eq=False)
class EncoderDecoder(Neurons):
    """A word, how much of it has been written backwards, and where one looks inside."""

    source: str = letters(
        "STRESSED", LETTERS, length=(1, LONGEST), help="The letters that are to be reversed."
    )
    steps: int = integer(
        0,
        0,
        lambda m: len(m.source) + 1,
        help="How many signs it has written; the end sign is the last.",
    )
    layer: int = integer(2, 1, PLAN.decoders, help="The layer that is looked into, in both halves.")
    head: int = integer(1, 0, PLAN.heads - 1, help="The head of that layer, from 0.")
    teacher_forcing: bool = toggle(
        False, help="Give every row the right beginning instead of what it wrote itself."
    )
    row: int = integer(
        -1,
        -1,
        lambda m: m.rows - 1,
        help="The row of the decoder that is looked at; −1 is the last.",
    )

    cut: str = wires((PLAN.decoders, PLAN.heads, PLAN.block.d_ff), halves=True)

    def __post_init__(self) -> None:
        """Make sure that the weights are there and whole before anything else."""
        network.weights()
        # How many steps there are depends on what is cut, though it is declared after them.
        object.__setattr__(self, "cut", self.controls()["cut"].clean(self.cut, self))
        super().__post_init__()

    @value
    def output(self) -> str:
        """What it has written so far, without the end sign at its end."""
        return self.said[: self.steps].removesuffix(END)

    @value
    def encoder_attention(self) -> Array:
        """Which letter of the source looks at which, in the chosen layer, [h, n, n]."""
        return self.run.encoded[self.layer - 1].weights

    @value
    def decoder_attention(self) -> Array:
        """Which row looks at which sign written before, causal, [h, m, m]."""
        return self.run.decoded[self.layer - 1].own.weights

    @value
    def cross_attention(self) -> Array:
        """Which row looks at which letter of the source, without a mask, [h, m, n]."""
        return self.run.decoded[self.layer - 1].crossed.weights

    @value
    def logits(self) -> Array:
        """The score of every sign to come next, A to Z, start and end, in every row, [m, 28]."""
        return self.run.logits

    @value
    def contributions(self) -> list[tuple[str, float]]:
        """Who wrote the highest logit of the row looked at: the decoder's parts add up to it."""
        return list(contributions(PLAN, self.weights, self.run, self.at, self.highest).items())

    @value
    def expected(self) -> str:
        """The right answer."""
        return self.source[::-1]

    @value
    def parameter_count(self) -> int:
        """How many numbers were trained."""
        return PLAN.parameter_count()

    def sources(self) -> Mapping[str, Array]:
        """The weights of the transformer, with what is cut as 0."""
        return self.weights

    def wire(self) -> Wire:
        """The head of cross-attention that is looked at."""
        return Wire(self.layer - 1, f"{CROSS}{self.head}", half="d")

    def idle(self) -> Mapping[str, str]:
        """One row cannot be chosen among; a teacher matters from the first mistake on."""
        idle = {"row": "There is one row, and it is looked at."} if self.rows == 1 else {}
        both = [
            (network.read(self.source, forced, self.steps, self.cut), said[: self.steps])
            for forced in (False, True)
            for said in [network.said(self.source, forced, self.cut)]
        ]
        if both[0] == both[1]:
            idle["teacher_forcing"] = "Before the first mistake a teacher changes nothing."
        return idle

    @derived
    def weights(self) -> Mapping[str, Array]:
        """The trained weights, with the rows of what is cut as 0."""
        return network.weights_without(self.cut)

    @derived
    def highest(self) -> int:
        """The sign that scores highest in the row that is looked at."""
        return int(np.argmax(self.logits[self.at]))

    @derived
    def written(self) -> Written:
        """The components of its score, with names."""
        return Written(self.inside, self.at, self.highest)

    @derived
    def said(self) -> str:
        """Everything it says in the end, with the end sign."""
        return network.said(self.source, self.teacher_forcing, self.cut)

    @derived
    def read(self) -> str:
        """What the decoder reads, row by row: the start sign, then letters, [m]."""
        return network.read(self.source, self.teacher_forcing, self.steps, self.cut)

    @derived
    def rows(self) -> int:
        """How many rows the decoder has: one for the start, one for each sign given to it."""
        return len(self.read)

    @derived
    def run(self) -> Pass:
        """Everything that happens on the way through both halves."""
        return network.run(self.source, self.teacher_forcing, self.steps, self.cut)

    @derived
    def inside(self) -> Halves:
        """The same way with names: how each of its numbers came about."""
        return Halves(PLAN, self.weights, self.run)

    @derived
    def cross_scores(self) -> Array:
        """How well each letter's key fits each row's query, q·k/√16, [h, m, n]."""
        looked = self.run.decoded[self.layer - 1].crossed
        return att.scores(looked.q, looked.k)

    @derived
    def at(self) -> int:
        """The row that is looked at."""
        return self.row if self.row >= 0 else self.rows - 1

    @derived
    def chances(self) -> Array:
        """The probability of every next sign in every row, [m, 28]."""
        return softmax(self.logits)

    @derived
    def crossing(self) -> Array:
        """How the chosen row shares out its attention over the source, [n]."""
        return self.cross_attention[self.head, self.at]

    @derived
    def mirror(self) -> float:
        """The mean weight on the anti-diagonal: row i at the i-th letter from the end."""
        n = len(self.source)
        places = range(min(self.rows, n))
        return float(np.mean([self.cross_attention[self.head, i, n - 1 - i] for i in places]))

    @derived
    def right(self) -> bool:
        """Whether the whole answer is right, to its end."""
        return self.said == self.expected + END
