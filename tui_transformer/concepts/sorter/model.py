"""What `sorter` computes: a trained transformer's whole way from six letters to the next one."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts._neurons import Neurons
from tui_transformer.concepts.sorter import network
from tui_transformer.controls import integer, letters, wires
from tui_transformer.model import derived, value
from tui_transformer.nn import attention as att
from tui_transformer.nn.cutting import Wire, contributions
from tui_transformer.nn.gpt import Pass
from tui_transformer.nn.gpt import lens as gpt_lens
from tui_transformer.nn.made_up.sorting import LENGTH, LETTERS, PLAN
from tui_transformer.nn.softmax import softmax
from tui_transformer.nn.transformer import Trace
from tui_transformer.numbers import subscript
from tui_transformer.steps.gpt import Gpt
from tui_transformer.steps.written import Written


@dataclass(frozen=True, eq=False)
class Sorter(Neurons):
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
    cut: str = wires((PLAN.layers, PLAN.heads, PLAN.block.d_ff))

    def __post_init__(self) -> None:
        """Make sure that the weights are there and whole before anything else."""
        network.weights()
        super().__post_init__()

    @value
    def output(self) -> str:
        """The letters that it has given out so far."""
        return network.answer(self.letters, self.cut)[: self.steps]

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
        return gpt_lens(PLAN, self.weights, self.run)

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

    @value
    def contributions(self) -> list[tuple[str, float]]:
        """Who wrote the highest logit at the place: each component's part; they add up to it."""
        return list(contributions(PLAN, self.weights, self.run, self.at, self.highest).items())

    @value
    def sorted_right(self) -> int:
        """How many of all 729 lines come out sorted with what is cut."""
        return int(np.sum(network.sorted_by(self.cut)))

    @derived
    def weights(self) -> Mapping[str, Array]:
        """The trained weights, with the rows of what is cut as 0."""
        return network.weights_without(self.cut)

    @derived
    def highest(self) -> int:
        """The letter that the chosen place gives out, as a number."""
        return int(np.argmax(self.logits[self.at]))

    @derived
    def written(self) -> Written:
        """The components of that letter's logit, with names."""
        return Written(self.inside, self.at, self.highest)

    @derived
    def places(self) -> int:
        """How many letters it reads: the six and those given out, but never the last of them."""
        return min(LENGTH + self.steps, PLAN.context)

    @derived
    def read(self) -> str:
        """The letters that it reads, [t]."""
        return (self.letters + self.output)[: self.places]

    @derived
    def names(self) -> tuple[str, ...]:
        """The places' names: the letter that is read there, with its number."""
        return tuple(f"{x}{subscript(at)}" for at, x in enumerate(self.read))

    @derived
    def run(self) -> Pass:
        """Everything that happens on the way through the network."""
        return network.run(self.letters, self.steps, self.cut)

    @derived
    def trace(self) -> Trace:
        """What happens in the chosen layer."""
        return self.run.traces[self.layer - 1]

    @derived
    def inside(self) -> Gpt:
        """The same way with names: how each of its numbers came about."""
        return Gpt(PLAN, self.weights, self.run)

    def sources(self) -> Mapping[str, Array]:
        """The weights of the transformer, with what is cut as 0."""
        return self.weights

    def wire(self) -> Wire:
        """The head that is looked at."""
        return Wire(self.layer - 1, self.head)

    @derived
    def scores(self) -> Array:
        """How well each key fits each query in the chosen layer, q·k/√16, [h, t, t]."""
        return att.scores(self.trace.kept["q"], self.trace.kept["k"])

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
        return self.attention[self.head, self.at]

    @derived
    def letter_shares(self) -> Array:
        """How much of the chosen row goes to each letter, wherever it stands, [3]."""
        return np.array([np.sum(self.row[self.seen(letter)]) for letter in LETTERS])

    def seen(self, letter: str) -> list[int]:
        """Where a letter stands that the chosen place may see."""
        return [at for at in range(self.at + 1) if self.read[at] == letter]

    @derived
    def each_share(self) -> Array:
        """What each of a letter gets of it on average, [3]; 0 where it is not seen."""
        return self.letter_shares / [max(len(self.seen(letter)), 1) for letter in LETTERS]

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
