"""The expression language of lessons: text in, a tree out; everything else is refused.

`or`, `and`, `not`, comparisons (also chained), `+ -`, `* /`, a sign, `**`, then places and calls,
binding tighter in this order, as in Python. What a text means is worked out in `evaluate`.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from tui_transformer.controls import BadValue
from tui_transformer.lessons import tree
from tui_transformer.lessons.functions import FUNCTIONS
from tui_transformer.text import did_you_mean, shorten, visible

T = TypeVar("T")
LONGEST: Final = 400  # characters
DEEPEST: Final = 24  # what stands within each other: brackets, signs, powers

_WORDS: Final = ("and", "or", "not", "yes", "no", "none")
_TOKEN: Final = re.compile(
    r"""(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | "(?P<double>[^"]*)" | '(?P<single>[^']*)'
    | (?P<sign>\*\*|[=!<>]=|[-+*/<>()\[\],]))""",
    re.VERBOSE | re.ASCII,
)
_COMPARISONS: Final = ("==", "!=", "<", "<=", ">", ">=")


def parse(text: str) -> tree.Node:
    """Read an expression. Raises BadValue with a sentence for what is none."""
    if len(text) > LONGEST:
        raise BadValue(
            f"{len(text):,} characters are too many: an expression has {LONGEST} at the most."
        )
    return _Parser(text).whole()


def shown(text: str) -> str:
    """Write what somebody typed so that it fits a sentence."""
    return visible(shorten(text.strip(), 40)) or "nothing"


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def _tokens(text: str) -> list[_Token]:
    """Split an expression into its words and signs; the last one is its end."""
    found, at, text = [], 0, text.replace("−", "-")
    end = len(text.rstrip())
    while at < end:
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise BadValue(f"{shown(text[at:])} cannot be read here as part of an expression.")
        kind, start, word = match.lastgroup, at, match[match.lastgroup]
        at = match.end()
        found.append(_Token("sign" if word in _WORDS and kind == "name" else kind, word, start, at))
    return [*found, _Token("end", "", end, end)]


class _Parser:
    """Walks through the tokens once."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.at, self.depth = text, _tokens(text), 0, 0

    def whole(self) -> tree.Node:
        node = self._or()
        if self._now.kind != "end":
            raise self._unexpected()
        return node

    # ── from what binds loosest to what binds tightest ─────────────────────────────────

    def _or(self) -> tree.Node:
        return self._logic("or", lambda: self._logic("and", self._not))

    def _logic(self, sign: str, part: Callable[[], tree.Node]) -> tree.Node:
        start = self._now.start
        parts = [part()]
        while self._take(sign):
            parts.append(part())
        return parts[0] if len(parts) == 1 else tree.Logic(self._since(start), sign, tuple(parts))

    def _not(self) -> tree.Node:
        start = self._now.start
        if self._take("not"):
            inner = self._within(self._not)
            return tree.Not(self._since(start), inner)
        return self._chain(_COMPARISONS, self._sum, tree.Compare)

    def _sum(self) -> tree.Node:
        return self._chain(("+", "-"), self._product, tree.Chain)

    def _product(self) -> tree.Node:
        return self._chain(("*", "/"), self._signed, tree.Chain)

    def _chain(
        self,
        signs: tuple[str, ...],
        part: Callable[[], tree.Node],
        kind: type[tree.Chain] | type[tree.Compare],
    ) -> tree.Node:
        start = self._now.start
        first, rest = part(), []
        while sign := self._take(*signs):
            rest.append(tree.Step(sign, part()))
        return kind(self._since(start), first, tuple(rest)) if rest else first

    def _signed(self) -> tree.Node:
        start = self._now.start
        if self._take("-"):
            inner = self._within(self._signed)
            return tree.Negative(self._since(start), inner)
        base = self._placed()
        if self._take("**"):
            power = self._within(self._signed)
            return tree.Chain(self._since(start), base, (tree.Step("**", power),))
        return base

    def _placed(self) -> tree.Node:
        start = self._now.start
        node = self._single()
        steps: tuple[tree.Node, ...] = ()
        while self._take("["):
            steps += self._within(self._list)
            self._must("]")
        return tree.Place(self._since(start), node, steps) if steps else node

    def _single(self) -> tree.Node:
        token = self._now
        if token.kind == "number":
            return self._literal(float(token.text))
        if token.kind in ("double", "single"):
            return self._literal(token.text)
        if token.kind == "name":
            self.at += 1
            return self._call(token) if self._take("(") else _name(token.text)
        if self._take("("):
            node = self._within(self._or)
            self._must(")")
            return node
        if token.text in ("yes", "no", "none"):
            return self._literal({"yes": True, "no": False, "none": None}[token.text])
        raise self._unexpected()

    def _literal(self, value: float | str | bool | None) -> tree.Node:
        token, self.at = self._now, self.at + 1
        return tree.Literal(self.text[token.start : token.end], value)

    def _call(self, token: _Token) -> tree.Node:
        if token.text not in FUNCTIONS:
            guess = did_you_mean(token.text, FUNCTIONS)
            raise BadValue(f"There is no function {shown(token.text)}.{guess}")
        arguments = self._within(self._list)
        self._must(")")
        return tree.Call(self._since(token.start), token.text, arguments)

    def _list(self) -> tuple[tree.Node, ...]:
        items = [self._or()]
        while self._take(","):
            items.append(self._or())
        return tuple(items)

    # ── tokens ─────────────────────────────────────────────────────────────────────────

    @property
    def _now(self) -> _Token:
        return self.tokens[self.at]

    def _take(self, *signs: str) -> str:
        token = self._now
        if token.kind != "sign" or token.text not in signs:
            return ""
        self.at += 1
        return token.text

    def _must(self, sign: str) -> None:
        if not self._take(sign):
            raise self._unexpected(f" where “{sign}” is missing")

    def _within(self, part: Callable[[], T]) -> T:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadValue(f"Too deep: an expression goes {DEEPEST} deep at the most.")
        node = part()
        self.depth -= 1
        return node

    def _since(self, start: int) -> str:
        return self.text[start : self.tokens[self.at - 1].end]

    def _unexpected(self, why: str = "") -> BadValue:
        if self._now.kind == "end":
            return BadValue(f"{shown(self.text)} ends{why or ' before it is whole'}.")
        return BadValue(f"{shown(self.text[self._now.start :])} cannot follow here{why}.")


def _name(text: str) -> tree.Name:
    bare = text.removeprefix("was.")
    return tree.Name(text, bare.removeprefix("control."), bare != text, bare.startswith("control."))
