"""One number of a softmax, an entropy, a cross-entropy."""

from __future__ import annotations

from collections.abc import Sequence

from tui_transformer.terms import Term, exp, log, n, total

HUGE = 100.0  # from here on e^z has more digits than anyone reads, and later it overflows


def powers(z: Sequence[Term]) -> list[Term]:
    """e^z for each score; where that is out of hand, e^(z − max), which gives the same shares."""
    if all(abs(each.value) <= HUGE for each in z):
        return [exp(each) for each in z]
    top = max(z, key=lambda each: each.value)
    return [exp(each - top) for each in z]


def share(z: Sequence[Term], j: int) -> Term:
    """One share of a softmax: e^zⱼ / Σ e^z."""
    each = powers(z)
    return each[j] / total(each)


def rest(z: Sequence[Term], j: int) -> Term:
    """What a share leaves to the others: 1 − p, without losing its digits where p is almost 1."""
    each = powers(z)
    return total(each[:j] + each[j + 1 :]) / total(each)


def log_sum_exp(z: Sequence[Term]) -> Term:
    """ln Σ e^z; a largest score that is out of hand is taken out first."""
    if all(abs(each.value) <= HUGE for each in z):
        return log(total(powers(z)))
    return max(z, key=lambda each: each.value) + log(total(powers(z)))


def price(z: Sequence[Term], target: int) -> Term:
    """Cross-entropy: ln Σ e^z − z of the class that is right."""
    return log_sum_exp(z) - z[target]


def entropy(p: Sequence[Term]) -> Term:
    """−Σ p·ln p; 0·ln 0 counts as 0."""
    some = [each * log(each) for each in p if each.value > 0]
    return -total(some) if some else n(0)
