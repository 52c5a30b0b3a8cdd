"""One score, one share, one number of what attention takes home."""

from collections.abc import Sequence

from tui_transformer.steps import softmax
from tui_transformer.terms import Term, n, operand, sqrt, total

HIDDEN = "a later word: the causal mask makes it exactly 0"  # the formula of a masked share


def score(q: Sequence[Term], k: Sequence[Term]) -> Term:
    """q·k / √d, by `products`."""
    return products(q, k) / sqrt(len(q))


def share(z: Sequence[Term], j: int) -> Term:
    """One share of a softmax over the places that may be seen; a later place gets exactly 0."""
    return softmax.share(z, j) if j < len(z) else operand("masked", 0)


def products(a: Sequence[Term], b: Sequence[Term]) -> Term:
    """Σ a·b over two rows that are equally long, without the products that are 0.

    For designed numbers, most of which are 0. What is left out has no slope either, so where
    slopes are wanted it is `dot`.
    """
    pairs = zip(a, b, strict=True)
    some = [n(x) * y for x, y in pairs if n(x).value and n(y).value]
    return total(some) if some else operand("no product but 0", 0)
