"""What `residual` computes: a signal and a gradient on their ways through a deep stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import choice, integer, real, seed, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.residual_stack import MOST_LAYERS, Journey, Stack, drawn, travel
from tui_transformer.steps.residual_stack import Traces, Way


@dataclass(frozen=True, eq=False)
class Residual(Model):
    """A stack of random layers, with x added to each and without."""

    depth: int = integer(50, 1, MOST_LAYERS, help="How many layers are stacked.")
    residual: bool = toggle(True, help="Add x to what each layer makes of it: x + f(x).")
    norm: Literal["none", "pre", "post"] = choice(
        "none", "none", "pre", "post", help="Layer norm before f, or after the sum, or nowhere."
    )
    activation: str = choice(
        "tanh",
        *("tanh", "relu", "gelu", "sigmoid", "identity"),
        help="The bend in f(x) = act(x·W); identity is none.",
    )
    gain: float = real(0.5, 0.1, 3, help="How large the weights are: N(0, gain²/width).")
    width: int = integer(64, 8, 128, 8, help="How many numbers a vector has.")
    seed: int = seed()

    @value
    def forward_norms(self) -> Array:
        """How long the signal is after each layer, ‖x‖, [depth + 1]; first the input's."""
        return self.journey.forward_norms

    @value
    def gradient_norms(self) -> Array:
        """What is left of a gradient of length 1 at each layer on its way back, [depth + 1].

        The first is what reaches the input, the last is 1: ‖∂x(depth)/∂x(l)‖ / √width.
        """
        return self.journey.gradient_norms

    @value
    def forward_norms_without(self) -> Array:
        """How long the signal is after each layer without the residual, [depth + 1]."""
        return self.journeys[False].forward_norms

    @value
    def forward_norms_with(self) -> Array:
        """How long the signal is after each layer with the residual, [depth + 1]."""
        return self.journeys[True].forward_norms

    @value
    def gradient_norms_without(self) -> Array:
        """What is left of the gradient at each layer without the residual, [depth + 1]."""
        return self.journeys[False].gradient_norms

    @value
    def gradient_norms_with(self) -> Array:
        """What is left of the gradient at each layer with the residual, [depth + 1]."""
        return self.journeys[True].gradient_norms

    @derived
    def stack(self) -> Stack:
        """The plan of the stack."""
        return Stack(self.depth, self.width, self.gain, self.activation, self.norm, self.seed)

    @derived
    def journeys(self) -> tuple[Journey, Journey]:
        """The way through the same layers without the residual and with it."""
        return travel(self.stack)

    @derived
    def journey(self) -> Journey:
        """The way that counts."""
        return self.journeys[self.residual]

    @derived
    def factors(self) -> list[float]:
        """What each layer multiplies the gradient with, on average, without and with, [2]."""
        return [float(j.gradient_norms[0]) ** (1 / self.depth) for j in self.journeys]

    @derived
    def gradient_lengths(self) -> Array:
        """How long each output's gradient is at each layer, [2, depth + 1, width]."""
        return np.stack([journey.gradients for journey in self.journeys])

    @derived
    def ways(self) -> tuple[Way, Way]:
        """What stands behind both journeys, for whoever asks."""
        traces, gain = Traces(self.stack), self.one("gain")
        return Way(traces, False, gain), Way(traces, True, gain)

    def sources(self) -> Mapping[str, Array]:
        """The input, and every layer's weights before the gain."""
        x, weights = drawn(self.width, self.seed)
        return {"input": x, "weights": weights}
