"""One number of a softmax, an entropy, a cross-entropy."""

import math
from collections.abc import Sequence

from tui_transformer.arrays import Array
from tui_transformer.nn.softmax import HUGE, is_huge
from tui_transformer.terms import Term, exp, function, log, n, total

log1p = function("log1p")

NEAR = 1e-3  # below this a price loses its digits unless it is worked out by itself


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


def power_formula(z: Array, name: str) -> str:
    """Write what `powers` makes of a score that is called so."""
    return f"e^({name}−max)" if is_huge(z) else f"e^{name}"


def share_formula(z: Array, letter: str, place: str) -> str:
    """Write a share, w(sea) = e^z(sea) / Σ e^z, of scores that are called by a letter."""
    return f"w({place}) = {power_formula(z, f'{letter}({place})')} / Σ {power_formula(z, letter)}"


def log_share(z: Sequence[Term], j: int) -> Term:
    """ln of a share, z − ln Σ e^z: a number even where the share is too small for one."""
    return z[j] - log_sum_exp(z)


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
    """−ln p of one class: ln Σ e^z − z; near 0 as ln(1 + …), which keeps its digits."""
    if is_nearly_free(z, target):
        others = (exp(each - z[target]) for j, each in enumerate(z) if j != target)
        return log1p(total(others))
    return log_sum_exp(z) - z[target]


def is_nearly_free(z: Sequence[Term], target: int) -> bool:
    """Say whether −ln p is so small that ln Σ e^z − z would lose its digits."""
    return math.fsum(powers_of_gaps(z, target)) < 1 + NEAR


def powers_of_gaps(z: Sequence[Term], target: int) -> list[float]:
    """e^(z − the target's), where that is no larger than what matters here."""
    return [math.exp(min(each.value - z[target].value, 1.0)) for each in z]


def entropy(p: Sequence[Term]) -> Term:
    """−Σ p·ln p; 0·ln 0 counts as 0."""
    some = [each * log(each) for each in p if each.value > 0]
    return -total(some) if some else n(0)
