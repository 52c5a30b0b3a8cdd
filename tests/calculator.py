"""A calculator that knows nothing of the program: arithmetic as text, worked out by `math`.

It reads what `--why --json` prints as `arithmetic`: + - * / **, brackets, numbers and functions.
"""

import ast
import math
import struct

from tui_transformer.terms import Term, plain

SIGNS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
NAMES = "exp log log1p sqrt tanh erf erfc sin cos acos atan2 floor ceil radians"
FUNCTIONS = {name: getattr(math, name) for name in NAMES.split()}
FUNCTIONS |= {"abs": abs, "max": max, "min": min, "inf": lambda: math.inf}
FUNCTIONS["float32"] = lambda x: struct.unpack("f", struct.pack("f", x))[0]


def calculate(text: str) -> float:
    """Work arithmetic out; what is too large is infinite, what has no value is not a number."""
    return float(_node(ast.parse(text, mode="eval").body))


LONG = 20_000  # numbers in a text that takes this calculator a tenth of a second


def worked_out(term: Term) -> float:
    """Work a term out from what is written of it.

    Where its parts stand in it so often that a text of megabytes would be read, by itself.
    """
    return calculate(plain(term)) if written(term, {}) <= LONG else float(term.value)


def written(term: Term, counted: dict[Term, int]) -> int:
    """Count the numbers in the text of a term, which has a part as often as it is used."""
    if term not in counted:
        counted[term] = sum(written(each, counted) for each in term.of) or 1
    return counted[term]


def _node(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=float() | int() as value):
            return value
        case ast.Name(id="inf" | "nan" as name):
            return float(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_node(inner)
        case ast.BinOp(op=ast.Add()):
            return math.fsum(map(_node, _terms(node)))
        case ast.BinOp(left=left, op=op, right=right):
            return _tried(SIGNS[type(op)], _node(left), _node(right))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _tried(FUNCTIONS[name], *map(_node, args))
    raise ValueError(f"no arithmetic: {ast.unparse(node)}")


def _terms(node: ast.expr) -> list[ast.expr]:
    """The terms of a long sum, without going as deep as it is long."""
    terms: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        terms.append(node.right)
        node = node.left
    return [node, *terms]


def _tried(work, *arguments: float) -> float:
    try:
        return work(*arguments)
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan


def literals(text: str) -> list[float]:
    """The numbers that stand in arithmetic."""
    return [
        node.value
        for node in ast.walk(ast.parse(text, mode="eval"))
        if isinstance(node, ast.Constant)
    ]
