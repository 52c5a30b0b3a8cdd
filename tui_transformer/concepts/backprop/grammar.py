"""Reading an expression: text → terms, each made of those before it. Nothing is evaluated but this.

formula = [name "="] sum {";" [name "="] sum}        the last one is the result
sum     = product {("+" | "−") product}
product = signed {("*" | "/") signed}
signed  = "−" signed | atom ["**" signed]
atom    = number | name | function "(" sum ")" | "(" sum ")"
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from tui_transformer.controls import BadValue
from tui_transformer.terms import Operand, Term, apply, n, operand
from tui_transformer.text import shorten, visible

Leaf = Callable[[str], Operand]

LONGEST = 600  # characters
LONGEST_NAME = 10
DEEPEST = 40  # brackets, signs and powers within each other
FUNCTIONS = ("exp", "log", "tanh", "relu", "sqrt")
GRAMMAR = "+ − * / **, exp log tanh relu sqrt, names, numbers; c = a+b; gives a part a name"

_TOKEN = re.compile(
    r"\s*((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[A-Za-z_]\w*|\*\*|[-+*/()=;])", re.ASCII
)
_SIGNS = str.maketrans({"−": "-", "·": "*", "×": "*", "^": "**"})


@dataclass
class Reading:
    """Walks through the tokens of an expression once; `called` are the parts that got a name."""

    tokens: list[str]
    leaf: Leaf
    leaves: dict[str, Operand] = field(default_factory=dict)
    parts: dict[str, Term] = field(default_factory=dict)
    called: list[tuple[str, Term]] = field(default_factory=list)
    at: int = 0
    depth: int = 0

    def formula(self) -> Term:
        """Read all there is."""
        while True:
            result = self._statement()
            if self._next() == ";":
                self.at += 1
                if self._next():
                    continue
            if self._next():
                self._refuse()
            return result

    def _statement(self) -> Term:
        if self.tokens[self.at + 1 : self.at + 2] != ["="]:
            return self._sum()
        name = self._name()
        self.at += 1
        part = self._sum()
        self.parts[name] = part
        self.called.append((name, part))
        return part

    def _sum(self) -> Term:
        total = self._product()
        while (sign := self._next()) in ("+", "-"):
            self.at += 1
            total = made(sign, total, self._product())
        return total

    def _product(self) -> Term:
        product = self._signed()
        while (sign := self._next()) in ("*", "/"):
            self.at += 1
            product = made(sign, product, self._signed())
        return product

    def _signed(self) -> Term:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadValue(f"expression goes more than {DEEPEST} brackets and signs deep.")
        if self._next() == "-":
            self.at += 1
            read = made("neg", self._signed())
        else:
            read = self._atom()
            if self._next() == "**":
                self.at += 1
                read = made("**", read, self._signed())
        self.depth -= 1
        return read

    def _atom(self) -> Term:
        token = self._next()
        if token == "(":
            return self._bracketed()
        if token[:1].isdigit() or token[:1] == ".":
            self.at += 1
            return constant(float(token))
        if token in FUNCTIONS:
            self.at += 1
            if self._next() != "(":
                self._refuse()
            inside = self._bracketed()
            return made("max", n(0.0), inside) if token == "relu" else made(token, inside)
        name = self._name()
        if name in self.parts:
            return self.parts[name]
        if name not in self.leaves:
            self.leaves[name] = self.leaf(name)
        return self.leaves[name]

    def _bracketed(self) -> Term:
        self.at += 1
        inside = self._sum()
        if self._next() != ")":
            self._refuse()
        self.at += 1
        return inside

    def _name(self) -> str:
        token = self._next()
        if not (token[:1].isalpha() or token[:1] == "_") or token in FUNCTIONS:
            self._refuse()
        if len(token) > LONGEST_NAME:
            raise BadValue(f"a name in an expression has {LONGEST_NAME} letters at the most.")
        self.at += 1
        return token

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _refuse(self) -> NoReturn:
        if not self._next():
            raise BadValue("expression stops where something has to follow.")
        before = "".join(self.tokens[: self.at])
        after = f" after “{before[-12:]}”" if before else ""
        raise BadValue(f"expression: “{shorten(self._next(), 12)}” makes no sense{after}.")


def made(op: str, *parts: Term) -> Term:
    """Do one operation; what is made of constants alone is a constant."""
    result = apply(op, *parts)
    return result if any(map(is_node, parts)) else constant(float(result.value))


def constant(x: float) -> Term:
    """Take a number of the expression; one that is not whole has its digits for a name."""
    plain = math.isinf(x) or math.isnan(x) or x == int(x)
    return n(x) if plain else operand(repr(x), x)


def is_node(term: Term) -> bool:
    """Say whether a term has a leaf in it, or is one: constants are no nodes."""
    return bool(term.op) or (isinstance(term, Operand) and term.source == "control")


def tokens_of(text: str) -> list[str]:
    """Cut an expression into numbers, names and signs; BadValue where that cannot be done."""
    text, tokens, end = text.translate(_SIGNS).rstrip(), [], 0
    while end < len(text):
        found = _TOKEN.match(text, end)
        if found is None:
            odd = visible(shorten(text[end:].strip(), 12))
            raise BadValue(f"expression: “{odd}” is nothing it knows.")
        tokens.append(found[1])
        end = found.end()
    return tokens
