"""How each number of `embeddings` comes about: counts, what chance would give, directions."""

from collections.abc import Sequence

from tui_transformer.arrays import Array
from tui_transformer.concepts.embeddings.model import Embeddings
from tui_transformer.numbers import count
from tui_transformer.steps import linear
from tui_transformer.steps.activations import absolute
from tui_transformer.terms import Named, Term, apply, dot, log, n, operand, total
from tui_transformer.text import shorten, visible


def named(m: Embeddings, row: int) -> str:
    """Write a word in a formula."""
    return visible(shorten(m.table_of_words.words[row].replace(" ", "␣") or "␣", 20))


def leaves(name: str, values: Array) -> Named:
    """An array that was found or trained: where the way ends."""
    return Named(name, values, "weight")


# ── from counts to the table ───────────────────────────────────────────────────────────


@Embeddings.counts.because(
    lambda m, a, b: f"times that {named(m, a)} and {named(m, b)} stand so near"
)
def counted(m: Embeddings, a: int, b: int) -> Term:
    name = f"times {named(m, a)} and {named(m, b)} stand {m.window} places apart or fewer"
    return operand(name, float(m.counts[a, b]))


@Embeddings.kept_company.because(lambda m, a: f"all company of {named(m, a)}, added")
def kept_company(m: Embeddings, a: int) -> Term:
    row = m.the("counts").row(a)
    return total(each for each in row if each.value) if any(m.counts[a]) else n(0)


@Embeddings.all_company.because("the company of all words, added")
def all_company(m: Embeddings) -> Term:
    return total(m.the("kept_company").row())


@Embeddings.weighed.because(
    lambda m, a, b: (
        f"max(0, ln(n·N / (n_a·n_b))), a = {named(m, a)}, b = {named(m, b)}"
        if m.counts[a, b]
        else f"{named(m, a)} and {named(m, b)} never stand so near: 0"
    )
)
def weighed(m: Embeddings, a: int, b: int) -> Term:
    if not m.counts[a, b]:
        return operand("never so near", 0)
    together, each = m.the("counts")[a, b], m.the("kept_company")
    return apply("max", n(0), log(together * m.one("all_company") / (each[a] * each[b])))


@Embeddings.table.because(
    lambda m, i, j: (
        f"Σ PPMI of {named(m, i)} with each word · that word's part of direction {j}"
        if m.table_of_words.company
        else f"number {j} of the row of {named(m, i)}, as it was trained"
    )
)
def table(m: Embeddings, i: int, j: int) -> Term:
    company = m.table_of_words.company
    if company is None:
        ((name, weights),) = m.table_of_words.weights.items()
        return leaves(name, weights)[m.table_of_words.ids[i], j]
    directions, row = leaves("directions", company.directions), m.the("weighed").row(i)
    seen = [c for c, each in enumerate(row) if each.value]
    return total(row[c] * directions[c, j] for c in seen) if seen else n(0)


# ── the lookup ─────────────────────────────────────────────────────────────────────────


@Embeddings.one_hot.because(lambda m, i: f"1 where {named(m, m.at)} stands, else 0")
def one_hot(m: Embeddings, i: int) -> Term:
    return operand("the word itself" if i == m.at else "another word", int(i == m.at))


@Embeddings.product.because(lambda m, j: f"Σ one-hot · number {j} of each of {len(m.table)} rows")
def product(m: Embeddings, j: int) -> Term:
    return dot(m.the("one_hot").row(), m.the("table").column(j))


@Embeddings.vector.because(lambda m, j: f"number {j} of row {m.at}, {named(m, m.at)}'s")
def vector(m: Embeddings, j: int) -> Term:
    return m.the("table")[m.at, j]


@Embeddings.one_hot_difference.because("the largest |one-hot·E − row|")
def one_hot_difference(m: Embeddings) -> Term:
    pairs = zip(m.the("product").row(), m.the("vector").row(), strict=True)
    return apply("max", 0, *(absolute(a - b) for a, b in pairs))


# ── near and far ───────────────────────────────────────────────────────────────────────


@Embeddings.lengths.because(lambda m, i: f"√Σ x² over the row of {named(m, i)}")
def length(m: Embeddings, i: int) -> Term:
    return linear.length(m.the("table").row(i))


def cosine(a: Sequence[Term], b: Sequence[Term], over: Term) -> Term:
    """Σ a·b over both lengths; what has no length is like nothing."""
    return dot(a, b) / over if over.value else operand("a row of zeros is like none", 0)


@Embeddings.cosines.because(
    lambda m, i: f"cosine = {named(m, m.at)} · {named(m, i)} / both lengths"
)
def near(m: Embeddings, i: int) -> Term:
    rows, lengths = m.the("table"), m.the("lengths")
    return cosine(m.the("vector").row(), rows.row(i), lengths[m.at] * lengths[i])


Embeddings.neighbours.is_of(Embeddings.cosines, lambda m, k, _: m.near[k])


@Embeddings.target.because(lambda m, j: f"number {j} of " + asked(m))
def target(m: Embeddings, j: int) -> Term:
    plain, minus, plus = (m.the("table")[row, j] for row in m.given)
    return plain - minus + plus


def asked(m: Embeddings) -> str:
    """Write word − minus + plus."""
    plain, minus, plus = (named(m, row) for row in m.given)
    return f"{plain} − {minus} + {plus}"


@Embeddings.target_length.because("√Σ x²")
def target_length(m: Embeddings) -> Term:
    return linear.length(m.the("target").row())


@Embeddings.answer_cosines.because(lambda m, i: f"({asked(m)}) · {named(m, i)} / both lengths")
def answer_cosine(m: Embeddings, i: int) -> Term:
    over = m.one("target_length") * m.the("lengths")[i]
    return cosine(m.the("target").row(), m.the("table").row(i), over)


Embeddings.analogy.is_of(Embeddings.answer_cosines, lambda m, k, _: m.answers[k])


@Embeddings.landed.because(
    lambda m, i: "questions, 1 for each that is so" if not i else "questions with all words"
)
def landed(m: Embeddings, i: int) -> Term:
    if i or not m.asked:
        return operand("questions whose words have rows", len(m.asked))
    return total(
        operand(f"{plain} − {minus} + {plus} lands on {nearest}", int(nearest in given))
        for nearest, given in m.asked
        for minus, plain, plus in (given,)
    )


# ── the map ────────────────────────────────────────────────────────────────────────────


@Embeddings.centre.because(lambda m, j: f"mean of number {j} over {count(len(m.table))} rows")
def centre(m: Embeddings, j: int) -> Term:
    return linear.mean(m.the("table").column(j))


@Embeddings.map.because(lambda m, i, axis: f"Σ (row of {named(m, i)} − mean) · direction {axis}")
def place(m: Embeddings, i: int, axis: int) -> Term:
    axes, middle = leaves("axes", m.flat[1]).column(axis), m.the("centre").row()
    moved = (x - mean for x, mean in zip(m.the("table").row(i), middle, strict=True))
    return dot(moved, axes)


@Embeddings.spread.because(lambda m, j: f"variance of number {j} over all rows")
def spread(m: Embeddings, j: int) -> Term:
    return linear.variance(m.the("table").column(j), m.the("centre")[j])


@Embeddings.spread_kept.because(lambda m, axis: f"variance along direction {axis} of the map")
def spread_kept(m: Embeddings, axis: int) -> Term:
    return linear.mean_square(m.the("map").column(axis))


@Embeddings.variance_kept.because("variance along both directions / along all numbers")
def variance_kept(m: Embeddings) -> Term:
    whole = total(m.the("spread").row())
    if not whole.value:
        return operand("all rows are the same: nothing is lost", 1)
    return total(m.the("spread_kept").row()) / whole


# ── in a sentence ──────────────────────────────────────────────────────────────────────


@Embeddings.in_context.because(
    lambda m, layer: f"cosine of both {named(m, m.at)} after layer {layer} (0: before the first)"
)
def in_context(m: Embeddings, layer: int) -> Term:
    a, b = (inside.stream(layer).row(at) for inside, (_, at) in zip(m.inside, m.runs, strict=True))
    return dot(a, b) / (linear.length(a) * linear.length(b))


@Embeddings.contextual_cosine.because("after the last layer")
def contextual_cosine(m: Embeddings) -> Term:
    return m.the("in_context")[len(m.in_context) - 1]
