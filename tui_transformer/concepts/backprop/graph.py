"""An expression as a graph: its nodes in order, with names, and what each does with others."""

from collections.abc import Mapping
from dataclasses import dataclass

from tui_transformer.concepts.backprop.grammar import Leaf, Reading, is_node, tokens_of
from tui_transformer.controls import BadValue
from tui_transformer.terms import Term, digits, in_order, operand
from tui_transformer.terms.operations import OPERATIONS

MOST = 64  # nodes of a graph


@dataclass(frozen=True, eq=False)
class Graph:
    """An expression as nodes, each after those it is made of, the result last; with names."""

    order: tuple[Term, ...]
    names: Mapping[Term, str]
    leaves: tuple[str, ...]

    @property
    def result(self) -> Term:
        """What everything leads up to."""
        return self.order[-1]

    def operation(self, term: Term) -> str:
        """Write what a node does with the nodes it is made of; nothing for a leaf."""
        texts = [self._written(part) for part in term.of]
        if term.op == "max":
            return f"relu({texts[1]})"
        if term.op == "neg":
            return f"−{texts[0]}"
        sign = OPERATIONS[term.op].sign if term.op else ""
        return sign.join(texts) if sign or not texts else f"{term.op}({texts[0]})"

    def _written(self, part: Term) -> str:
        if is_node(part):
            return self.names[part]
        text = digits(part.value)
        return f"({text})" if text.startswith("−") else text


def read(text: str, leaf: Leaf = lambda name: operand(name, 1.0, "control")) -> Graph:
    """Read an expression; raises BadValue with a sentence for what is none."""
    reading = Reading(tokens_of(text), leaf)
    result = reading.formula()
    nodes = tuple(term for term in in_order(result) if is_node(term))
    if not nodes:
        raise BadValue("expression has no name in it, so nothing could be changed.")
    if len(nodes) > MOST:
        raise BadValue(f"expression makes {len(nodes)} nodes; {MOST} are the most.")
    leaves = tuple(name for name, term in reading.leaves.items() if term in set(nodes))
    return Graph(nodes, _named(nodes, leaves, reading), leaves)


def _named(nodes: tuple[Term, ...], leaves: tuple[str, ...], reading: Reading) -> dict[Term, str]:
    """Name every node: leaves and parts as they are written, a second c is c′, others n1, n2 …"""
    names: dict[Term, str] = {reading.leaves[name]: name for name in leaves}
    there = set(nodes)
    for name, term in reading.called:
        if term in there and term not in names:
            while name in names.values():
                name += "′"
            names[term] = name
    taken, count = set(names.values()), 0
    for term in nodes[:-1]:
        if term not in names:
            count += 1
            while f"n{count}" in taken:
                count += 1
            names[term] = f"n{count}"
    end = "out"
    while end in taken:
        end += "′"
    names.setdefault(nodes[-1], end)
    return names
