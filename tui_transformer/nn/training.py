"""Training: how a model's weights come about, one pure step after another.

All weights lie in one long vector, so that an update is a handful of array operations. A step
draws everything random from `default_rng((seed, step))`: the same seed gives the same run, and
a run can go on from any of its states.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.fast.gpt import loss_and_gradient
from tui_transformer.nn.fast.parts import Shelf
from tui_transformer.nn.gpt import Gpt
from tui_transformer.nn.optimizers import Adam, AdamW, GradientDescent, Momentum, Optimizer, State
from tui_transformer.records import dataclass

OPTIMIZERS = ("sgd", "momentum", "adam", "adamw")

Shapes = Mapping[str, tuple[int, ...]]
Weights = Mapping[str, Array]
Batch = tuple[Array, ...]
Draw = Callable[["np.random.Generator"], Batch]
Priced = tuple[float, dict[str, Array]]  # the loss, and its gradient for every weight
Price = Callable[[Weights, Batch, "np.random.Generator"], Priced]


def pack(named: Mapping[str, Array], shapes: Shapes) -> Array:
    """Lay named arrays end to end in the order of `shapes`: → [parameters]."""
    return np.concatenate([named[name].reshape(-1) for name in shapes])


def unpack(flat: Array, shapes: Shapes) -> dict[str, Array]:
    """Name the parts of a long vector, as views of it. Raises ValueError where it is too short."""
    named, start = {}, 0
    for name, shape in shapes.items():
        end = start + math.prod(shape)
        named[name] = flat[start:end].reshape(shape)
        start = end
    return named


def decay_of(shapes: Shapes, amount: float, dtype: type = np.float32) -> Array:
    """Let only the matrices inside the blocks decay: → λ for each weight, [parameters].

    Embeddings, positions, biases and gains stay as they are, as in the training of GPT-3
    (Brown et al., 2020, appendix B) and minGPT.
    """
    return np.concatenate(
        [
            np.full(math.prod(shape), amount if len(shape) == 2 and "." in name else 0.0, dtype)
            for name, shape in shapes.items()
        ]
    )


def warm_up_cosine(step: int, warm_up: int, steps: int, peak: float, last: float = 0.0) -> float:
    """Say the learning rate of a step, counted from 0.

    It rises evenly to `peak` over `warm_up` steps, then falls along half a cosine to `last` at
    step `steps` and stays there. Loshchilov & Hutter (2017), eq. 5, without restarts.
    """
    if step < warm_up:
        return peak * (step + 1) / warm_up
    done = min((step - warm_up) / max(steps - warm_up, 1), 1.0)
    return last + (peak - last) * 0.5 * (1.0 + math.cos(math.pi * done))


def clip(gradient: Array, limit: float) -> tuple[Array, float]:
    """Shorten a gradient that is longer than `limit`, keeping its direction; also say its length.

    Pascanu, Mikolov & Bengio (2013), Algorithm 1.
    """
    length = float(np.sqrt(np.dot(gradient, gradient)))
    return (gradient * (limit / length) if length > limit else gradient), length


def dropout(
    plan: Gpt, batch: int, t: int, rate: float, rng: "np.random.Generator", dtype: type = np.float32
) -> list[dict[str, Array]] | None:
    """Draw what `gpt.forward` multiplies by: 0 with a chance of `rate`, else 1/(1 − rate).

    None at a rate of 0. Srivastava et al. (2014), scaled at training time.
    """
    if not rate:
        return None

    def draw() -> Array:
        kept = rng.random((batch, t, plan.d_model)) >= rate  # [b, t, d]
        return (kept / (1.0 - rate)).astype(dtype)

    blocks = [{"attention": draw(), "feed_forward": draw()} for _ in range(plan.layers)]
    return [{"embedding": draw()}, *blocks]


@dataclass(frozen=True)
class Settings:
    """How to train; `last_rate` is where the cosine ends, `clip` the longest gradient used.

    `optimizer` is one of OPTIMIZERS. `decay` is for "adamw" alone, `beta_square` for both Adams.
    """

    steps: int
    learning_rate: float = 1e-3
    last_rate: float = 0.0
    warm_up: int = 100
    decay: float = 0.1
    beta_square: float = 0.95
    clip: float = 1.0
    seed: int = 0
    optimizer: str = "adamw"


def rule_of(s: Settings, shapes: Shapes, dtype: type = np.float32) -> Optimizer:
    """Make the update rule that the settings name. Raises KeyError for another name."""
    rules: dict[str, Callable[[], Optimizer]] = {
        "sgd": lambda: GradientDescent(s.learning_rate),
        "momentum": lambda: Momentum(s.learning_rate),
        "adam": lambda: Adam(s.learning_rate, beta_square=s.beta_square),
        "adamw": lambda: AdamW(
            s.learning_rate, beta_square=s.beta_square, decay=decay_of(shapes, s.decay, dtype)
        ),
    }
    return rules[s.optimizer]()


@dataclass(frozen=True, eq=False)
class Run:
    """Where a training run stands; loss and gradient length are those of its latest step."""

    state: State
    loss: float = math.nan
    gradient_norm: float = math.nan

    @property
    def step(self) -> int:
        """How many steps have been taken."""
        return self.state.step


class Plan(Protocol):
    """What can be trained: it names its weights and draws the first ones."""

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name every weight with its shape."""

    def random_weights(self, rng: "np.random.Generator", dtype: type = ...) -> dict[str, Array]:
        """Draw the first weights."""


def gpt_price(plan: Gpt, rate: float = 0.0) -> Price:
    """Make the price of a batch of tokens and targets, [b, t] each, with dropout at a rate."""
    shelf = Shelf()

    def price(w: Weights, batch: Batch, rng: "np.random.Generator") -> Priced:
        tokens, targets = batch
        rows, t = tokens.shape
        drop = dropout(plan, rows, t, rate, rng, w["embedding"].dtype.type)
        return loss_and_gradient(plan, w, tokens, targets, drop, shelf)

    return price


class Trainer:
    """The steps of one run: a plan, its settings, where batches come from, what they cost."""

    def __init__(
        self, plan: Plan, settings: Settings, draw: Draw, price: Price, dtype: type = np.float32
    ) -> None:
        self.plan, self.settings, self.draw, self.price = plan, settings, draw, price
        self.dtype = dtype
        self.shapes = plan.shapes()
        self.optimizer = rule_of(settings, self.shapes, dtype)

    def start(self) -> Run:
        """Draw the first weights."""
        rng = np.random.default_rng(self.settings.seed)
        weights = self.plan.random_weights(rng, self.dtype)
        return Run(self.optimizer.start(pack(weights, self.shapes)))

    def weights(self, run: Run) -> dict[str, Array]:
        """Name the weights of a run."""
        return unpack(run.state.weights, self.shapes)

    def advance(self, run: Run) -> Run | None:
        """Take one step; None where the run is at its end."""
        at, s = run.step, self.settings
        if at >= s.steps:
            return None
        rng = np.random.default_rng((s.seed, at))
        loss, grads = self.price(self.weights(run), self.draw(rng), rng)
        gradient, length = clip(pack(grads, self.shapes), s.clip)  # [parameters]
        rate = warm_up_cosine(at, s.warm_up, s.steps, s.learning_rate, s.last_rate)
        rule = replace(self.optimizer, learning_rate=rate)
        return Run(rule.update(run.state, gradient), loss, length)
