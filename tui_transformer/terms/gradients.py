"""The chain rule, once for every term: from a result back to all that it was made of."""

from tui_transformer.terms.operations import OPERATIONS
from tui_transformer.terms.term import Term


def gradients(term: Term, deep: bool = False) -> dict[Term, float]:
    """Say how a result moves with every term that it is made of: ∂term/∂each.

    From the result down, each term hands what it was given, times its own slope, to what it is
    made of; where several ways meet they add up. That is all of backpropagation (Rumelhart,
    Hinton & Williams, 1986). `deep` goes on through the workings of named numbers.
    """
    ordered = in_order(term, deep)
    slopes = dict.fromkeys(ordered, 0.0)
    slopes[term] = 1.0
    for each in reversed(ordered):
        above = slopes[each]
        if above:
            for part, own in own_slopes(each, deep):
                slopes[part] += above * own if own else 0.0  # 0·∞: it does not depend on it
    return slopes


def own_slopes(each: Term, deep: bool = False) -> tuple[tuple[Term, float], ...]:
    """What a term is made of, each with ∂term/∂part; a name for a number has slope 1."""
    if each.of:
        own = OPERATIONS[each.op].slopes(each.value, *(part.value for part in each.of))
        return tuple(zip(each.of, own, strict=True))
    return tuple((part, 1.0) for part in each.behind()) if deep else ()


def in_order(term: Term, deep: bool = False) -> list[Term]:
    """List all terms, each after those it is made of."""
    ordered: list[Term] = []
    seen: set[int] = set()
    waiting: list[tuple[Term, bool]] = [(term, False)]
    while waiting:
        here, done = waiting.pop()
        if done:
            ordered.append(here)
        elif id(here) not in seen:
            seen.add(id(here))
            waiting.append((here, True))
            waiting += ((part, False) for part in here.of or (here.behind() if deep else ()))
    return ordered
