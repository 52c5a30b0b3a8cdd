"""How each number of `backprop` comes about: one node at a time, up and down, to the leaves."""

from collections.abc import Callable
from functools import reduce
from operator import mul

from tui_transformer.concepts.backprop.grammar import is_node
from tui_transformer.concepts.backprop.model import STEP, Backprop
from tui_transformer.steps.activations import absolute, largest, switch
from tui_transformer.terms import Operand, Term, apply, log, n, operand, total

SMALL = operand("how far a difference steps", STEP)


def again(m: Backprop, name: str, number: Callable[[str], Operand]) -> Term:
    """What a node does, with numbers that have names."""
    term = m.terms[name]
    names = m.graph.names
    return apply(term.op, *(number(names[p]) if is_node(p) else p for p in term.of))


# ── up ─────────────────────────────────────────────────────────────────────────────────


def forward_formula(m: Backprop, name: str) -> str:
    return f"{name} = {m.operation(name)}" if m.parts[name] else f"{name}, as it was set"


@Backprop.forward.because(forward_formula)
def forward(m: Backprop, name: str) -> Term:
    if not m.parts[name]:
        return m.the("leaves")[name]
    return again(m, name, lambda part: m.the("forward")[part])


Backprop.value_out.is_of(Backprop.forward, lambda m: m.names[-1])


# ── down ───────────────────────────────────────────────────────────────────────────────


def slope_formula(m: Backprop, name: str, k: int) -> str:
    return f"∂{name}/∂{m.parts[name][k]}, {name} = {m.operation(name)}"


@Backprop.slopes.because(slope_formula)
def slope(m: Backprop, name: str, k: int) -> Term:
    """How a node moves with one of the nodes it is made of: the rules of calculus, one a line."""
    term, y = m.terms[name], m.the("forward")[name]
    known = [m.the("forward")[m.graph.names[p]] if is_node(p) else p for p in term.of]
    place = [i for i, part in enumerate(term.of) if is_node(part)][k]
    a, b = known[0], known[-1]
    match term.op, place:
        case ("+", _) | ("-", 0):
            return n(1)
        case ("-", 1) | ("neg", _):
            return n(-1)
        case "*", _:
            return known[1 - place]
        case "/", 0:
            return 1 / b
        case "/", _:
            return -(y / b)
        case "**", 0:
            return b * a ** (b - 1)
        case "**", _:
            return y * log(a) if a.value > 0 else n(0)
        case "exp", _:
            return y
        case "log", _:
            return 1 / a
        case "sqrt", _:
            return 0.5 / y
        case "tanh", _:
            return 1 - y**2
        case "max", _:
            return switch(b)
    raise KeyError(term.op)


def way_formula(m: Backprop, name: str, u: int) -> str:
    user, _ = m.uses[name][u]
    return f"∂{m.names[-1]}/∂{user} · ∂{user}/∂{name}"


@Backprop.ways.because(way_formula)
def way(m: Backprop, name: str, u: int) -> Term:
    user, k = m.uses[name][u]
    return handed(m.the("backward")[user], m.the("slopes")[user, k])


def handed(above: Operand, own: Term) -> Term:
    product = above * own
    nothing = product.value != product.value and 0 in (above.value, own.value)
    return n(0) if nothing else product


def backward_formula(m: Backprop, name: str) -> str:
    left = f"∂{m.names[-1]}/∂{name}"
    ways = [way_formula(m, name, u) for u in range(len(m.uses[name]))]
    return f"{left} = {' + '.join(ways) or '1: it moves as itself'}"


@Backprop.gradients.because(backward_formula)
@Backprop.backward.because(backward_formula)
def backward(m: Backprop, name: str) -> Term:
    """From above, times the slope there; where ways meet they add."""
    above = [handed(m.the("backward")[user], m.the("slopes")[user, k]) for user, k in m.uses[name]]
    return total(above) if above else n(1)


@Backprop.paths.because(lambda m, name, p: "the slopes along one way up, multiplied")
def path(m: Backprop, name: str, p: int) -> Term:
    """The p-th way from a leaf to the result, in the order in which they are listed."""
    slopes: list[Term] = []
    while m.uses[name]:
        name, k, p = onwards(m, name, p)
        slopes.append(m.the("slopes")[name, k])
    return reduce(mul, slopes) if slopes else n(1)


def onwards(m: Backprop, name: str, p: int) -> tuple[str, int, int]:
    """Go one node up on the p-th way: to which, as its how manieth part, and which way then."""
    for user, k in m.uses[name]:
        ways = len(m.paths_from[user] or ())
        if p < ways:
            return user, k, p
        p -= ways
    raise IndexError(name)


# ── without any rule ───────────────────────────────────────────────────────────────────


@Backprop.sides.because(lambda m, name, k: ("v − h", "v + h", "2h")[k] + f", v = {name}")
def side(m: Backprop, name: str, k: int) -> Term:
    v = m.the("forward")[name]
    h = SMALL * largest(1, absolute(v))
    return (v - h, v + h, 2 * h)[k]


@Backprop.lifted.because(lambda m, name, s, other: f"{other}, with {name} put to a side")
def lifted(m: Backprop, name: str, s: int, other: str) -> Term:
    if other == name:
        return m.the("sides")[name, s]
    if not m.parts[other] or m.names.index(other) < m.names.index(name):
        return m.the("forward")[other]
    return again(m, other, lambda part: m.the("lifted")[name, s, part])


def difference_formula(m: Backprop, name: str) -> str:
    end = m.names[-1]
    return f"({end}({name} + h) − {end}({name} − h)) / 2h, h = 0.00001·max(1, |{name}|)"


@Backprop.finite_difference.because(difference_formula)
@Backprop.differences.because(difference_formula)
def difference(m: Backprop, name: str) -> Term:
    end = m.names[-1]
    above, below = m.the("lifted")[name, 1, end], m.the("lifted")[name, 0, end]
    return (above - below) / m.the("sides")[name, 2]


# ── the nudge ──────────────────────────────────────────────────────────────────────────


@Backprop.moved.because(lambda m, name: f"{name}, after the nudge of {m.nudge}")
def moved(m: Backprop, name: str) -> Term:
    if name == m.nudge:
        return m.the("leaves")[name] + m.one("delta")
    if not m.parts[name] or m.names.index(name) < m.names.index(m.nudge):
        return m.the("forward")[name]
    return again(m, name, lambda part: m.the("moved")[part])


@Backprop.predicted.because(lambda m: f"{m.names[-1]} + ∂{m.names[-1]}/∂{m.nudge}·delta")
def predicted(m: Backprop) -> Term:
    return m.one("value") + m.the("backward")[m.nudge] * m.one("delta")


@Backprop.actual.because(lambda m: f"{m.names[-1]}, with {m.nudge} + delta")
def actual(m: Backprop) -> Term:
    return moved(m, m.names[-1])


@Backprop.nodes.because(
    lambda m, i, k, *j: (
        forward_formula(m, m.names[i])
        if k == 2
        else backward_formula(m, m.names[i])
        if k == 3
        else slope_formula(m, m.names[i], *j)
        if k == 4
        else difference_formula(m, m.names[i])
    )
)
def in_a_row(m: Backprop, i: int, k: int, *j: int) -> Term:
    """A number of a node, where it stands in its row."""
    name = m.names[i]
    return {2: forward, 3: backward, 4: slope, 5: difference}[k](m, name, *j)
