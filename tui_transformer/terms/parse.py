"""Read arithmetic that was written as text; every name, call and sign but the known is refused."""

from __future__ import annotations

import ast

from tui_transformer.terms.operations import OPERATIONS
from tui_transformer.terms.term import Term, apply, n, total

_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}


def parse(text: str) -> Term:
    """Make a term of Python arithmetic. Raises ValueError for what is none."""
    return _term(ast.parse(text, mode="eval").body)


def _term(node: ast.expr) -> Term:
    match node:
        case ast.Constant(value=float() | int() as value):
            return n(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=float() | int() as value)):
            return n(-value)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return apply("neg", _term(inner))
        case ast.Call(func=ast.Name(id="sum"), args=terms):
            return total(map(_term, terms)) if terms else n(0)
        case ast.Call(func=ast.Name(id=name), args=args) if name in OPERATIONS:
            return apply(name, *map(_term, args))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
            return apply(_SIGNS[type(op)], _term(left), _term(right))
    raise ValueError(f"not arithmetic: {ast.unparse(node)}")
