"""A logit walked down to its weights agrees with the hand-written backward pass."""

import numpy as np

from tui_transformer.nn import gpt
from tui_transformer.steps.gpt import Gpt
from tui_transformer.terms import Operand, gradients


def test_deep_gradients_of_a_logit_are_those_of_the_backward_pass() -> None:
    plan = gpt.Gpt(vocabulary=5, context=4, layers=2, heads=2, d_model=4)
    weights = plan.random_weights(np.random.default_rng(0), spread=0.5)
    run = gpt.forward(plan, weights, np.array([0, 3, 1]))
    slopes = gradients(Gpt(plan, weights, run).logits[2, 1], deep=True)
    named = {
        term.name: (term, slope) for term, slope in slopes.items() if isinstance(term, Operand)
    }
    for term, _ in named.values():
        assert term.working is None or term.working.holds, term.name
    d_logits = np.zeros_like(run.logits)
    d_logits[2, 1] = 1
    for name, expected in gpt.backward(plan, weights, run, d_logits).items():
        for place in np.ndindex(expected.shape):
            _, slope = named.get(f"{name}[{', '.join(map(str, place))}]", (None, 0.0))
            assert abs(slope - expected[place]) < 1e-12, (name, place)
