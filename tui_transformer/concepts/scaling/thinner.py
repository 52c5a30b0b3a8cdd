"""How the numbers of low-rank attention come about, and their pictures."""

from tui_transformer.concepts.scaling.low_rank import LowRank, directions
from tui_transformer.later import each
from tui_transformer.panels import Heatmap, Table
from tui_transformer.pieces import Bar, Cell, Column, cell
from tui_transformer.steps import attention, linear
from tui_transformer.terms import Named, Operand, Term, dot, operand, sqrt, total

MISSED = "√(Σ σ² beyond the rank / Σ σ²), σ: how much a direction is stretched"


def direction(m: LowRank, which: int, j: int) -> Operand:
    """One number of a direction: found by a singular value decomposition."""
    found = float(directions(m.tokens)[which, j])
    return operand(f"number {j} of direction {which + 1}", found)


@LowRank.drawn_scores.because("z = q·k/√16, q and k drawn")
def score(m: LowRank, i: int, j: int) -> Term:
    """One query times one key, divided by √16."""
    q, k = (Named(name, array, "draw") for name, array in m.sources().items())
    return attention.score(q.row(i), k.row(j))


@LowRank.drawn_attention.because("w = e^z / Σ e^z")
def weight(m: LowRank, i: int, j: int) -> Term:
    """One share of the softmax."""
    return attention.share(m.the("drawn_scores").row(i), j)


@LowRank.stretched.because("A·v, v a direction of length 1")
def stretched(m: LowRank, which: int, i: int) -> Term:
    """A row of the attention times a direction."""
    v = (direction(m, which, j) for j in range(m.tokens))
    return dot(m.the("drawn_attention").row(i), v)


@LowRank.lengths_stretched.because("σ = ‖A·v‖")
def length_stretched(m: LowRank, which: int) -> Term:
    """How long a direction becomes."""
    return linear.length(m.the("stretched").row(which))


@LowRank.misses.because(MISSED)
def missed(m: LowRank, at: int) -> Term:
    """What the directions left out hold."""
    if m.ranks[at] >= m.tokens:
        return operand("no direction is left out", 0)
    squares = [size**2 for size in m.the("lengths_stretched").row()]
    return sqrt(total(squares[m.ranks[at] :]) / total(squares))


@LowRank.thin.because("Σ (A·v)·v over the directions that are kept")
def kept(m: LowRank, i: int, j: int) -> Term:
    """One cell of the best attention of this rank."""
    some = range(min(m.rank, m.tokens))
    return total(m.the("stretched")[which, i] * direction(m, which, j) for which in some)


def rank_table(m: LowRank) -> Table:
    """What each rank misses of drawn attention."""
    columns = (Column("rank"), Column("missed", "output", bar=True), Column("", "output"))
    rows = each(lambda at: rank_row(m, at), range(len(m.ranks)))
    title = f"What low rank misses, {m.tokens} drawn tokens"
    return Table(title, columns, rows, row=m.ranks.index(m.rank), width=30, key="missed")


def rank_row(m: LowRank, at: int) -> tuple[Cell, ...]:
    """One rank, and what the best attention of it misses."""
    rank, share = m.ranks[at], m.the("misses")[at]
    return (
        Cell(str(rank), "text", role="target" if rank == m.rank else "plain"),
        Cell(Bar(share.value), role="output"),
        cell(share, "probability", 3, "output"),
    )


def thin_picture(m: LowRank) -> Heatmap:
    """The best attention of this rank: the lower, the more alike its rows."""
    names = tuple(map(str, range(m.tokens)))
    return Heatmap(
        f"Their attention, at rank {min(m.rank, m.tokens)} at best",
        m.thin,
        names,
        names,
        "diverging",
        working=m.the("thin").working,
        height=14,
        width=23,
        key="thin",
    )
