"""A logit walked down through both halves agrees with the hand-written backward pass."""

import numpy as np

from tests.steps.slopes import agree
from tui_transformer.nn import encoder_decoder as nn
from tui_transformer.steps.encoder_decoder import Halves


def test_deep_gradients_of_a_logit_are_those_of_the_backward_pass() -> None:
    plan = nn.EncoderDecoder(vocabulary=5, context=4, encoders=2, decoders=2, heads=2, d_model=4)
    weights = plan.random_weights(np.random.default_rng(0))
    run = nn.forward(plan, weights, np.array([0, 3, 1, 1]), np.array([4, 2, 0]))
    d_logits = np.zeros_like(run.logits)
    d_logits[2, 1] = 1
    agree(Halves(plan, weights, run).logits[2, 1], nn.backward(plan, weights, run, d_logits))
