"""How each number of `library` comes about."""

from tui_transformer.concepts.library.model import PARTS, SWAPPED, TITLES, Library
from tui_transformer.steps.softmax import share, share_formula
from tui_transformer.terms import Term, dot, operand, total


@Library.scores.because(lambda m, j: f"s({TITLES[j]}) = q·k({TITLES[j]})")
def score(m: Library, j: int) -> Term:
    return dot(m.the("query").row(), m.the("shelf").row(j))


@Library.scaled.because(lambda m, j: f"z({TITLES[j]}) = s({TITLES[j]})/T")
def scaled(m: Library, j: int) -> Term:
    return m.the("scores")[j] / m.one("temperature")


def weight_formula(m: Library, j: int) -> str:
    if m.lookup == "soft":
        return share_formula(m.scaled, "z", TITLES[j]) + ",  z = q·k/T"
    why = "its score is the largest" if j == m.best else f"{TITLES[m.best]} is taken instead"
    return f"w({TITLES[j]}) = {int(j == m.best)}: {why}"


@Library.weights.because(weight_formula)
def weight(m: Library, j: int) -> Term:
    if m.lookup == "hard":
        return operand("all", 1) if j == m.best else operand("nothing", 0)
    return share(m.the("scaled").row(), j)


def inside(m: Library, part: int, swapped: bool) -> list[Term]:
    """One part of what is in each book, before or after the swap."""
    whose = SWAPPED if swapped else range(len(TITLES))
    return [m.the("contents")[book, part] for book in whose]


@Library.content.because(lambda m, part: f"{PARTS[part]} = Σ w·v")
def content(m: Library, part: int) -> Term:
    return dot(m.the("weights").row(), inside(m, part, m.swap_values))


@Library.turned.because(lambda m, part: f"{PARTS[part]} = Σ w·v with the switch turned")
def turned(m: Library, part: int) -> Term:
    return dot(m.the("weights").row(), inside(m, part, not m.swap_values))


@Library.average.because(lambda m, part: f"{PARTS[part]} = Σ v / 6")
def average(m: Library, part: int) -> Term:
    return total(inside(m, part, m.swap_values)) / len(TITLES)
