"""How each number of `attention` comes about."""

from collections.abc import Sequence

from tui_transformer.concepts.attention.model import Attention
from tui_transformer.steps import softmax
from tui_transformer.terms import Operand, Term, dot, log, operand, sqrt, total

MEANING = (",  s = q·k", ",  z = q·k/√d")
RANDOM = "where all parts are independent, of mean 0 and variance 1"


def vector(m: Attention, j: int | None = None) -> Sequence[Term]:
    """Key j, or the query: yours, or a row of the draw."""
    if m.source == "random":
        return m.leaf("drawn").row(0 if j is None else 1 + j)[: m.dimension]
    return m.the("query").row() if j is None else m.the("keys").row(j)


def dimensions(m: Attention) -> Term:
    """How many numbers a vector has."""
    return m.one("dimension") if m.source == "random" else operand("d", len(m.query))


def inputs(m: Attention, scaled: int) -> list[Term]:
    """What softmax gets, with √d or without."""
    return [*m.the("scaled_scores" if scaled else "scores").row()]


def now(m: Attention) -> list[Term]:
    """What softmax gets in the row that counts."""
    return inputs(m, int(m.scaled))


@Attention.scores.because(lambda m, j: f"s({m.names[j]}) = q·k = Σ qᵢ·kᵢ")
def score(m: Attention, j: int) -> Term:
    return dot(vector(m), vector(m, j))


@Attention.scaled_scores.because(lambda m, j: f"z({m.names[j]}) = s({m.names[j]})/√d")
def scaled_score(m: Attention, j: int) -> Term:
    return m.the("scores")[j] / sqrt(dimensions(m))


# ── weights ────────────────────────────────────────────────────────────────────────────


@Attention.rows.because(
    lambda m, at, j: softmax.share_formula(m.inputs[at], "sz"[at], m.names[j]) + MEANING[at]
)
def weight(m: Attention, at: int, j: int) -> Term:
    return softmax.share(inputs(m, at), j)


Attention.weights.is_of(Attention.rows, lambda m, j: (int(m.scaled), j))


def power_formula(m: Attention, j: int | None = None) -> str:
    at = "" if j is None else f"({m.names[j]})"
    return softmax.power_formula(m.inputs[m.scaled], "sz"[m.scaled] + at)


@Attention.powers.because(power_formula)
def power(m: Attention, j: int) -> Term:
    return softmax.powers(now(m))[j]


@Attention.rest.because(
    lambda m, j: (
        f"1−w({m.names[j]}) = (Σ {power_formula(m)} − {power_formula(m, j)}) / Σ {power_formula(m)}"
        + MEANING[m.scaled]
    )
)
def rest(m: Attention, j: int) -> Term:
    return softmax.rest(now(m), j)


@Attention.log_weights.because(
    lambda m, j: (
        f"ln w({m.names[j]}) = {'sz'[m.scaled]}({m.names[j]}) − ln Σ e^{'sz'[m.scaled]}"
        + MEANING[m.scaled]
    )
)
def log_weight(m: Attention, j: int) -> Term:
    return softmax.log_share(now(m), j)


# ── what dividing changes ──────────────────────────────────────────────────────────────


def ranked(m: Attention, at: int) -> list[Operand]:
    """The weights of a row, the largest first."""
    return sorted(m.the("rows").row(at), key=lambda w: -w.value)


@Attention.entropies.because("H = −Σ w·ln w")
def an_entropy(m: Attention, at: int) -> Term:
    return softmax.entropy(ranked(m, at))


Attention.entropy.is_of(Attention.entropies, lambda m: int(m.scaled))


@Attention.max_entropy.because("ln n")
def max_entropy(m: Attention) -> Term:
    return log(m.one("count") if m.source == "random" else operand("n", len(m.keys)))


@Attention.slopes.because(
    lambda m, at: f"∂w/∂{'sz'[at]} = w·(1−w) of the largest; 1−w is the sum of the others"
)
def slope(m: Attention, at: int) -> Term:
    largest, *others = ranked(m, at)
    return largest * total(others)


@Attention.mean_squares.because(lambda m, at: f"mean of {'sz'[at]}²")
def mean_square(m: Attention, at: int) -> Term:
    return dot(inputs(m, at), inputs(m, at)) / len(m.k)


@Attention.expected.because(
    lambda m, at: f"{'Var(q·k/√d) = d/√d²' if at else 'Var(q·k) = d·1·1'} {RANDOM}"
)
def expected(m: Attention, at: int) -> Term:
    d = dimensions(m)
    return d / sqrt(d) ** 2 if at else d * 1 * 1
