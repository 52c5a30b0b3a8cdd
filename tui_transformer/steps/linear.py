"""Rows times columns, and layer norm."""

from collections.abc import Sequence

from tui_transformer.steps.activations import absolute
from tui_transformer.terms import Named, Term, dot, n, sqrt, total

TINY = 1e-100  # squares of what is smaller are lost


def affine(x: Sequence[Term], w: Named, b: Named | None, j: int) -> Term:
    """x·W + b: a row times column j, and its bias."""
    product = dot(x, w.column(j))
    return product if b is None else product + b[j]


def mean(x: Sequence[Term]) -> Term:
    """Σ x / n."""
    return total(x) / len(x)


def variance(x: Sequence[Term], middle: Term) -> Term:
    """Σ (x − mean)² / n: the population's."""
    return total((each - middle) ** 2 for each in x) / len(x)


def mean_square(x: Sequence[Term]) -> Term:
    """Σ x² / n."""
    return total(each**2 for each in x) / len(x)


def layer_norm(
    x: Term, middle: Term, spread: Term, gain: Term, bias: Term | None, epsilon: Term
) -> Term:
    """gain·(x − mean) / √(variance + ε) + bias."""
    normed = gain * (x - middle) / sqrt(spread + epsilon)
    return normed if bias is None else normed + bias


def length(x: Sequence[Term], over: int = 1) -> Term:
    """√(Σ x² / over); what is so small that its squares are 0 is divided by its largest first."""
    largest = absolute(max(x, key=lambda each: abs(each.value)))
    if not 0 < largest.value < TINY:
        squares = total(n(each) ** 2 for each in x)
        return sqrt(squares / over if over > 1 else squares)
    squares = total((each / largest) ** 2 for each in x)
    return largest * sqrt(squares / over if over > 1 else squares)
