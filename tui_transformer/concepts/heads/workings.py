"""How each number of `heads` comes about, down to the words' dials and the projections."""

import math

import numpy as np

from tui_transformer.concepts.heads.jobs import dials
from tui_transformer.concepts.heads.model import Heads
from tui_transformer.steps import attention, linear, softmax
from tui_transformer.steps.activations import PI
from tui_transformer.terms import Operand, Term, dot, function, n, operand, sqrt, total

sine, cosine = function("sin"), function("cos")


# ── what comes in, and what is asked ───────────────────────────────────────────────────


@Heads.x.because("sin or cos of a dial's angle: the place's, or the word's own")
def dial(m: Heads, i: int, c: int) -> Term:
    (places, own), number = dials(m.d_model), c // 2
    if number >= places + own:
        return operand("an odd channel", 0)
    if number >= places:
        pair = [m.parameters["word_draws"][i, 2 * (number - places) + side] for side in (0, 1)]
        return pair[c % 2] / linear.length(pair)
    size = 1 << int(math.log2(number + 1))
    turn = 2 * (number + 1 - size) + 1
    return (cosine if c % 2 else sine)(n(i) * turn * PI / (2 * size))


def projected(m: Heads, part: str, head: int, i: int, c: int) -> Term:
    """x·W + b in a head's own column, without what is 0."""
    w, b = m.parameters[f"W_{part}"], m.parameters[f"b_{part}"]
    column = head * m.d_head + c
    rows = np.flatnonzero(w.values[:, column]).tolist()
    product = total(m.the("x")[i, row] * w[row, column] for row in rows)
    return product + b[column] if rows else b[column]


@Heads.q.because("x·W_q + b_q")
def query(m: Heads, head: int, i: int, c: int) -> Term:
    return projected(m, "q", head, i, c)


@Heads.k.because("x·W_k + b_k")
def key(m: Heads, head: int, i: int, c: int) -> Term:
    return projected(m, "k", head, i, c)


@Heads.v.because("x·W_v + b_v")
def a_value(m: Heads, head: int, i: int, c: int) -> Term:
    return projected(m, "v", head, i, c)


# ── where each head looks ──────────────────────────────────────────────────────────────


def score_formula(m: Heads, head: int, i: int, j: int) -> str:
    return f"z = q({m.name(i)})·k({m.name(j)}) / √{m.d_head} of head {head}"


@Heads.scores.because(score_formula)
def score(m: Heads, head: int, i: int, j: int) -> Term:
    return attention.score(m.the("q").row(head, i), m.the("k").row(head, j))


def top_at(m: Heads, head: int) -> int:
    """The word that fits the chosen one best."""
    return int(np.argmax(m.scores[head, m.query, : m.seen]))


Heads.top.is_of(Heads.scores, lambda m, head: (head, m.query, top_at(m, head)))


def share_formula(m: Heads, head: int, i: int, j: int) -> str:
    if m.causal and j > i:
        return attention.HIDDEN
    return f"w = e^z / Σ e^z, z = q·k/√{m.d_head} of head {head}"


@Heads.attention.because(share_formula)
def share(m: Heads, head: int, i: int, j: int) -> Term:
    seen = i + 1 if m.causal else len(m.tokens)
    return attention.share([m.the("scores")[head, i, at] for at in range(seen)], j)


@Heads.row_entropies.because("H = −Σ w·ln w in nats")
def row_entropy(m: Heads, head: int, i: int) -> Term:
    return softmax.entropy(m.the("attention").row(head, i))


@Heads.entropies.because(
    lambda m, head: f"H = −Σ w·ln w in nats, mean of {len(m.row_entropies[head])} rows"
)
def entropy(m: Heads, head: int) -> Term:
    return linear.mean(m.the("row_entropies").row(head))


@Heads.kept.because("the weight that lies where the label says, in one row")
def kept(m: Heads, head: int, row: int) -> Term:
    job = m.layer.jobs[head]
    assert job is not None
    there, has = job.promised(m.tokens, m.causal)
    i = int(np.flatnonzero(has)[row])
    return total(m.the("attention")[head, i, j] for j in np.flatnonzero(there[i]).tolist())


@Heads.shares.because(
    lambda m, head: f"the weight that lies where the label says, mean of {len(m.kept[head])} rows"
)
def mean_kept(m: Heads, head: int) -> Term:
    return linear.mean(m.the("kept").row(head))


@Heads.uses.because(
    lambda m, head: f"channels of q and k that are not 0, of this head's {m.d_head}"
)
def uses(m: Heads, head: int) -> Term:
    return operand("channels, counted", m.uses[head])


# ── what each head writes ──────────────────────────────────────────────────────────────


@Heads.found.because("Σ w·v of a head")
def found(m: Heads, i: int, c: int) -> Term:
    head, own = divmod(c, m.d_head)
    seen = range(i + 1 if m.causal else len(m.tokens))
    w, v = m.the("attention"), m.the("v")
    return dot((w[head, i, j] for j in seen), (v[head, j, own] for j in seen))


def writing(m: Heads, heads: list[int], i: int, channel: int) -> Term:
    """What some heads add to one channel of a word's output: their columns times W_O's rows."""
    w, its = m.parameters["W_O"], range(m.d_head)
    channels = [head * m.d_head + c for head in heads for c in its]
    return dot((m.the("found")[i, c] for c in channels), (w[c, channel] for c in channels))


def writing_formula(m: Heads, head: int, channel: int) -> str:
    own = m.layer.own(head)
    return f"channels {own.start}–{own.stop - 1} · their rows of W_O, column {channel}"


@Heads.written.because(writing_formula)
def written(m: Heads, head: int, channel: int) -> Term:
    return writing(m, [head], m.query, channel)


@Heads.lost.because(lambda m, i, channel: writing_formula(m, m.ablate, channel))
def lost(m: Heads, i: int, channel: int) -> Term:
    return writing(m, [m.ablate], i, channel)


@Heads.output.because("output = what the heads that are on write, + b_O")
def output(m: Heads, i: int, channel: int) -> Term:
    on = [head for head in range(m.heads) if head != m.ablate]
    return writing(m, on, i, channel) + m.parameters["b_O"][channel]


def added_formula(m: Heads, row: int, channel: int) -> str:
    if row == len(m.added) - 1:
        return "output = what the heads that are on write, + b_O"
    if row == len(m.added) - 2:
        return "b_O: drawn, the same for every word"
    if row < len(m.listed):
        return writing_formula(m, m.listed[row], channel)
    return f"the other heads' channels · W_O, column {channel}"


@Heads.added.because(added_formula)
def added(m: Heads, row: int, channel: int) -> Term:
    if row == len(m.added) - 1:
        return total(m.the("added")[at, channel] for at in m.on)
    if row == len(m.added) - 2:
        return m.parameters["b_O"][channel]
    heads = [m.listed[row]] if row < len(m.listed) else m.others
    return writing(m, heads, m.query, channel)


def long(row: list[Operand]) -> Term:
    """The length of a vector."""
    return sqrt(dot(row, row))


@Heads.lengths.because(
    lambda m, head: f"|c| = √Σ cᵢ², c = head {head}'s columns times its rows of W_O"
)
def length(m: Heads, head: int) -> Term:
    return long(m.the("written").row(head))


@Heads.losses.because(lambda m, i: f"|c| = √Σ cᵢ², c = what head {m.ablate} would have written")
def loss(m: Heads, i: int) -> Term:
    return long(m.the("lost").row(i))


@Heads.keeps.because("|c| = √Σ cᵢ², c = what is left")
def keeps(m: Heads, i: int) -> Term:
    return long(m.the("output").row(i))


# ── what they cost ─────────────────────────────────────────────────────────────────────

COUNTED = "h·3·(d·d_head + d_head) + (d·d + d) = 4d² + 4d, for h·d_head = d"
COSTS = (
    "d_head = d_model / heads",
    COUNTED,
    "3·(d·d_head + d_head)",
    "d·d + d",
    "one square of n·n weights for each head",
)


@Heads.d_head.because(COSTS[0])
def d_head(m: Heads) -> Term:
    return m.one("d_model") / m.one("heads")


def costs(m: Heads, heads: Term, size: Term) -> tuple[Term, ...]:
    """What a cut costs, as in the table."""
    d, words = m.one("d_model"), operand("words, counted", len(m.tokens))
    one, w_o = 3 * (d * size + size), d * d + d
    return d / heads, heads * 3 * (d * size + size) + w_o, one, w_o, heads * words * words


@Heads.costs.because(lambda m, at, i: COSTS[i])
def cost(m: Heads, at: int, i: int) -> Term:
    heads = operand("heads of this cut", m.cuts[at])
    return costs(m, heads, m.the("costs")[at, 0] if i else heads)[i]


@Heads.parameter_count.because(COUNTED)
def parameter_count(m: Heads) -> Term:
    return costs(m, m.one("heads"), m.one("d_head"))[1]
