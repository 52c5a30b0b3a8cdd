"""
The transformer of 2017 had two halves. An **encoder** reads the whole source at once; a
**decoder** writes the answer, one sign after another. Here the task is one where anybody can
see what is right: say the letters backwards. The weights are **trained**, for words of up to ten
letters.

So there are three kinds of [attention](attention). In the encoder all letters see all. In the
decoder a row sees only what has been written before it. And in **cross-attention** the query
comes from the decoder, key and value from the encoder: a rectangle, one row per sign written,
one column per letter read, and nothing masked, for the source is all there already.

Press `.` for the next sign. To write the first letter it looks at the last, and so on: the
rectangle fills from the top right to the bottom left, an anti-diagonal that nobody designed.
Change a letter of `source`, or type your own.

Now type eleven letters. Mostly it turns the first ten round and stops: no eleventh place ever
came up in training. With `teacher_forcing` each row is given the right beginning instead of what
it wrote itself. That is how it was trained; where it makes no mistake, nothing changes.

*Often misread:* that cross-attention compares both texts with themselves. It compares what
is to be written with what was read. The [block](block) of a decoder-only model leaves it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _encoder_decoder_figure as panels
from tui_transformer.concepts import _reverser_network as network
from tui_transformer.controls import Array, integer, letters, toggle
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.encoder_decoder import Pass
from tui_transformer.nn.reversing import LETTERS, LONGEST, PLAN, SIGNS, TRAINED
from tui_transformer.nn.softmax import softmax
from tui_transformer.numbers import probability

END = SIGNS[-1]


@dataclass(frozen=True, eq=False)
class EncoderDecoder(Model):
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

    def __post_init__(self) -> None:
        """Make sure that the weights are there and whole before anything else."""
        network.weights()
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
    def expected(self) -> str:
        """The right answer."""
        return self.source[::-1]

    @value
    def parameter_count(self) -> int:
        """How many numbers were trained."""
        return PLAN.parameter_count()

    def idle(self) -> Mapping[str, str]:
        """One row cannot be chosen among; a teacher matters from the first mistake on."""
        idle = {"row": "There is one row, and it is looked at."} if self.rows == 1 else {}
        both = [
            (network.read(self.source, forced, self.steps), said[: self.steps])
            for forced in (False, True)
            for said in [network.said(self.source, forced)]
        ]
        if both[0] == both[1]:
            idle["teacher_forcing"] = "Before the first mistake a teacher changes nothing."
        return idle

    @derived
    def said(self) -> str:
        """Everything it says in the end, with the end sign."""
        return network.said(self.source, self.teacher_forcing)

    @derived
    def read(self) -> str:
        """What the decoder reads, row by row: the start sign, then letters, [m]."""
        return network.read(self.source, self.teacher_forcing, self.steps)

    @derived
    def rows(self) -> int:
        """How many rows the decoder has: one for the start, one for each sign given to it."""
        return len(self.read)

    @derived
    def run(self) -> Pass:
        """Everything that happens on the way through both halves."""
        return network.run(self.source, self.teacher_forcing, self.steps)

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
        crossing: Array = self.cross_attention[self.head, self.at]
        return crossing

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


def view(m: EncoderDecoder) -> Figure:
    """The words, the three attentions, the next sign, and the chosen row in numbers."""
    return Figure(
        rows=(
            (panels.source(m), panels.written(m)),
            (panels.cross(m), panels.encoder(m), panels.decoder(m)),
            (panels.next_sign(m), panels.row_table(m)),
            (panels.wiring(),),
            (panels.scores(m),),
        ),
        says=says(m),
        formula=panels.cross_working(m, m.at, int(np.argmax(m.crossing))),
        data=data(m),
    )


def data(m: EncoderDecoder) -> str:
    """Say where the weights come from, and whether training can have met this word."""
    if len(m.source) > TRAINED:
        return f"trained, on up to {TRAINED} letters"
    return "trained, never on this word" if panels.is_held_out(m.source) else "trained"


def says(m: EncoderDecoder) -> str:
    """Say which letter the chosen row looks at, or how the word came out."""
    n = len(m.source)
    if m.steps == n + 1 and m.at == m.rows - 1:
        return finished(m)
    sign = SIGNS[int(np.argmax(m.logits[m.at]))]
    top = int(np.argmax(m.crossing))
    w = probability(float(m.crossing[top]), 3)
    next_ = "the end" if sign == END else sign
    places = "the last letter" if top == n - 1 else f"letter {n - top} from the end"
    return f"Sign {m.at + 1} will be {next_}: it looks most at {m.source[top]}, {places}: {w}."


def finished(m: EncoderDecoder) -> str:
    """Say how the word came out."""
    if m.right:
        share = probability(m.mirror, 3)
        return f"{m.source} → {m.output}: right; the anti-diagonal holds {share} of a row."
    if m.said == m.source[:TRAINED][::-1] + END:
        return f"{m.source} → {m.output}: of the first {TRAINED} only; more were never trained."
    wrong = sum(a != b for a, b in zip(m.said.ljust(len(m.source) + 1), m.expected + END,
                                       strict=True))  # fmt: skip
    return f"{m.source} → {m.output}: wrong at {wrong} of {len(m.source) + 1} places."


CONCEPT = Concept(
    EncoderDecoder,
    view,
    clock="steps",
    presets={
        "a word it never saw": {},
        "written to the end": {"steps": 9},
        "the other head": {"steps": 9, "head": 0},
        "layer 1": {"steps": 9, "layer": 1},
        "one letter": {"source": "A"},
        "the same letter": {"source": "AAAAAAAA", "steps": 4},
        "ten letters": {"source": "REVERSIBLE", "steps": 11},
        "eleven: too long": {"source": "TRANSFORMER", "steps": 12},
        "eleven, with a teacher": {
            "source": "TRANSFORMER",
            "steps": 12,
            "teacher_forcing": True,
        },
    },
    challenges=(
        Challenge(
            "let it write a whole word and its end sign",
            lambda m: m.steps == len(m.source) + 1 and m.right,
            {"steps": 9},
            keys=". . . . . . . . .",
            hint="`.` asks for one sign.",
            seen=lambda m: (
                f"{m.output} and the end sign: in each of {m.rows} rows the right one of "
                f"{len(SIGNS)} signs scored highest."
            ),
        ),
        Challenge(
            "find a word that it gets wrong, written to the end",
            lambda m: m.steps == len(m.source) + 1 and not m.right,
            {"source": "TRANSFORMER", "steps": 12},
            hint="It was trained on one to ten letters.",
            seen=lambda m: (
                f"{len(m.source)} letters, and it was trained on {TRAINED} at most: "
                f"{m.output}, not {m.expected}."
            ),
        ),
        Challenge(
            "find a head with less than half of its attention on the anti-diagonal, by the end",
            lambda m: m.steps == len(m.source) + 1 and m.right and m.mirror < 0.5,
            {"steps": 9, "layer": 1},
            hint="There are two layers with two heads each.",
            seen=lambda m: (
                f"Layer {m.layer}, head {m.head}: {probability(m.mirror, 3)} of a row on the "
                f"anti-diagonal, and {m.output} is right all the same."
            ),
        ),
    ),
)
