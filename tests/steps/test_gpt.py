"""A logit walked down to its weights agrees with the hand-written backward pass."""

import numpy as np

from tests.steps.slopes import agree
from tui_transformer.nn import gpt
from tui_transformer.steps.gpt import Gpt


def test_deep_gradients_of_a_logit_are_those_of_the_backward_pass() -> None:
    plan = gpt.Gpt(vocabulary=5, context=4, layers=2, heads=2, d_model=4)
    weights = plan.random_weights(np.random.default_rng(0), spread=0.5)
    run = gpt.forward(plan, weights, np.array([0, 3, 1]))
    d_logits = np.zeros_like(run.logits)
    d_logits[2, 1] = 1
    agree(Gpt(plan, weights, run).logits[2, 1], gpt.backward(plan, weights, run, d_logits))
