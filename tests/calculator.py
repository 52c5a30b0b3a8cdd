"""A calculator that knows nothing of the program: arithmetic as text, worked out by `math`.

It reads what `--why --json` prints as `arithmetic`: + - * / **, brackets, numbers and functions.
"""

import ast
import math
import struct

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
