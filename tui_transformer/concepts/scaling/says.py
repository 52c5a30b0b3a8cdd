"""What one state of `scaling` shows, in a sentence."""

from tui_transformer.concepts.scaling.model import Scaling
from tui_transformer.numbers import count, probability


def says(m: Scaling) -> str:
    """Say what this pattern costs and how far it carries."""
    cells, hops = percent(m.density), m.hops_to_reach_all
    if m.pattern == "full":
        return (
            f"At {count(m.length)} tokens attention is {percent(m.attention_share)} of a "
            f"block's FLOPs."
        )
    if m.pattern == "causal":
        return f"causal: {cells} of the cells; one hop reaches all that came before, none later."
    if m.pattern == "low-rank":
        missed = percent(m.rank_error) if m.rank_error else "nothing"
        return f"low-rank: {cells} of the cells; of {m.tokens} drawn tokens' it misses {missed}."
    if hops is None:
        return f"block: {cells} of the cells, and no number of hops leads out of a block."
    if hops == 1:
        return (
            f"{m.pattern}: of {count(m.length)} tokens it leaves no cell out; one hop reaches all."
        )
    if m.pattern == "sliding":
        near = count(min(m.hop * m.window, m.length - 1))
        reach = "1 hop" if m.hop == 1 else f"{m.hop} hops"
        return f"sliding: {cells} of the cells; ±{near} tokens in {reach}, all in {count(hops)}."
    through = "through token 0 " if m.pattern == "global" else ""
    return f"{m.pattern}: {cells} of the cells, yet {hops} hops {through}reach every token."


def drew_level(m: Scaling) -> str:
    """Say where attention became the larger part."""
    share, even = probability(m.attention_share, 4), count(m.crossover_length or 0)
    return (
        f"At {count(m.length)} tokens attention is {share} of the block; "
        f"from {even} on it costs as much as the rest."
    )


def carried_far(m: Scaling) -> str:
    """Say how few cells were enough."""
    return (
        f"{count(m.score_cells)} of 1,048,576 cells are {percent(m.density)}, "
        "and 2 hops lead from every token to every other."
    )


def never_even(m: Scaling) -> str:
    """Say how long a row can become, and how long it would have to be."""
    return (
        f"{m.pattern}: at most {count(widest(m))} cells a row on average; "
        f"even would take 6·d = {count(6 * m.d_model)}."
    )


def percent(share: float) -> str:
    """Write a share in percent; never as nothing or as everything, unless it is."""
    hundreds = 100 * share
    if 10 <= hundreds < 99.95:
        return f"{hundreds:.1f} %"
    return f"{hundreds:.3g} %" if hundreds in (0, 100) or hundreds < 10 else probability(share, 4)


def widest(m: Scaling) -> int:
    """How many cells a row has at the most, on average, of a pattern that does not grow."""
    return {
        "sliding": 2 * m.window + 1,
        "global": 2 * m.window + 3,
        "block": m.window,
        "low-rank": 2 * m.rank,
    }[m.pattern]
