"""A training run that somebody chose, and one stretch of it at a time.

Everything about a run follows from its course, so what a stretch gives does not depend on where
or in which pieces it is computed.
"""

import math
import time
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import gpt
from tui_transformer.nn.gpt import UNASKED, Gpt
from tui_transformer.nn.made_up.lessons import Lesson, lesson
from tui_transformer.nn.training import Batch, Run, Settings, Trainer, Weights, gpt_price
from tui_transformer.records import dataclass

EVERY = 25  # steps between two looks at validation


@dataclass(frozen=True)
class Course:
    """What is taught, to which transformer, and how."""

    task: str
    text: str
    layers: int
    heads: int
    d_model: int
    context: int
    batch: int
    learning_rate: float
    dropout: float
    weight_decay: float
    optimizer: str
    warmup: int
    seed: int

    @property
    def lesson(self) -> Lesson:
        """The task, prepared."""
        return _lesson(self.task, self.context, self.text)

    @property
    def plan(self) -> Gpt:
        """The transformer."""
        one = self.lesson
        return Gpt(len(one.symbols), one.t, self.layers, self.heads, self.d_model)


_lesson = lru_cache(8)(lesson)


@lru_cache(4)
def trainer(course: Course) -> Trainer:
    """Set up the run: a warm-up, then one learning rate for as long as one likes."""
    one, rate = course.lesson, course.learning_rate
    settings = Settings(
        steps=2**62,
        learning_rate=rate,
        last_rate=rate,
        warm_up=course.warmup,
        decay=course.weight_decay,
        seed=course.seed,
        optimizer=course.optimizer,
    )

    def draw(rng: "np.random.Generator") -> Batch:
        return one.draw(rng, course.batch)

    return Trainer(course.plan, settings, draw, gpt_price(course.plan, course.dropout))


@dataclass(frozen=True)
class Check:
    """How a model does on what it was not trained on: mean loss in nats, share of right answers."""

    step: int
    loss: float
    accuracy: float


def check(course: Course, weights: Weights, step: int) -> Check:
    """Ask what validation asks."""
    tokens, targets = course.lesson.check
    with np.errstate(all="ignore"):  # in a run that breaks off the loss is no number, and says so
        logits = gpt.forward(course.plan, weights, tokens).logits
    asked = targets != UNASKED
    right = np.argmax(logits, axis=-1) == targets
    return Check(step, gpt.price(logits, targets), float(np.mean(right[asked])))


@dataclass(frozen=True, eq=False)
class Stretch:
    """What some steps in a row gave: where the run stands, and what was seen on the way.

    `losses` and `norms` [steps] are those of each step, `checks` those at every 25th, and at the
    last. `ended` says that a step could not be taken: a number grew beyond what float32 holds.
    """

    run: Run
    losses: Array
    norms: Array
    checks: tuple[Check, ...]
    seconds: float
    ended: bool = False


def advance(
    course: Course, run: Run, steps: int, seconds: float = math.inf, passing: bool = False
) -> Stretch:
    """Take so many steps, or fewer where they take longer than so many seconds; at least one.

    Who is only passing is not told how the model does at the last.
    """
    teacher, began = trainer(course), time.perf_counter()
    losses: list[float] = []
    norms: list[float] = []
    checks: list[Check] = []
    ended = False
    while len(losses) < steps and (not losses or time.perf_counter() - began < seconds):
        with np.errstate(all="ignore"):  # what is no number any more ends the run, below
            following = teacher.advance(run)
        if following is None or not np.isfinite(np.sum(following.state.weights)):
            ended = True
            break
        run = following
        losses.append(run.loss)
        norms.append(run.gradient_norm)
        if run.step % EVERY == 0:
            checks.append(check(course, teacher.weights(run), run.step))
    if not passing and (not checks or checks[-1].step < run.step):
        checks.append(check(course, teacher.weights(run), run.step))
    spent = time.perf_counter() - began
    return Stretch(run, np.array(losses), np.array(norms), tuple(checks), spent, ended)
