"""What `backprop` claims: its sentences, and its explanation."""

import math

from tests.claims.backprop_values import again, all_of, backprop, count, difference, node, users
from tests.claims.book import State, close, opened, read, shown
from tests.claims.dual import Dual, names_in, set_to, worked_out

# ── sentences ──────────────────────────────────────────────────────────────────────────


@backprop.says("{n} nodes, still empty. Press . and values go up; then gradients come down.")
def empty(s: State, n: str) -> None:
    assert int(n) == count(s)
    assert all(row[2:] == [None] * 4 for row in s.values.nodes)
    assert [row[2] for row in s.changed(step=1).values.nodes].count(None) == count(s) - 1


def here(s: State, k: str, n: str, name: str) -> list:
    """The node that the sentence is about: the k-th on the way up."""
    assert (int(k), int(n)) == (s.controls.step, count(s))
    row = s.values.nodes[int(k) - 1]
    assert row[0] == name
    return row


@backprop.says("Up {k} of {n}: {name} is {x}, as it was set.")
def a_leaf(s: State, k: str, n: str, name: str, x: str) -> None:
    shown(x, set_to(s.controls.leaves)[name])
    assert here(s, k, n, name)[1] == ""


@backprop.says("Up {k} of {n}: {name} = {operation} = {x}.")
def a_node(s: State, k: str, n: str, name: str, operation: str, x: str) -> None:
    row = here(s, k, n, name)
    assert row[1] == operation and int(k) < int(n)
    numbers = {called: value for called, _, value, *_ in all_of(s)}
    shown(x, worked_out(operation, numbers).x)


@backprop.says("The top: {name} = {operation} = {x}. Now gradients come down.")
def the_top(s: State, name: str, operation: str, x: str) -> None:
    row = here(s, str(count(s)), str(count(s)), name)
    assert row[1] == operation
    shown(x, worked_out(s.controls.expression, set_to(s.controls.leaves)).x)
    assert all(each[3] is None for each in s.values.nodes)
    assert s.changed(step=s.controls.step + 1).values.nodes[-1][3] == 1


@backprop.says("Up {k} of {n}: {name} = {operation} has no finite value; change a leaf.")
def no_value(s: State, k: str, n: str, name: str, operation: str) -> None:
    row = here(s, k, n, name)
    assert row[1] == operation and row[2] is None


def below(s: State, k: str, n: str, name: str) -> list:
    """The node that the sentence is about: the k-th on the way down."""
    assert (int(k), int(n)) == (s.controls.step - count(s), count(s))
    row = s.values.nodes[-int(k)]
    assert row[0] == name
    return row


@backprop.says("Down {k} of {n}: {name} has no finite gradient; change a leaf.")
def no_gradient(s: State, k: str, n: str, name: str) -> None:
    assert below(s, k, n, name)[3] is None


@backprop.says("Down {k} of {n}: {name} moves as itself, so its gradient is 1.")
def itself(s: State, k: str, n: str, name: str) -> None:
    assert below(s, k, n, name)[3] == 1 and users(s, name) == [] and int(k) == 1


@backprop.says("Down {k} of {n}: {ways} ways meet at {name} and add up to {x}.")
def they_meet(s: State, k: str, n: str, ways: str, name: str, x: str) -> None:
    value = below(s, k, n, name)[2]
    assert int(ways) == len(users(s, name)) > 1
    shown(x, again(s, name, Dual(value, 1.0)).dx)


@backprop.says("Down {k} of {n}: {name} gets {above} from {user}, times the slope {own}: {x}.")
def handed(s: State, k: str, n: str, name: str, above: str, user: str, own: str, x: str) -> None:
    value = below(s, k, n, name)[2]
    assert users(s, name) == [user]
    shown(above, again(s, user, Dual(node(s, user)[2], 1.0)).dx)
    slope = node(s, user)[4][names_in(node(s, user)[1]).index(name)]
    shown(own, slope)
    shown(x, again(s, name, Dual(value, 1.0)).dx)


@backprop.says("{end} or what becomes of it has no finite value here; change a leaf.")
def nothing_there(s: State, end: str) -> None:
    assert end == all_of(s)[-1][0]
    assert None in (s.values.value, s.values.predicted, s.values.actual)


@backprop.says(
    "{leaf} {sign} {by}: its gradient takes {end} from {now} to {promised}; really {true}."
)
def promised_and_true(
    s: State, leaf: str, sign: str, by: str, end: str, now: str, promised: str, true: str
) -> None:
    assert (leaf, end) == (s.controls.nudge, all_of(s)[-1][0])
    shown(by, abs(s.controls.delta))
    assert sign == ("−" if s.controls.delta < 0 else "+")
    numbers = set_to(s.controls.leaves)
    here = worked_out(s.controls.expression, {**numbers, leaf: Dual(numbers[leaf], 1.0)})
    shown(now, here.x)
    shown(promised, here.x + here.dx * s.controls.delta)
    moved = {**numbers, leaf: numbers[leaf] + s.controls.delta}
    shown(true, worked_out(s.controls.expression, moved).x)


@backprop.says("The ways to {leaf} bring {ways}; together they bring nothing, and {name} stays.")
def cancelled(s: State, leaf: str, ways: str, name: str) -> None:
    brought = [read(way) for way in ways.split(" and ")]
    assert leaf == name and len(brought) == len(users(s, leaf)) > 1 and all(brought)
    numbers = set_to(s.controls.leaves)
    slope = worked_out(s.controls.expression, {**numbers, leaf: Dual(numbers[leaf], 1.0)}).dx
    assert sum(brought) == 0 and abs(slope) < 1e-9


@backprop.says(
    "out = {x}, and {above} arrives at the tanh; its slope {own} lets {through} through."
)
def stuck(s: State, x: str, above: str, own: str, through: str) -> None:
    c = set_to(s.controls.leaves)
    z = c["w"] * c["x"] + c["b"]
    shown(x, (math.tanh(z) - c["y"]) ** 2)
    shown(above, 2 * (math.tanh(z) - c["y"]))
    shown(own, 1 / math.cosh(z) ** 2)
    shown(through, 2 * (math.tanh(z) - c["y"]) / math.cosh(z) ** 2)
    assert read(x) > 3 and abs(read(through)) < 0.01


@backprop.says(
    "{n} ways add up to {x}, wherever {leaf} stands: where no slope changes, the tangent is "
    "the curve."
)
def straight(s: State, n: str, x: str, leaf: str) -> None:
    assert int(n) == len(users(s, leaf)) > 1
    numbers = set_to(s.controls.leaves)
    for place in (numbers[leaf], numbers[leaf] + 0.5 * s.controls.delta):
        shown(x, worked_out(s.controls.expression, {**numbers, leaf: Dual(place, 1.0)}).dx)
    close(s.values.actual, s.values.predicted, 1e-12)


# ── the explanation ────────────────────────────────────────────────────────────────────


def they_add() -> None:
    s = opened("tfx backprop expression='x*x + 3*x' leaves='x=2' step=8")
    assert s.says == ("Down 4 of 4: 3 ways meet at x and add up to 7.",)
    assert sorted(s.values.paths["x"]) == [2, 2, 3] and s.values.gradients == {"x": 7}
    assert 2 * 2 + 3 == 7  # the slope of x² + 3x at 2, as the school has it


@backprop.tells(
    "that it is approximate. Δout/Δ, among the leaves, is: it moves a leaf a little to both sides "
    "and works everything out again. Gradients are what such differences come to as the step "
    "shrinks. Also: that a variable used twice has two gradients. It has one, the sum of its ways."
)
def exact() -> None:
    s = opened("tfx backprop")
    for name, gradient in s.values.gradients.items():
        misses = [abs(difference(s, name, h) - gradient) for h in (0.1, 0.01, 0.001)]
        assert misses[0] > 50 * misses[1] > 2500 * misses[2] or max(misses) < 1e-12
    they_add()


@backprop.tells("Two ReLUs make [a switch](mlp) of it.")
def a_switch() -> None:
    for x, slope in ((-1, 0), (2, 1)):
        s = opened(f"tfx backprop expression='relu(x) + relu(x)' leaves='x={x}' step=-1")
        assert s.values.gradients["x"] == 2 * slope
