"""The chain rule through the terms of a stack gives the Jacobian that was carried back by hand."""

import itertools

import pytest

from tui_transformer.nn.residual_stack import Stack
from tui_transformer.steps.residual_stack import Traces, Way
from tui_transformer.terms import gradients, operand

ACTIVATIONS = ("tanh", "relu", "gelu", "sigmoid", "identity")


@pytest.mark.parametrize(
    ("act", "norm"), list(itertools.product(ACTIVATIONS, ("none", "pre", "post")))
)
@pytest.mark.parametrize("residual", [False, True])
def test_deep_gradients_of_every_output_are_the_jacobian(act, norm, residual) -> None:
    stack = Stack(depth=3, width=8, gain=1.2, activation=act, norm=norm, seed=1)
    way = Way(Traces(stack), residual, operand("gain", stack.gain, "control"))
    for i in range(stack.width):
        slopes = gradients(way["signal"][stack.depth, i], deep=True)
        for j in range(stack.width):
            mine = slopes.get(way.input[j], 0.0)
            assert mine == pytest.approx(way["jacobian"][0, i, j].value, rel=1e-9, abs=1e-12)
