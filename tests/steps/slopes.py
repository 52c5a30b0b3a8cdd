"""Slopes of a number walked down to its weights, held to a backward pass written by hand."""

from collections.abc import Mapping

import numpy as np

from tui_transformer.terms import Operand, Term, gradients


def agree(logit: Term, expected: Mapping[str, np.ndarray]) -> None:
    """Every level on the way holds, and the slope of every weight is the expected one."""
    slopes = gradients(logit, deep=True)
    named = {
        term.name: (term, slope) for term, slope in slopes.items() if isinstance(term, Operand)
    }
    for term, _ in named.values():
        assert term.working is None or term.working.holds, term.name
    for name, slopes_of in expected.items():
        for place in np.ndindex(slopes_of.shape):
            _, slope = named.get(f"{name}[{', '.join(map(str, place))}]", (None, 0.0))
            assert abs(slope - slopes_of[place]) < 1e-12, (name, place)
