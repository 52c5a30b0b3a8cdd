"""
Everything so far, once, complete: embedding, positions, three [blocks](block), a head. This
transformer has 85,584 numbers, and training found all of them. It reads six letters and gives
them out in order, one at a time; each goes back in before the next is due.

Change a letter with `→`. Press `.` to let one out, or `space` for all. Nothing is prepared:
each press runs the network, and any number you pin shows its sum.

When does it know? *Read off ▸* takes the vector on its way and asks the output head anyway
(the *logit lens*). Unread, a place says its own letter again. Where another one is due, that
is right in no case, after layer 1 in 8 %, after layer 2 in 97 %, after layer 3 always.

How? In layer 1 equal letters get equal shares of [attention](attention), to a percent or
two on average, wherever they stand. Sorting so few letters is counting, and a weighted average
counts. Let four letters out and take head 2: the two C still due get most of what it looks at.

Of the 729 possible lines 364 never came up in training, among them the one you start with.
All come out sorted.

*Often misread:* that it runs a sorting algorithm, or looks up what it memorised. It found
weights whose sums come out right on such lines. And at the first five
[positions](positions) nothing was ever asked: what they say means nothing.
"""

from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _sorter_figure as panels
from tui_transformer.concepts import _sorter_network as network
from tui_transformer.concepts import _sorter_reading as reading
from tui_transformer.controls import Array, integer, letters
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.gpt import Pass
from tui_transformer.nn.softmax import softmax
from tui_transformer.nn.sorting import LENGTH, LETTERS, PLAN
from tui_transformer.nn.transformer import Trace
from tui_transformer.numbers import probability


@dataclass(frozen=True, eq=False)
class Sorter(Model):
    """Six letters, how many of the sorted ones are out, and where one looks inside."""

    letters: str = letters("CBABBC", LETTERS, help="The six letters that are to be sorted.")
    steps: int = integer(0, 0, LENGTH, help="How many letters it has given out.")
    layer: int = integer(2, 1, PLAN.layers, help="The layer that is looked into.")
    head: int = integer(1, 0, PLAN.heads - 1, help="The head of that layer, from 0.")
    position: int = integer(
        -1,
        -1,
        lambda m: m.places - 1,
        help="The place that is looked at, from 0; −1 is always the last.",
    )

    def __post_init__(self) -> None:
        """Make sure that the weights are there and whole before anything else."""
        network.weights()
        super().__post_init__()

    @value
    def output(self) -> str:
        """The letters that it has given out so far."""
        return network.answer(self.letters)[: self.steps]

    @value
    def attention(self) -> Array:
        """Who looks at whom in the chosen layer, [h, t, t]; rows add up to 1."""
        return self.trace.weights

    @value
    def logits(self) -> Array:
        """The score of each letter to come next, at every place, [t, 3]."""
        return self.run.logits

    @value
    def lens(self) -> Array:
        """The same scores read off before the first layer and after each, [layers + 1, t, 3]."""
        return network.lens(self.letters, self.steps)

    @value
    def residual(self) -> Array:
        """The stream of vectors after the chosen layer, [t, 48]."""
        return self.trace.output

    @value
    def parameter_count(self) -> int:
        """How many numbers were trained: 3·48 + 11·48 + 3·(12·48² + 13·48) + 2·48."""
        return PLAN.parameter_count()

    @value
    def seen_in_training(self) -> bool:
        """Whether training ever showed it this line of six letters."""
        return network.was_seen(self.letters)

    @derived
    def places(self) -> int:
        """How many letters it reads: the six and those given out, but never the last of them."""
        return min(LENGTH + self.steps, PLAN.context)

    @derived
    def read(self) -> str:
        """The letters that it reads, [t]."""
        return (self.letters + self.output)[: self.places]

    @derived
    def run(self) -> Pass:
        """Everything that happens on the way through the network."""
        return network.run(self.letters, self.steps)

    @derived
    def trace(self) -> Trace:
        """What happens in the chosen layer."""
        return self.run.traces[self.layer - 1]

    @derived
    def at(self) -> int:
        """The place that is looked at."""
        return self.position if self.position >= 0 else self.places - 1

    @derived
    def asked(self) -> bool:
        """Whether an answer is expected from that place: from the sixth letter on."""
        return self.at >= LENGTH - 1

    @derived
    def row(self) -> Array:
        """How the chosen place shares out its attention in the chosen head, [t]."""
        row: Array = self.attention[self.head, self.at]
        return row

    @derived
    def chances(self) -> Array:
        """The probability of each next letter, read off after each layer, [layers + 1, t, 3]."""
        return softmax(self.lens)

    @derived
    def guesses(self) -> str:
        """The likeliest next letter at the chosen place, read off after each layer."""
        return "".join(LETTERS[int(i)] for i in np.argmax(self.lens[:, self.at], axis=-1))

    @derived
    def known(self) -> int:
        """After how many layers the chosen place says what it says at the end, from there on."""
        others = [at for at, guess in enumerate(self.guesses) if guess != self.guesses[-1]]
        return others[-1] + 1 if others else 0

    @derived
    def chance(self) -> float:
        """The probability of the letter that the chosen place gives out."""
        return float(np.max(self.chances[-1, self.at]))


def view(m: Sorter) -> Figure:
    """What it reads, where it looks, what comes next, and when it knows."""
    return Figure(
        rows=(
            (panels.line(m),),
            (panels.square(m), reading.read_off(m)),
            (reading.next_letter(m), panels.by_letter(m)),
            (reading.when_it_knows(m),),
            (panels.row_table(m),),
            (reading.scores(m),),
            (reading.stream(m),),
        ),
        says=says(m),
        formula=reading.chance_working(m, PLAN.layers, m.at, LETTERS.index(m.guesses[-1])),
        data="trained, on this line too" if m.seen_in_training else "trained, never on this line",
    )


def says(m: Sorter) -> str:
    """Say what comes next and since when that was known."""
    letter, p = m.guesses[-1], probability(m.chance, 5)
    if not m.asked:
        return f"Place {m.at} was never asked in training: its {letter} ({p}) means nothing."
    if m.steps == LENGTH and m.at == m.places - 1:
        new = "" if m.seen_in_training else "; training never showed it this line"
        return f"{m.letters} → {m.output}: sorted{new}."
    said = f"After {m.read[: m.at + 1][:LENGTH]}{'→' * (m.at >= LENGTH)}{m.read[LENGTH : m.at + 1]}"
    if m.known == 0:
        return f"{said} comes {letter} again ({p}): said before any layer."
    before = m.guesses[m.known - 1]
    return f"{said} comes {letter} ({p}); {before} until layer {m.known} decides."


def less_sure(m: Sorter) -> bool:
    """Whether the first letter to be given out is less than 0.9999 likely."""
    return m.at == LENGTH - 1 and m.chance < 0.9999


CONCEPT = Concept(
    Sorter,
    view,
    clock="steps",
    presets={
        "letters it never saw": {},
        "all given out": {"steps": 6},
        "a letter again": {"steps": 2},
        "looks for what is left": {"steps": 4, "head": 2},
        "backwards": {"letters": "CCBBAA"},
        "in order already": {"letters": "AABBCC"},
        "all the same": {"letters": "AAAAAA"},
        "least sure of all 729": {"letters": "BCCCCC"},
        "a place never asked": {"position": 2},
    },
    challenges=(
        Challenge(
            "let it give out all six letters",
            lambda m: m.steps == LENGTH and m.output == "".join(sorted(m.letters)),
            {"steps": 6},
            keys=". . . . . .",
            hint="`.` asks for one letter.",
            seen=lambda m: (
                f"{m.letters} → {m.output}: six passes, a letter each, and the least sure one was "
                f"{probability(float(m.chances[-1, LENGTH - 1 :].max(axis=-1).min()), 5)} likely."
            ),
        ),
        Challenge(
            "find a place that is asked and has the answer before any layer",
            lambda m: m.asked and m.known == 0,
            {"steps": 2},
            keys=". .",
            hint="What does a letter say if it has seen no other?",
            seen=lambda m: (
                f"Place {m.at} reads {m.read[m.at]} and {m.guesses[-1]} is due: unread, it says "
                f"so with {probability(float(m.chances[0, m.at].max()), 5)}."
            ),
        ),
        Challenge(
            "find six letters of which it is less than 0.9999 sure at the first",
            less_sure,
            {"letters": "BCCCCC"},
            hint="Hide one small letter among large ones, far from the end.",
            seen=lambda m: f"{m.letters}: {m.guesses[-1]} comes first, with {m.chance:.6f} only.",
        ),
        Challenge(
            "find a line that training did show it, and see whether it is any surer",
            lambda m: m.seen_in_training,
            {"letters": "BBBBBB"},
            hint="Half of all lines are; the data label below tells.",
            seen=lambda m: (
                f"Training showed it {m.letters}; here its {m.guesses[-1]} is "
                f"{probability(m.chance, 5)} likely."
            ),
        ),
    ),
)
