"""How each number of `scaling` comes about."""

from tui_transformer.concepts.scaling.model import MEANING, Scaling
from tui_transformer.nn.reach import mask_cells, route
from tui_transformer.steps.activations import downwards, largest, smallest, upwards
from tui_transformer.terms import Named, Operand, Term, n, operand

# ── the cells of a mask ────────────────────────────────────────────────────────────────


def cells(m: Scaling, length: Term) -> Term:
    """How many cells the pattern's mask of a text has."""
    window, stride = m.one("window"), m.one("stride")
    match m.pattern:
        case "full":
            return length * length
        case "causal":
            return length * (length + 1) / 2
        case "sliding":
            return band(length, window)
        case "strided":
            lines = part("⌊(n − 1)/stride⌋", downwards((length - 1) / stride))
            if lines.value < 2:
                return band(length, stride)
            # 2·Σ (n − m·stride) over the diagonals m = 2 … lines outside the band
            farther = (lines - 1) * length - stride * (lines * (lines + 1) / 2 - 1)
            return band(length, stride) + 2 * farther
        case "global":
            return band(length, window) + 2 * largest(length - 1 - window, 0)
        case "low-rank":
            return length * smallest(2 * m.one("rank"), length)
        case _:
            blocks = part("⌊n/window⌋", downwards(length / window))
            return blocks * window**2 + (length - blocks * window) ** 2


def part(symbols: str, term: Term) -> Operand:
    """Give a part of a formula its own line."""
    return Named(symbols, term.value, lambda: term, symbols)[()]


def band(length: Term, width: Term) -> Term:
    """The cells at most `width` from the diagonal: full rows without two corners."""
    if width.value >= length.value:
        width = length - 1
    return length * (2 * width + 1) - width * (width + 1)


@Scaling.score_cells.because(lambda m: f"cells of {MEANING[m.pattern]}")
def score_cells(m: Scaling) -> Term:
    return cells(m, m.one("length"))


@Scaling.density.because("cells / n²")
def density(m: Scaling) -> Term:
    return m.one("score_cells") / m.one("length") ** 2


# ── what they cost ─────────────────────────────────────────────────────────────────────

SHARE = "share = 4·cells·d / (4·cells·d + 24·n·d²)"


def listed(m: Scaling, at: int) -> Term:
    """One of the lengths whose shares are listed."""
    tokens = m.lengths[at]
    return m.one("length") if tokens == m.length else operand("n", tokens)


def ratio(m: Scaling, seen: Term, length: Term) -> Term:
    """Attention's share of a block."""
    attention = 4 * seen * m.one("d_model")
    return attention / (attention + 24 * length * m.one("d_model") ** 2)


@Scaling.cells.because(lambda m, at: f"cells of {MEANING[m.pattern]}")
def listed_cells(m: Scaling, at: int) -> Term:
    return cells(m, listed(m, at))


@Scaling.shares.because(SHARE)
def share(m: Scaling, at: int) -> Term:
    return ratio(m, m.the("cells")[at], listed(m, at))


@Scaling.attention_share.because(SHARE)
def attention_share(m: Scaling) -> Term:
    return ratio(m, m.one("score_cells"), m.one("length"))


@Scaling.rank_error.because("what the best attention of this rank misses")
def rank_error(m: Scaling) -> Term:
    return m.the("misses")[m.ranks.index(m.rank)] * 1


@Scaling.attention_flops.because("attention FLOPs: 4·cells·d, one block")
def attention_flops(m: Scaling) -> Term:
    return 4 * m.one("score_cells") * m.one("d_model")


@Scaling.linear_flops.because("other FLOPs: 24·n·d², one block")
def linear_flops(m: Scaling) -> Term:
    return 24 * m.one("length") * m.one("d_model") ** 2


@Scaling.score_bytes.because("score bytes: 4·cells·heads·layers")
def score_bytes(m: Scaling) -> Term:
    return 4 * m.one("score_cells") * m.one("heads") * m.one("layers")


@Scaling.flash_bytes.because(
    "… with Flash: FlashAttention-2 keeps one float32 a row: 4·n·heads·layers; its FLOPs are "
    "the same"
)
def flash_bytes(m: Scaling) -> Term:
    return 4 * m.one("length") * m.one("heads") * m.one("layers")


def crossing(m: Scaling) -> tuple[str, Term]:
    """The length where attention costs as much as the rest, and why.

    Near it the cells are a·n − c, a straight line, so a·n − c = 6·d·n gives n = ⌈c/(a − 6d)⌉.
    """
    d, w, s, found = m.one("d_model"), m.one("window"), m.one("stride"), m.crossover_length or 0
    if mask_cells(m.pattern, found, *m.shape) == found**2:
        return "n = 6·d, where 4·n·d = 24·d²", 6 * d
    if m.pattern == "causal":
        return "(n + 1)/2 = 6·d", 12 * d - 1
    symbols = "cells = a·n − c = 6·d·n, so n = ⌈c/(a − 6·d)⌉"
    if m.pattern == "sliding":
        return symbols, upwards(w * (w + 1) / (2 * w + 1 - 6 * d))
    if m.pattern == "global":
        return symbols, upwards((w + 1) * (w + 2) / (2 * w + 3 - 6 * d))
    lines = operand("diagonals, counted", (found - 1) // m.stride)
    line = s * (s - 1 + lines * (lines + 1)) / (2 * s - 1 + 2 * lines - 6 * d)
    symbols += f"; at least one token past diagonal {lines.value}"
    return symbols, largest(lines * s + 1, upwards(line))


Scaling.crossover_length.because(lambda m: crossing(m)[0])(lambda m: crossing(m)[1])


# ── how far it carries ─────────────────────────────────────────────────────────────────


def everywhere(m: Scaling) -> tuple[str, Term]:
    """How many hops lead everywhere, and why."""
    if m.hops_to_reach_all == 1:
        return "all that may be heard is one hop away", operand("one hop", 1)
    if m.pattern == "sliding":
        farthest = m.one("length") - 1
        return "⌈(n − 1)/window⌉, from end to end", upwards(farthest / m.one("window"))
    if m.pattern == "strided":
        return "whole strides, then the rest inside the window", n(1) + 1
    return "to token 0, and from it", n(1) + 1


Scaling.hops_to_reach_all.because(lambda m: everywhere(m)[0])(lambda m: everywhere(m)[1])


def way(m: Scaling, i: int, j: int) -> str:
    """Write by which way token i has heard of token j."""
    return " ← ".join(map(str, route(m.mask, m.first, i, j)))


@Scaling.known.because(
    lambda m, i, j: (
        f"{way(m, i, j)}: hops passed + 1 − hops needed"
        if m.first[i, j]
        else f"token {i} has not heard of token {j} after {m.hop} hops"
    )
)
def known(m: Scaling, i: int, j: int) -> Term:
    if not m.first[i, j]:
        return operand("not yet heard", 0)
    return m.one("hop") + 1 - m.the("first")[i, j]


@Scaling.first.because(lambda m, i, j: f"{way(m, i, j)}: hops to token {j}")
def first(m: Scaling, i: int, j: int) -> Term:
    if m.first[i, j] == 1:
        return operand("one hop", 1)
    return m.the("first")[route(m.mask, m.first, i, j)[1], j] + 1
