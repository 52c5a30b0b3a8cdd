"""What there is to do on the attention screen, and what is seen once it is done."""

from functools import cache

import numpy as np

from tui_transformer.concept import Challenge
from tui_transformer.concepts._softmax_row import written
from tui_transformer.concepts.attention.model import Attention
from tui_transformer.numbers import number
from tui_transformer.text import and_list


def by_hand(m: Attention) -> bool:
    """Say whether your own query meets the four keys as they were."""
    return m.source == "hand" and np.array_equal(m.keys, usual().keys)


@cache
def usual() -> Attention:
    """The state that the concept opens in."""
    return Attention()


def kept_by_dividing(m: Attention) -> bool:
    """Say whether a drawn row has collapsed for want of √64."""
    if m.source != "random" or m.dimension != 64 or m.scaled:
        return False
    without, divided = m.entropies
    return bool(without < 0.1 and divided > 1)


def shared(m: Attention) -> float:
    """How much the two best of the four keys hold together if they tie; else nothing."""
    return float(m.weights[m.tied].sum()) if by_hand(m) and len(m.tied) == 2 else 0.0


def what_kept_it(m: Attention) -> str:
    """Say what dividing does for a row that collapses without it."""
    without, divided = (number(float(x), 3) for x in m.entropies)
    name, taken = m.names[m.top], written(m.scores, m.top)
    return f"By √64 these scores give {divided} nats, undivided {without}: {name} takes {taken}."


def what_plaza_got(m: Attention) -> str:
    """Say by how much the third flat won."""
    lead = number(float(m.scores[2] - max(np.delete(m.scores, 2))), 4)
    got = written(m.inputs[m.scaled], 2)
    return f"{m.names[2]} scores {lead} more than the next key, and gets {got}."


def what_they_share(m: Attention) -> str:
    """Say what two equal scores make."""
    names, z = and_list([m.names[j] for j in m.tied]), m.inputs[m.scaled]
    return f"{names} both score {number(float(m.scores[m.top]), 4)}: each gets {written(z, m.top)}."


CHALLENGES = (
    Challenge(
        "at d = 64, collapse a random row (below 0.1 nats) that √d would keep above 1",
        kept_by_dividing,
        {"source": "random", "scaled": False},
        keys="right down right",
        hint="What is it that keeps the scores small? Switch it off.",
        seen=what_kept_it,
    ),
    Challenge(
        "ask for what plaza offers alone, until it gets over 0.9, and touch no key",
        lambda m: by_hand(m) and not np.any(m.query[[0, 2]]) and m.weights[2] > 0.9,
        {"query": (0.0, 5.0, 0.0, 5.0)},
        hint="Ask for what plaza offers, and loudly.",
        seen=what_plaza_got,
    ),
    Challenge(
        "let two keys share equally, more than 0.9 in all, and touch no key",
        lambda m: shared(m) > 0.9,
        {"query": (5.0, 0.0, 0.0, 0.0)},
        hint="attic and court differ in two places; ask only for what both have.",
        seen=what_they_share,
    ),
)
