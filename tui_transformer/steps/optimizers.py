"""One step of an update rule, for one weight."""

from tui_transformer.terms import Term, sqrt


def adam(
    mean: Term, square: Term, slope: Term, step: int, beta: Term, beta_square: Term, epsilon: Term
) -> Term:
    """m̂/(√v̂ + ε) with the means of the step before: Kingma & Ba (2015), Algorithm 1."""
    fresh = (beta * mean + (1 - beta) * slope) / (1 - beta**step)
    spread = (beta_square * square + (1 - beta_square) * (slope * slope)) / (1 - beta_square**step)
    return fresh / (sqrt(spread) + epsilon)
