"""A number of a block walked down to its weights agrees with the hand-written backward pass."""

from itertools import product

import numpy as np
import pytest

from tui_transformer.nn.attention import causal_mask
from tui_transformer.nn.transformer import Block as Plan
from tui_transformer.nn.transformer import backward, forward
from tui_transformer.steps.block import Block
from tui_transformer.terms import Named, gradients, weights

SWITCHES = (
    {},
    {"attention": False},
    {"feed_forward": False},
    {"residual": False},
    {"normalize": False},
    {"activation": "relu"},
)


@pytest.mark.parametrize(
    ("norm", "causal", "switch"), list(product(("pre", "post"), (False, True), SWITCHES))
)
def test_deep_gradients_are_those_of_the_backward_pass(norm, causal, switch) -> None:
    rng = np.random.default_rng(0)
    plan = Plan(4, 2, 8, norm, **switch)
    drawn, x = plan.lively_weights(rng), rng.standard_normal((3, 4))
    trace = forward(plan, drawn, x, causal_mask(3) if causal else None)
    given, named = Named("input", x, "draw"), weights(drawn)
    block = Block(plan, named, trace, given, causal)
    slopes = gradients(block["output"][1, 2], deep=True)
    d_output = np.zeros_like(x)
    d_output[1, 2] = 1
    d_input, d_weights = backward(plan, drawn, trace, d_output)
    for name, expected in (("input", d_input), *d_weights.items()):
        mine = given if name == "input" else named[name]
        for place in np.ndindex(expected.shape):
            assert abs(slopes.get(mine[place], 0.0) - expected[place]) < 1e-12, (name, place)


@pytest.mark.parametrize("name", ["shares", "hidden", "attention", "feed_forward"])
def test_a_part_that_is_off_says_so(name: str) -> None:
    plan = Plan(4, 2, 8, attention=False, feed_forward=False)
    drawn, x = plan.lively_weights(np.random.default_rng(0)), np.ones((3, 4))
    trace = forward(plan, drawn, x)
    block = Block(plan, weights(drawn), trace, Named("input", x, "draw"))
    working = block[name].working(*(0,) * block[name].values.ndim)
    assert working.value == working.term.value == 0 and " is off: " in working.symbols
