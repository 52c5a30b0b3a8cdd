"""What `layer-norm` computes: a vector in, the same pattern at a known size out."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import Vector, choice, real, spread, vector
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.norms import layer_norm, rms_norm

NEIGHBOUR = (2.0, -1.0, 0.5, 4.0)  # another position of the same sequence, designed


@dataclass(frozen=True, eq=False)
class LayerNorm(Model):
    """A vector, what is done to it before, and the norm it goes through."""

    x: Vector = vector((1.0, 2.0, 3.0, 4.0), -10, 10, length=(2, 8), help="The vector.")
    kind: str = choice("layer", "layer", "rms", help="Layer norm, or RMS norm: no mean taken out.")
    gain: Vector = spread(
        1.0,
        -5,
        5,
        count=lambda m: len(m.x),
        most=8,
        help="Multiplies the normalised vector, place by place; learned. One number means all.",
    )
    bias: Vector = spread(
        0.0,
        -5,
        5,
        count=lambda m: len(m.x),
        most=8,
        help="Is added after the gain, place by place; learned. One number means all.",
    )
    epsilon: float = real(1e-5, 1e-12, 1, log=True, help="Is added to the variance, against 0/0.")
    shift: float = real(0.0, -100, 100, help="Is added to every number of x beforehand.")
    scale: float = real(1.0, 0.001, 1000, log=True, help="Multiplies x beforehand.")

    @derived
    def entering(self) -> Array:
        """What the norm gets: scale·x + shift, [n]."""
        return self.scale * self.x + self.shift

    @value
    def mean(self) -> float:
        """The mean of what enters."""
        return float(np.mean(self.entering))

    @value
    def variance(self) -> float:
        """The population variance of what enters: the mean of (x − mean)²."""
        return float(np.var(self.entering))

    @value
    def mean_square(self) -> float:
        """The mean of x²: what RMS norm takes the root of."""
        return float(np.mean(self.entering**2))

    @value
    def normalized(self) -> Array:
        """What the norm makes of it, before gain and bias, [n]."""
        return self.normal(self.entering)

    @value
    def output(self) -> Array:
        """gain·normalized + bias, [n]; RMS norm has no bias."""
        return self.gain * self.normalized + (self.bias if self.kind == "layer" else 0.0)

    @value
    def output_mean(self) -> float:
        """The mean of what leaves."""
        return float(np.mean(self.output))

    @value
    def output_variance(self) -> float:
        """The population variance of what leaves."""
        return float(np.var(self.output))

    @derived
    def power(self) -> float:
        """What the norm takes the root of: the variance, or the mean square."""
        return self.variance if self.kind == "layer" else self.mean_square

    @derived
    def over_variance(self) -> Array:
        """What the misreading would give, (x − mean)/(variance + ε), [n]."""
        return (self.entering - self.mean) / (self.variance + self.epsilon)

    @derived
    def neighbour(self) -> Array:
        """What the norm makes of another position, which nothing of x can move, [4]."""
        return self.normal(np.array(NEIGHBOUR))

    def normal(self, x: Array) -> Array:
        """Normalise a vector, without gain and bias."""
        norm = layer_norm if self.kind == "layer" else rms_norm
        return norm(x, np.ones(1), np.zeros(1), self.epsilon).x_hat

    def idle(self) -> Mapping[str, str]:
        """RMS norm has no bias, and what multiplies 0 changes nothing."""
        idle = {} if self.kind == "layer" else {"bias": "RMS norm has no bias."}
        if not np.any(self.normalized):
            idle["gain"] = "gain has nothing but 0 to multiply here."
        if not np.any(self.x):
            idle["scale"] = "scale has nothing but 0 to multiply here."
        return idle
