"""One number of a target that hinges follow, in the branch that holds around a place."""

import math

from tui_transformer.steps.activations import PI, absolute
from tui_transformer.terms import Term, exp, function, n

sine = function("sin")


def height(target: str, x: Term, inside: float) -> Term:
    """The target at x; at the very jump it is halfway up."""
    match target:
        case "sine":
            return sine(PI * x)
        case "step":
            return n(0.5 if inside == 0 else int(inside > 0))
        case "bump":
            return exp(-8 * x**2)
        case "absolute":
            return absolute(x)
        case "sawtooth":
            return n(0) if (inside + 0.5) % 1 == 0 else x - math.floor(inside + 0.5)
    raise KeyError(target)
