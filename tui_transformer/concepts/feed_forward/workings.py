"""How each number of `feed-forward` comes about."""

from collections.abc import Sequence

from tui_transformer.concepts import _sorter_weights as sorter
from tui_transformer.concepts.feed_forward.model import MOST_ROWS, FeedForward
from tui_transformer.nn.made_up.sorting import PLAN
from tui_transformer.numbers import count, subscript
from tui_transformer.steps import linear
from tui_transformer.steps.activations import absolute, bent, largest, switch
from tui_transformer.terms import Operand, Term, dot, n, operand, total
from tui_transformer.text import shorten, visible


def x_formula(m: FeedForward, row: int, i: int) -> str:
    word = visible(shorten(m.tokens[row], 16))
    if m.trained and sorter.letter(m.tokens[row]) is not None:
        return f"x{subscript(i)} of {word}: its row of the sorter's table, normed"
    return f"x{subscript(i)} of “{word}”: N(0, 1), from its own hash and the seed"


@FeedForward.x.because(x_formula)
def x(m: FeedForward, row: int, i: int) -> Term:
    return vector(m, m.order[row], i)


def vector(m: FeedForward, at: int, i: int) -> Term:
    """A number of a word as it was typed: drawn, or a letter's of the sorter."""
    known = sorter.letter(m.words.words[at]) if m.trained else None
    if known is None:
        return m.drawn["vectors"][at, i]
    row = m.drawn["embedding"].row(known)
    middle = linear.mean(row)
    gain, bias = (m.drawn[f"{sorter.LAYER}norm_2.{part}"][i] for part in ("gain", "bias"))
    spread = linear.variance(row, middle)
    return linear.layer_norm(row[i], middle, spread, gain, bias, n(PLAN.epsilon))


@FeedForward.order.because("which word of the sentence stands in a row")
def order(m: FeedForward, row: int) -> Term:
    return m.drawn["places"][row] if m.shuffle else operand("the row itself", row)


# ── a word's answer to a key ───────────────────────────────────────────────────────────


def a_product(m: FeedForward, x: Sequence[Term], j: int) -> Term:
    return dot(x, m.drawn["w_1"].column(j))


@FeedForward.products.because(lambda m, row, j: f"x·k{subscript(j)}")
def product(m: FeedForward, row: int, j: int) -> Term:
    return a_product(m, m.the("x").row(row), j)


@FeedForward.sums.because(lambda m, row, j: f"x·k{subscript(j)} + b₁")
def a_sum(m: FeedForward, row: int, j: int) -> Term:
    return product(m, row, j) + m.drawn["b_1"][j]


def hidden_formula(m: FeedForward, row: int, j: int) -> str:
    key = f"k{subscript(j)}"
    return f"h{subscript(j)} = {m.bend}(x·{key} + b₁), {key} is column {j} of W₁"


@FeedForward.hidden.because(hidden_formula)
def hidden(m: FeedForward, row: int, j: int) -> Term:
    return bent(m.bend, a_sum(m, row, j))


@FeedForward.hidden_as_typed.because(hidden_formula)
def hidden_as_typed(m: FeedForward, row: int, j: int) -> Term:
    fits = a_product(m, [vector(m, row, i) for i in range(m.width)], j)
    return bent(m.bend, fits + m.drawn["b_1"][j])


@FeedForward.awake_keys.because("how many of a word's sums are above 0")
def awake_keys(m: FeedForward, row: int) -> Term:
    return total(map(switch, m.the("sums").row(row)))


@FeedForward.awake.because("how many sums are above 0, word by word")
def awake(m: FeedForward) -> Term:
    return total(m.the("awake_keys").row())


@FeedForward.active_fraction.because(
    lambda m: f"{count(m.awake)} of {count(m.sums.size)} sums are above 0"
)
def active_fraction(m: FeedForward) -> Term:
    return m.one("awake") / operand("words times keys", m.sums.size)


# ── what it is given ───────────────────────────────────────────────────────────────────


def output_formula(m: FeedForward, row: int, i: int) -> str:
    keys = int((m.hidden[row] != 0).sum())
    return f"output{subscript(i)} = Σ hⱼ·vⱼ + b₂ in column {i}, over {keys} keys with h ≠ 0"


def values_added(m: FeedForward, h: Sequence[Operand], i: int) -> Term:
    """The values, each as much as its key was answered."""
    used = [each * m.drawn["w_2"][j, i] for j, each in enumerate(h) if each.value]
    return total(used) + m.drawn["b_2"][i] if used else m.drawn["b_2"][i]


@FeedForward.output.because(output_formula)
def output(m: FeedForward, row: int, i: int) -> Term:
    return values_added(m, m.the("hidden").row(row), i)


@FeedForward.output_as_typed.because("the same in the sentence's own order")
def output_as_typed(m: FeedForward, row: int, i: int) -> Term:
    return values_added(m, m.the("hidden_as_typed").row(row), i)


@FeedForward.lengths.because(lambda m, j: f"‖v{subscript(j)}‖ = √Σ vᵢ²")
def length(m: FeedForward, j: int) -> Term:
    return linear.length(m.drawn["w_2"].row(j))


@FeedForward.strengths.because(lambda m, j: f"|h{subscript(j)}|·‖v{subscript(j)}‖")
def strength(m: FeedForward, j: int) -> Term:
    return absolute(m.the("hidden")[m.token, j]) * m.the("lengths")[j]


@FeedForward.strongest.because("j·(adds of j / the largest): the pair j that adds most")
def strongest(m: FeedForward) -> Term:
    if m.strongest < 0:
        return operand("no key answers", -1)
    adds = m.the("strengths").row()
    return m.strongest * (adds[m.strongest] / largest(*adds))


@FeedForward.added.because(
    lambda m, i: f"h{subscript(m.strongest)}·v{subscript(m.strongest)}{subscript(i)}"
)
def added(m: FeedForward, i: int) -> Term:
    return m.the("hidden")[m.token, m.strongest] * m.drawn["w_2"][m.strongest, i]


# ── another order, and how many weights ────────────────────────────────────────────────

CHANGED = "max |output here − output in the sentence's order|"


@FeedForward.changes.because(CHANGED)
def change(m: FeedForward, row: int) -> Term:
    before = m.the("output_as_typed").row(m.order[row])
    pairs = zip(m.the("output").row(row), before, strict=True)
    return largest(*(absolute(now - then) for now, then in pairs), 0)


@FeedForward.changes_below.because(CHANGED)
def changes_below(m: FeedForward) -> Term:
    return largest(*m.the("changes").row()[MOST_ROWS - 1 :], 0)


@FeedForward.shuffle_difference.because(CHANGED)
def shuffle_difference(m: FeedForward) -> Term:
    return largest(*m.the("changes").row(), 0)


@FeedForward.width.because("d")
def width(m: FeedForward) -> Term:
    return operand("d of the sorter", m.width) if m.trained else m.one("d_model") * 1


@FeedForward.d_ff.because("d_ff = expansion·d")
def d_ff(m: FeedForward) -> Term:
    times = operand("expansion of the sorter", sorter.EXPANSION)
    return (times if m.trained else m.one("expansion")) * m.one("width")


SIZES = {
    "w_1": "W₁: keys = d·d_ff",
    "b_1": "b₁ = d_ff",
    "w_2": "W₂: values = d_ff·d",
    "b_2": "b₂ = d",
}


@FeedForward.sizes.because(lambda m, part: SIZES[part])
def size(m: FeedForward, part: str) -> Term:
    d, wide = m.one("width"), m.one("d_ff")
    return {"w_1": d * wide, "b_1": wide, "w_2": wide * d, "b_2": d}[part]


@FeedForward.parameter_count.because(
    lambda m: "8d² + 5d" if m.d_ff == 4 * m.width else "2·d·d_ff + d_ff + d"
)
def parameter_count(m: FeedForward) -> Term:
    return total(m.the("sizes")[part] for part in m.sizes)
