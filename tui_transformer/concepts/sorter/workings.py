"""How each number of `sorter` comes about, layer by layer, down to the trained weights."""

from tui_transformer.concepts.sorter import network
from tui_transformer.concepts.sorter.model import Sorter
from tui_transformer.nn.made_up.sorting import LETTERS, PLAN
from tui_transformer.steps import attention, gpt, softmax
from tui_transformer.steps.block import Block
from tui_transformer.terms import Term, n, total

AFTER = ("start", *(f"layer {i}" for i in range(1, PLAN.layers + 1)))
D_HEAD = PLAN.d_model // PLAN.heads


def block(m: Sorter) -> Block:
    """The chosen layer."""
    return m.inside.blocks[m.layer - 1]


# ── where it looks ─────────────────────────────────────────────────────────────────────


def score_formula(m: Sorter, head: int, query: int, key: int) -> str:
    return f"z = q({m.names[query]})·k({m.names[key]}) / √{D_HEAD}"


@Sorter.scores.because(score_formula)
def score(m: Sorter, head: int, query: int, key: int) -> Term:
    return block(m)["scores"].working(head, query, key).term


def share_formula(m: Sorter, head: int, query: int, key: int) -> str:
    if key > query:
        return "a later letter: the causal mask makes it exactly 0"
    return f"{m.names[query]} → {m.names[key]} = e^z / Σ e^z, z = q·k/√{D_HEAD}"


@Sorter.attention.because(share_formula)
def share(m: Sorter, head: int, query: int, key: int) -> Term:
    return attention.share(m.the("scores").row(head, query)[: query + 1], key)


@Sorter.letter_shares.because(lambda m, i: f"the shares of every {LETTERS[i]}, added")
def letter_share(m: Sorter, i: int) -> Term:
    seen = m.seen(LETTERS[i])
    return total(m.the("attention")[m.head, m.at, at] for at in seen) if seen else n(0)


@Sorter.each_share.because(lambda m, i: f"the share of {LETTERS[i]} / how many")
def each_share(m: Sorter, i: int) -> Term:
    return letter_share(m, i) / max(len(m.seen(LETTERS[i])), 1)


# ── what it says ───────────────────────────────────────────────────────────────────────


@Sorter.residual.because(
    lambda m, at, j: f"{m.names[at]}, channel {j} = before + attention + feed-forward"
)
def residual(m: Sorter, at: int, j: int) -> Term:
    return total(block(m)[part][at, j] for part in ("input", "attention", "feed_forward"))


@Sorter.lens.because(
    lambda m, layer, at, i: f"z({LETTERS[i]}) = norm(stream)·embedding({LETTERS[i]}), 48 channels"
)
def lens(m: Sorter, layer: int, at: int, i: int) -> Term:
    return m.inside.read_off(layer, at, i)


Sorter.logits.is_of(Sorter.lens, lambda m, at, i: (PLAN.layers, at, i))


@Sorter.chances.because(
    lambda m, layer, at, i: f"p({LETTERS[i]}) = e^z / Σ e^z, z after {AFTER[layer]}"
)
def chance(m: Sorter, layer: int, at: int, i: int) -> Term:
    return softmax.share(m.the("lens").row(layer, at), i)


@Sorter.parameter_count.because("(V + context)·d + L·(12d² + 13d) + 2d")
def parameter_count(m: Sorter) -> Term:
    return gpt.parameter_count(n(PLAN.vocabulary), PLAN.context, PLAN.layers, PLAN.d_model)


# ── who wrote it, and what breaks ──────────────────────────────────────────────────────


@Sorter.contributions.because(lambda m, k, j: m.written.symbols(m.contributions[k][0]))
def contribution(m: Sorter, k: int, j: int) -> Term:
    return m.written.share(m.contributions[k][0])


@Sorter.sorted_right.because("729 lines tried: 1 for each that comes out sorted")
def sorted_right(m: Sorter) -> Term:
    return total(network.sorted_by(m.cut).astype(int).tolist())
