"""What `backprop` computes: nodes, forwards with their values, backwards with gradients."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tui_transformer.concepts.backprop.grammar import GRAMMAR, LONGEST, is_node
from tui_transformer.concepts.backprop.graph import Graph, read
from tui_transformer.concepts.backprop.samples import EXPRESSIONS
from tui_transformer.controls import assigned, formula, integer, pick, real
from tui_transformer.model import Model, derived, value
from tui_transformer.terms import Term, gradients, operand, own_slopes
from tui_transformer.terms.operations import OPERATIONS

MOST_WAYS = 256  # ways up from a leaf that are listed
STEP = 1e-5  # how far a finite difference steps, times max(1, |v|)
Numbers = dict[str, float]


@lru_cache(maxsize=64)
def plan(expression: str) -> Graph:
    """Read an expression for its names alone; every leaf is 1."""
    return read(expression)


def leaf_names(m: Any) -> tuple[str, ...]:
    """The names in a model's expression, in the order in which they are written."""
    return plan(m.expression).leaves


@dataclass(frozen=True, eq=False)
class Backprop(Model):
    """An expression with a number for each of its names; how far each of them moves it."""

    expression: str = formula(
        EXPRESSIONS[0],
        plan,
        samples=EXPRESSIONS,
        max_length=LONGEST,
        grammar=GRAMMAR,
        help="What is worked out, node by node.",
    )
    leaves: str = assigned(
        "w=0.5 x=2 b=-0.3 y=1",
        leaf_names,
        -10,
        10,
        typical=(-2, 2),
        help="The numbers that you set.",
    )
    nudge: str = pick("w", leaf_names, help="Which leaf is moved a little, to see what follows.")
    delta: float = real(0.1, -1, 1, help="How far that leaf is moved.")
    step: int = integer(
        0,
        -1,
        lambda m: 2 * len(plan(m.expression).order),
        help="Nodes seen: first up with values, then down; −1 is all.",
    )

    def idle(self) -> Mapping[str, str]:
        """With one leaf alone there is no other to nudge."""
        alone = len(leaf_names(self)) == 1
        return {"nudge": "There is one leaf alone."} if alone else {}

    @derived
    def graph(self) -> Graph:
        """The expression as terms, with the numbers that the leaves have."""
        numbers = self.controls()["leaves"].numbers(self.leaves)
        return read(self.expression, lambda name: operand(name, numbers[name], "control"))

    @derived
    def names(self) -> tuple[str, ...]:
        """The names of the nodes, each after those it is made of; the result last."""
        return tuple(self.graph.names[node] for node in self.graph.order)

    @derived
    def terms(self) -> dict[str, Term]:
        """Each node by its name."""
        return dict(zip(self.names, self.graph.order, strict=True))

    @derived
    def parts(self) -> dict[str, list[str]]:
        """What each node is made of: the names of other nodes, once for each time."""
        names = self.graph.names
        return {
            name: [names[part] for part in term.of if is_node(part)]
            for name, term in self.terms.items()
        }

    @derived
    def uses(self) -> dict[str, list[tuple[str, int]]]:
        """Where each node goes: which nodes are made of it, and as their how manieth part."""
        found: dict[str, list[tuple[str, int]]] = {name: [] for name in self.names}
        for user in reversed(self.names):
            for k, part in enumerate(self.parts[user]):
                found[part].append((user, k))
        return found

    # ── how far one has looked ─────────────────────────────────────────────────────────

    @derived
    def up(self) -> int:
        """How many nodes have their value, from the first on."""
        count = len(self.names)
        return count if self.step < 0 else min(self.step, count)

    @derived
    def down(self) -> int:
        """How many nodes have their gradient, from the result back."""
        count = len(self.names)
        return count if self.step < 0 else max(self.step - count, 0)

    def valued(self, name: str) -> bool:
        """Whether the way up has reached a node."""
        return self.names.index(name) < self.up

    def reached(self, name: str) -> bool:
        """Whether the way down has reached a node."""
        return self.names.index(name) >= len(self.names) - self.down

    # ── the numbers ────────────────────────────────────────────────────────────────────

    @value
    def nodes(self) -> list[list[Any]]:
        """Every node: name, operation, value, gradient, local slopes, finite difference.

        Each stands after what it is made of. The slopes are ∂node/∂part, one for each node it is
        made of. What `step` has not reached is null.
        """
        return [
            [
                name,
                self.operation(name),
                self.forward[name] if self.valued(name) else None,
                *(
                    (self.backward[name], self.slopes[name], self.differences[name])
                    if self.reached(name)
                    else (None, None, None)
                ),
            ]
            for name in self.names
        ]

    @value.named("value")
    def value_out(self) -> float:
        """What the expression comes to."""
        return self.forward[self.names[-1]]

    @value
    def gradients(self) -> Numbers:
        """How the result moves with each leaf, ∂result/∂leaf."""
        return {name: self.backward[name] for name in self.graph.leaves}

    @value
    def finite_difference(self) -> Numbers:
        """(f(v + h) − f(v − h))/2h for each leaf, h = 0.00001·max(1, |v|)."""
        return {name: self.differences[name] for name in self.graph.leaves}

    @value
    def paths(self) -> dict[str, list[float] | None]:
        """For each leaf the product of the slopes along every way up; they add to its gradient.

        Null where there are more than 256 ways.
        """
        return {name: self.paths_from[name] for name in self.graph.leaves}

    @value
    def predicted(self) -> float:
        """What the gradient says of the nudge: result + gradient·delta."""
        return self.value_out + self.backward[self.nudge] * self.delta

    @value
    def actual(self) -> float:
        """What the result really becomes when the leaf moves."""
        return self.moved[self.names[-1]]

    # What the numbers on the screen are made of.

    @derived
    def forward(self) -> Numbers:
        """The value of every node."""
        return {name: float(term.value) for name, term in self.terms.items()}

    @derived
    def backward(self) -> Numbers:
        """The gradient of every node, ∂result/∂node."""
        slopes = gradients(self.graph.result)
        return {name: slopes[term] for name, term in self.terms.items()}

    @derived
    def slopes(self) -> dict[str, list[float]]:
        """Each node's own slopes: ∂node/∂part, one for each node that it is made of."""
        return {
            name: [float(own) for part, own in own_slopes(term) if is_node(part)]
            for name, term in self.terms.items()
        }

    @derived
    def ways(self) -> dict[str, list[float]]:
        """What each node is handed from above, times the slope there: one for each use of it."""
        return {
            name: [handed(self.backward[user], self.slopes[user][k]) for user, k in uses]
            for name, uses in self.uses.items()
        }

    @derived
    def paths_from(self) -> dict[str, list[float] | None]:
        """The products of the slopes along every way from a node to the result."""
        found: dict[str, list[float] | None] = {self.names[-1]: [1.0]}
        for name in self.names[-2::-1]:
            above = [(found[user], self.slopes[user][k]) for user, k in self.uses[name]]
            count = sum(len(rest or ()) for rest, _ in above)
            none = count > MOST_WAYS or any(rest is None for rest, _ in above)
            found[name] = (
                None if none else [handed(x, own) for rest, own in above for x in rest or ()]
            )
        return found

    @derived
    def sides(self) -> dict[str, tuple[float, float, float]]:
        """v − h, v + h and 2h for the finite difference of every node."""
        steps = {name: STEP * max(1.0, abs(v)) for name, v in self.forward.items()}
        return {
            name: (v - steps[name], v + steps[name], 2 * steps[name])
            for name, v in self.forward.items()
        }

    @derived
    def lifted(self) -> dict[str, list[Numbers]]:
        """Every node's value, [node][0 below, 1 above], where one of them is put to a side."""
        return {
            name: [self.again(name, sides[side]) for side in range(2)]
            for name, sides in self.sides.items()
        }

    @derived
    def differences(self) -> Numbers:
        """The finite difference of the result by every node."""
        end = self.names[-1]
        return {
            name: (above[end] - below[end]) / self.sides[name][2]
            for name, (below, above) in self.lifted.items()
        }

    @derived
    def moved(self) -> Numbers:
        """Every node's value after the nudge."""
        return self.again(self.nudge, self.forward[self.nudge] + self.delta)

    def again(self, changed: str, to: float) -> Numbers:
        """Work every node out again, with one of them put to a number."""
        values = dict(self.forward)
        values[changed] = to
        for name in self.names[self.names.index(changed) + 1 :]:
            term = self.terms[name]
            if term.of:
                given = (self.number_of(part, values) for part in term.of)
                values[name] = float(OPERATIONS[term.op].work(*given))
        return values

    def number_of(self, part: Term, values: Numbers) -> float:
        """Look up what a part of a term is: another node, or a constant."""
        return values[self.graph.names[part]] if is_node(part) else part.value

    def operation(self, name: str) -> str:
        """Write what a node does with the nodes it is made of; nothing for a leaf."""
        return self.graph.operation(self.terms[name])


def handed(above: float, own: float) -> float:
    """What comes from above times a slope; with a 0 in it nothing is handed on, not even of ∞."""
    product = above * own
    return 0.0 if math.isnan(product) and 0 in (above, own) else product
