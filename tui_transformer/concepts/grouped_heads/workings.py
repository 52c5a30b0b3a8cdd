"""How each number of `grouped-heads` comes about, down to the sizes and to what was drawn."""

from tui_transformer.concepts.grouped_heads.model import GroupedHeads
from tui_transformer.steps import attention
from tui_transformer.terms import Term, function, n, operand

floor = function("floor")


@GroupedHeads.groups.because("⌊head / (heads / kv_heads)⌋")
def group(m: GroupedHeads, head: int) -> Term:
    return floor(n(head) / (m.one("heads") / m.one("kv_heads")))


@GroupedHeads.scores.because(
    lambda m, head, i, j: (
        f"z = q({m.name(i)}) of head {head} · k({m.name(j)}) of key head {m.groups[head]} "
        f"/ √{m.d_head}"
    )
)
def score(m: GroupedHeads, head: int, i: int, j: int) -> Term:
    asked = m.leaf("k").row(int(m.groups[head]), j)
    return attention.score(m.leaf("q").row(head, i), asked)


def share_formula(m: GroupedHeads, head: int, i: int, j: int) -> str:
    if j > i:
        return attention.HIDDEN
    return f"w = e^z / Σ e^z, z = q·k/√{m.d_head}, k of key head {m.groups[head]}"


@GroupedHeads.attention.because(share_formula)
def share(m: GroupedHeads, head: int, i: int, j: int) -> Term:
    return attention.share([m.the("scores")[head, i, at] for at in range(i + 1)], j)


@GroupedHeads.top.because("the largest weight of the head's row")
def top(m: GroupedHeads, head: int) -> Term:
    return n(m.the("attention")[head, m.query, int(m.favourites[head])])


@GroupedHeads.d_head.because("d_model / heads")
def d_head(m: GroupedHeads) -> Term:
    return m.one("d_model") / m.one("heads")


KEPT = "2·layers·length·kv_heads·d_head·bytes"
WEIGHTS = "layers·2·d_model·(d_model + kv_heads·d_head)"


def costs(m: GroupedHeads, kv_heads: Term) -> tuple[Term, Term]:
    """What so many key heads keep, and the weights they have."""
    d, narrow = m.one("d_model"), kv_heads * m.one("d_head")
    kept = 2 * m.one("layers") * m.one("length") * narrow * m.one("bytes_per_number")
    return kept, m.one("layers") * 2 * d * (d + narrow)


@GroupedHeads.costs.because(lambda m, at, i: (KEPT, WEIGHTS)[i])
def cost(m: GroupedHeads, at: int, i: int) -> Term:
    return costs(m, operand("key heads of this row", m.options[at]))[i]


@GroupedHeads.kv_cache_bytes.because(KEPT)
def kv_cache_bytes(m: GroupedHeads) -> Term:
    return costs(m, m.one("kv_heads"))[0]


@GroupedHeads.parameter_count.because(WEIGHTS)
def parameter_count(m: GroupedHeads) -> Term:
    return costs(m, m.one("kv_heads"))[1]
