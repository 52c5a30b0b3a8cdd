"""A training run: what is taught, to which transformer, how, and what was noted on the way."""

from dataclasses import dataclass, fields

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts._neurons import Neurons
from tui_transformer.concepts.training import asking
from tui_transformer.controls import choice, integer, real, seed, text, wires
from tui_transformer.model import derived, value
from tui_transformer.nn.made_up.lessons import TASKS, Lesson
from tui_transformer.nn.training import OPTIMIZERS, Run
from tui_transformer.training.course import Course
from tui_transformer.training.kept import Kept, kept

LAST = 20_000


@dataclass(frozen=True, eq=False)
class Running(Neurons):
    """What is taught, to which transformer, how, and how many steps were taken."""

    task: str = choice("induction", *TASKS, help="What it has to learn.")
    layers: int = integer(2, 1, 4, help="How many blocks the transformer has.")
    heads: int = integer(2, 1, 8, divides="d_model", help="Heads in each block.")
    d_model: int = integer(32, 8, 64, step=8, help="How many numbers stand for a token.")
    context: int = integer(
        32, 8, 64, step=4, help="Tokens in a sequence; sums modulo 23 have three."
    )
    batch: int = integer(32, 4, 64, step=4, help="Sequences that one step learns from.")
    learning_rate: float = real(0.002, 0.0001, 1, log=True, help="η, the length of a step.")
    dropout: float = real(0.0, 0, 0.5, step=0.05, help="The share of numbers hidden at random.")
    weight_decay: float = real(
        0.1, 0, 2, step=0.1, help="How strongly adamw draws the blocks' matrices towards 0."
    )
    optimizer: str = choice("adamw", *OPTIMIZERS, help="How a gradient becomes a step.")
    warmup: int = integer(100, 0, 1000, step=10, help="Steps over which η rises to its value.")
    seed: int = seed()
    text: str = text(
        asking.TEXT,
        max_length=5000,
        help="What own-text learns from: its 100 commonest characters, □ for others.",
    )
    show_layer: int = integer(
        0,
        0,
        lambda m: m.layers,
        help="The layer that is shown; 0 finds the head that found the answer.",
    )
    show_head: int = integer(0, 0, lambda m: m.heads - 1, help="The head of that layer, from 0.")
    steps: int = integer(0, 0, LAST, help="How many steps of training were taken.")
    cut: str = wires(lambda m: (m.layers, m.heads, m.course.plan.block.d_ff))

    @derived
    def course(self) -> Course:
        """Everything that the run depends on."""
        mine = {field.name: getattr(self, field.name) for field in fields(Course)}
        return Course(
            **mine | {"text": asking.taught(self.text) if self.task == "own-text" else ""}
        )

    @derived
    def lesson(self) -> Lesson:
        """The task with its probe."""
        return self.course.lesson

    @derived
    def kept(self) -> Kept:
        """What is known of the run."""
        return kept(self.course)

    @derived
    def here(self) -> Run:
        """How the run stands after `steps` steps."""
        return self.kept.at(self.steps)

    @derived
    def taken(self) -> int:
        """The steps that could be taken: fewer where a number grew beyond a float."""
        return self.here.step

    @value
    def loss(self) -> Array:
        """Mean cross-entropy of each step's batch before the step, in nats, [steps]."""
        self.here  # noqa: B018  # whose steps it lists
        return np.array(self.kept.losses[: self.taken])

    @value
    def gradient_norm(self) -> Array:
        """The length of each step's gradient before it is clipped to 1, [steps]."""
        return np.array(self.kept.norms[: self.taken])

    @value
    def parameter_count(self) -> int:
        """How many numbers are trained."""
        return self.course.plan.parameter_count()

    @value
    def steps_per_second(self) -> float | None:
        """How fast these steps were taken here: measured, the only number that is; else null."""
        return self.taken / self.seconds if self.seconds else None

    @derived
    def seconds(self) -> float:
        """How long the steps took here: measured."""
        self.here  # noqa: B018  # whose steps it times
        return sum(self.kept.seconds[: self.taken])
