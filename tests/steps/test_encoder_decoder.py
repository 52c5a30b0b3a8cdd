"""A logit walked down through both halves agrees with the hand-written backward pass."""

import numpy as np

from tui_transformer.nn import encoder_decoder as nn
from tui_transformer.steps.encoder_decoder import Halves
from tui_transformer.terms import Operand, gradients


def test_deep_gradients_of_a_logit_are_those_of_the_backward_pass() -> None:
    plan = nn.EncoderDecoder(vocabulary=5, context=4, encoders=2, decoders=2, heads=2, d_model=4)
    weights = plan.random_weights(np.random.default_rng(0))
    run = nn.forward(plan, weights, np.array([0, 3, 1, 1]), np.array([4, 2, 0]))
    slopes = gradients(Halves(plan, weights, run).logits[2, 1], deep=True)
    named = {
        term.name: (term, slope) for term, slope in slopes.items() if isinstance(term, Operand)
    }
    for term, _ in named.values():
        assert term.working is None or term.working.holds, term.name
    d_logits = np.zeros_like(run.logits)
    d_logits[2, 1] = 1
    for name, expected in nn.backward(plan, weights, run, d_logits).items():
        for place in np.ndindex(expected.shape):
            _, slope = named.get(f"{name}[{', '.join(map(str, place))}]", (None, 0.0))
            assert abs(slope - expected[place]) < 1e-12, (name, place)
