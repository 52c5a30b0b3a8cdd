"""How each number of `values` comes about."""

from tui_transformer.concepts.values.model import PARTS, ROLES, WORDS, Values
from tui_transformer.numbers import number
from tui_transformer.steps import softmax
from tui_transformer.terms import Term, dot, total


@Values.word_scores.because(lambda m, j: f"s({WORDS[j]}) in this context")
def word_score(m: Values, j: int) -> Term:
    return m.the("scores")[ROLES[m.context][j]]


@Values.weights.because(lambda m, j: f"w({WORDS[j]}) = e^s({WORDS[j]}) / Σ e^s")
def weight(m: Values, j: int) -> Term:
    return softmax.share(m.the("word_scores").row(), j)


@Values.whole.because("Σ w")
def whole(m: Values) -> Term:
    return total(m.the("weights").row())


@Values.contributions.because(lambda m, j, i: f"w·v = {WORDS[j]}'s weight × its {PARTS[i]}")
def contribution(m: Values, j: int, i: int) -> Term:
    return m.the("weights")[j] * m.the("values")[j, i]


@Values.output.because(lambda m, i: f"{PARTS[i]} = Σ w·v over {', '.join(WORDS)}")
def output(m: Values, i: int) -> Term:
    return dot(m.the("weights").row(), m.the("values").column(i))


@Values.twice.because(lambda m, i: f"2 × {PARTS[i]}")
def twice(m: Values, i: int) -> Term:
    return 2 * m.the("output")[i]


@Values.doubled_values.because(lambda m, i: f"{PARTS[i]} = Σ w·(2v)")
def doubled_values(m: Values, i: int) -> Term:
    return dot(m.the("weights").row(), (2 * v for v in m.the("values").column(i)))


@Values.steeper.because(lambda m, j: f"w′({WORDS[j]}) = e^(2·s({WORDS[j]})) / Σ e^(2·s)")
def steeper(m: Values, j: int) -> Term:
    return softmax.share([2 * s for s in m.the("word_scores").row()], j)


@Values.doubled_scores.because(
    lambda m, i: (
        f"{PARTS[i]} = Σ w′·v with w′ = softmax(2s) = {', '.join(number(w, 4) for w in m.steeper)}"
    )
)
def doubled_scores(m: Values, i: int) -> Term:
    return dot(m.the("steeper").row(), m.the("values").column(i))
