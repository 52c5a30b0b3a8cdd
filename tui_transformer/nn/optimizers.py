"""Update rules: how a gradient becomes the next weights.

Each rule is a frozen record of its settings with one pure function,
`update(state, gradient) → state`. Weights may be an array of any shape; what a rule
remembers has the same shape. Numbers that overflow follow NumPy's error state.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import replace

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.records import dataclass

ROUNDING = 1e-12  # what floating point may leave of a zero


@dataclass(frozen=True, eq=False)
class State:
    """Where a run stands: the weights, and what is remembered of the gradients so far.

    `velocity` is momentum's running sum, or Adam's running mean, of gradients; `square` is
    Adam's running mean of squared gradients; all have the weights' shape. `step` counts
    the updates made.
    """

    weights: Array
    velocity: Array
    square: Array
    step: int = 0


@dataclass(frozen=True)
class Optimizer(ABC):
    """What every rule has: a learning rate η, a first state, an update."""

    learning_rate: float

    def start(self, weights: Array) -> State:
        """Begin a run at these weights, with nothing remembered."""
        return State(weights, np.zeros_like(weights), np.zeros_like(weights))

    def look(self, state: State) -> Array:
        """Say at which weights the next update wants its gradient; the present ones mostly."""
        return state.weights

    @abstractmethod
    def update(self, state: State, gradient: Array) -> State:
        """Take one step with the gradient at `look(state)`; all arrays keep their shape."""

    def characteristic(self, curvature: float) -> tuple[float, float] | None:
        """Reduce the update, on one axis of a quadratic with this curvature, to one 2×2 matrix.

        Returns its trace T and determinant D: after many steps the distance shrinks or grows
        by the larger root |z| of z² − T·z + D = 0 each step. None where the update is not
        linear. Goh, Why Momentum Really Works (Distill, 2017).
        """
        return None


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """Step straight down the gradient: w ← w − η∇f(w). Cauchy (1847)."""

    def update(self, state: State, gradient: Array) -> State:
        """Take one step."""
        weights = state.weights - self.learning_rate * gradient
        return State(weights, state.velocity, state.square, state.step + 1)

    def characteristic(self, curvature: float) -> tuple[float, float] | None:
        """Give T = 1 − ηλ, D = 0: the distance is multiplied by 1 − ηλ."""
        return 1 - self.learning_rate * curvature, 0.0


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Step along a decaying sum of gradients: v ← βv + ∇f(w), w ← w − ηv.

    Polyak (1964), the heavy ball; Sutskever et al. (2013), eqs. 1 and 2, call −ηv velocity.
    """

    beta: float = 0.9

    def update(self, state: State, gradient: Array) -> State:
        """Take one step, along what is left of the earlier gradients and this one."""
        velocity = self.beta * state.velocity + gradient
        weights = state.weights - self.learning_rate * velocity
        return State(weights, velocity, state.square, state.step + 1)

    def characteristic(self, curvature: float) -> tuple[float, float] | None:
        """Give T = 1 + β − ηλ, D = β; it shrinks while 0 < ηλ < 2(1 + β)."""
        return 1 + self.beta - self.learning_rate * curvature, self.beta


@dataclass(frozen=True)
class Nesterov(Momentum):
    """Momentum with the gradient taken ahead: v ← βv + ∇f(w − ηβv), w ← w − ηv.

    Nesterov (1983) in the form of Sutskever et al. (2013), eqs. 3 and 4, with a constant β;
    the weights are the ones after the step, not the point that was looked at.
    """

    def look(self, state: State) -> Array:
        """Look where the velocity alone would carry the weights."""
        return state.weights - self.learning_rate * self.beta * state.velocity

    def characteristic(self, curvature: float) -> tuple[float, float] | None:
        """Give T = (1 + β)(1 − ηλ), D = β(1 − ηλ)."""
        plain = 1 - self.learning_rate * curvature
        return (1 + self.beta) * plain, self.beta * plain


@dataclass(frozen=True)
class Adam(Optimizer):
    """Divide each mean gradient by its own typical size: w ← w − η·m̂/(√v̂ + ε).

    m and v are running means of g and g²; m̂ = m/(1−β₁ᵗ) and v̂ = v/(1−β₂ᵗ) make up for
    their start at zero. Kingma & Ba (2015), Algorithm 1, with its β₂ and ε.
    """

    beta: float = 0.9
    beta_square: float = 0.999
    epsilon: float = 1e-8

    def update(self, state: State, gradient: Array) -> State:
        """Take one step; a coordinate with no gradient so far stays.

        In many small steps, as long temporary arrays cost more than the arithmetic.
        """
        step = state.step + 1
        mean = self.beta * state.velocity
        mean += (1 - self.beta) * gradient
        square = gradient * gradient
        square *= 1 - self.beta_square
        square += self.beta_square * state.square
        spread = np.sqrt(square / (1 - self.beta_square**step))
        spread += self.epsilon
        change = mean / (1 - self.beta**step)
        change *= self.learning_rate
        change /= spread
        return State(state.weights - change, mean, square, step)


@dataclass(frozen=True, eq=False)
class AdamW(Adam):
    """Adam whose weights also shrink by themselves: w ← w − η·(m̂/(√v̂ + ε) + λw).

    The decay stays out of the running means. `decay` is λ, one number or one for each weight.
    Loshchilov & Hutter (2019), Algorithm 2.
    """

    decay: float | Array = 0.01

    def update(self, state: State, gradient: Array) -> State:
        """Take one step."""
        moved = super().update(state, gradient)
        lost = self.learning_rate * self.decay * state.weights
        return replace(moved, weights=moved.weights - lost)


def optimizer(name: str, learning_rate: float, momentum: float = 0.9) -> Optimizer:
    """Make a rule by its name: gd, momentum, nesterov or adam (whose β₁ is the momentum).

    Raises KeyError for another name.
    """
    if name == "gd":
        return GradientDescent(learning_rate)
    kinds: dict[str, type[Momentum] | type[Adam]] = {
        "momentum": Momentum,
        "nesterov": Nesterov,
        "adam": Adam,
    }
    return kinds[name](learning_rate, momentum)


def long_run_factor(trace: float, determinant: float) -> float:
    """Find the larger |z| of z² − T·z + D = 0: what each step multiplies by in the long run.

    Two complex roots share |z| = √D.
    """
    discriminant = trace * trace - 4 * determinant
    if discriminant < 0:
        return math.sqrt(determinant)
    return (abs(trace) + math.sqrt(discriminant)) / 2


def swings(trace: float, determinant: float) -> bool:
    """Say whether a root of z² − T·z + D = 0 is negative or complex: the path changes sides."""
    below = -ROUNDING
    return trace < below or determinant < below or trace * trace - 4 * determinant < below
