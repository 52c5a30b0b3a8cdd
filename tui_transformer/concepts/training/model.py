"""What `training` computes: a run that follows from its controls, and the model so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.training import asking
from tui_transformer.controls import choice, integer, real, seed, text
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import attention as att
from tui_transformer.nn import gpt
from tui_transformer.nn.gpt import Pass
from tui_transformer.nn.made_up.lessons import TASKS, Lesson
from tui_transformer.nn.softmax import cross_entropy, softmax
from tui_transformer.nn.training import OPTIMIZERS, Batch, Run
from tui_transformer.steps.gpt import Gpt
from tui_transformer.training.course import EVERY, Check, Course
from tui_transformer.training.kept import Kept, kept
from tui_transformer.training.live import LIVE

LAST = 20_000
# The controls that matter from the first step on.
_TRAINS = ("batch", "learning_rate", "dropout", "weight_decay", "optimizer", "warmup")


@dataclass(frozen=True, eq=False)
class Training(Model):
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

    def idle(self) -> Mapping[str, str]:
        """Before the first step nothing of the training counts; some belong to one task alone."""
        idle = {}
        if self.optimizer != "adamw":
            idle["weight_decay"] = "weight_decay belongs to adamw."
        if not self.steps:
            idle |= dict.fromkeys(_TRAINS, "Nothing was trained yet: space starts.")
        if self.task != "own-text":
            idle["text"] = "text is for the task own-text."
        if self.task == "modular-addition":
            idle["context"] = "Sums modulo 23 have three tokens, always."
        elif self.task == "own-text" and len(asking.taught(self.text)) < 50:
            idle["context"] = "The text is shorter than any context."
        if not self.show_layer or self.heads == 1:
            idle["show_head"] = "show_head counts where show_layer is set."
        if self.layers == 1 and self.found == (0, self.show_head):
            idle["show_layer"] = "Either way the same head is shown."
        return idle

    # ── the run ────────────────────────────────────────────────────────────────────────

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
    def validation_loss(self) -> float:
        """Mean cross-entropy now, in nats, on sequences that training never shows."""
        return self.validation.loss

    @value
    def accuracy(self) -> float:
        """The share of right answers among those."""
        return self.validation.accuracy

    @value
    def gap(self) -> float:
        """How much more the unseen costs than what training draws, asked without dropout: nats."""
        return self.validation_loss - self.practice_loss

    @value
    def attention(self) -> Array:
        """Who looks at whom in the probe sequence, [layers, heads, t, t]; rows add up to 1."""
        return np.stack(self.run.attention)

    @value
    def stripe(self) -> Array:
        """The share of attention that asked places pay to where the answer stands, [layers, heads].

        A sum stands nowhere: what counts there are its two terms. Where nobody can say what
        counts (own-text): the largest share, on average.
        """
        return asking.stripe(self.lesson, self.attention)

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

    # ── what it can do now ─────────────────────────────────────────────────────────────

    @derived
    def trained(self) -> dict[str, Array]:
        """The weights now, in float32, as they are trained."""
        return self.kept.trainer.weights(self.here)

    @derived
    def weights(self) -> dict[str, Array]:
        """The same in double precision, so that sums on screen can be redone exactly."""
        return {name: x.astype(np.float64) for name, x in self.trained.items()}

    @derived
    def validation(self) -> Check:
        """How it does on what it was not trained on."""
        return self.kept.check(self.taken)

    @derived
    def checks(self) -> list[Check]:
        """How it did at every 25th step, and does now."""
        steps = [*range(0, self.taken, EVERY), self.taken]
        return [self.kept.check(step) for step in steps]

    @derived
    def run(self) -> Pass:
        """Everything that happens when it reads the probe sequence."""
        return gpt.forward(self.course.plan, self.weights, self.lesson.probe[0][0])

    @derived
    def scores(self) -> Array:
        """How well each query fits each key, q·k/√d, in the probe, [layers, heads, t, t]."""
        kept = [trace.kept for trace in self.run.traces]
        return np.stack([att.scores(each["q"], each["k"]) for each in kept])

    @derived
    def logits(self) -> Array:
        """The scores of the next token at every place of the probe, [t, V]."""
        return self.run.logits

    @derived
    def chances(self) -> Array:
        """How likely each next token is held to be there, [t, V]."""
        return softmax(self.logits)

    @derived
    def asked(self) -> list[int]:
        """The places of the probe at which something is asked."""
        return np.flatnonzero(self.lesson.asked).tolist()

    @derived
    def costs(self) -> list[float]:
        """What the right answer costs at each place that is asked: −ln p, in nats."""
        return [cross_entropy(self.logits[at], self.right(at)) for at in self.asked]

    @derived
    def probe_loss(self) -> float:
        """The loss of the probe: what its answers cost on average, in nats."""
        return float(np.mean(self.costs))

    @derived
    def unseen_logits(self) -> Array:
        """The scores in the sequences that training never shows, float32, [n, t, V]."""
        return gpt.forward(self.course.plan, self.trained, self.lesson.check[0]).logits

    @derived
    def unseen_costs(self) -> Array:
        """What the right answers cost there, −ln p, float32, [n, t]; 0 where nothing is asked."""
        return asking.costs(self.unseen_logits, self.lesson.check[1])

    @derived
    def practice(self) -> Batch:
        """Sequences such as training draws, tokens and targets, [n, t] each."""
        rng = np.random.default_rng(asking.PRACTICE)
        return self.lesson.draw(rng, asking.TOKENS // self.lesson.t)

    @derived
    def practice_logits(self) -> Array:
        """The scores in them, float32, [n, t, V]."""
        with np.errstate(all="ignore"):
            return gpt.forward(self.course.plan, self.trained, self.practice[0]).logits

    @derived
    def practice_costs(self) -> Array:
        """What the right answers cost in them, float32, [n, t]; 0 where nothing is asked."""
        return asking.costs(self.practice_logits, self.practice[1])

    @derived
    def practice_loss(self) -> float:
        """What they cost on average, in nats."""
        with np.errstate(all="ignore"):  # in a run that breaks off it is no number, and says so
            return gpt.loss(self.practice_logits, self.practice[1])[0]

    @derived
    def seconds(self) -> float:
        """How long the steps took here: measured."""
        self.here  # noqa: B018  # whose steps it times
        return sum(self.kept.seconds[: self.taken])

    def right(self, at: int) -> int:
        """The right answer at a place of the probe."""
        return int(self.lesson.probe[1][0, at])

    @derived
    def inside(self) -> Gpt:
        """The way through the probe with names: how each of its numbers came about."""
        return Gpt(self.course.plan, self.weights, self.run)

    @derived
    def beside(self) -> Callable[[int], Gpt]:
        """The same of a sequence that training never shows."""
        return asking.named(self.course.plan, self.trained, self.lesson.check[0], "unseen")

    @derived
    def drawn(self) -> Callable[[int], Gpt]:
        """The same of a sequence such as training draws."""
        return asking.named(self.course.plan, self.trained, self.practice[0], "drawn")

    def sources(self) -> Mapping[str, Array]:
        """The weights as they are now."""
        return self.weights

    @derived
    def shown(self) -> tuple[int, int]:
        """The layer and head that are shown, from 0: chosen, or the one with the stripe."""
        return (self.show_layer - 1, self.show_head) if self.show_layer else self.found

    @derived
    def found(self) -> tuple[int, int]:
        """The layer and head, from 0, that pay most to where the answer stands."""
        best = int(np.argmax(self.stripe))
        return best // self.heads, best % self.heads


def ahead(m: Training) -> Training:
    """Have the run go on beside the screen; give the furthest state that is there."""
    reached = LIVE.reach(m.kept, m.steps)
    return m if reached == m.kept.last(m.steps) else m.replace(steps=reached)
