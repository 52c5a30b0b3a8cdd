"""A calculator that knows nothing of the program: arithmetic as text, worked out by `math`.

It reads what `--why --json` prints as `arithmetic`: + - * / **, brackets, numbers and functions.
"""

import ast
import math
import re
import struct

from tui_transformer.terms import Term, plain

SIGNS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
WRITTEN = {"-": ast.Sub, "*": ast.Mult, "/": ast.Div, "**": ast.Pow}
_NUMBERS = {"inf": math.inf, "nan": math.nan}
NAMES = "exp log log1p sqrt tanh erf erfc sin cos acos atan2 floor ceil radians"
FUNCTIONS = {name: getattr(math, name) for name in NAMES.split()}
FUNCTIONS |= {"abs": abs, "max": max, "min": min, "inf": lambda: math.inf}
FUNCTIONS["float32"] = lambda x: struct.unpack("f", struct.pack("f", x))[0]


def calculate(text: str) -> float:
    """Work arithmetic out; what is too large is infinite, what has no value is not a number."""
    return float(_node(ast.parse(text, mode="eval").body))


_TOKEN = re.compile(r"\d[\d.]*(?:e[+-]?\d+)?|[a-z]\w*|\*\*|[-+*/(),]")
Item = float | int | str


def by_brackets(text: str) -> float:
    """Work out arithmetic of which every operation stands in brackets, as `plain` writes it.

    From the inside out each pair becomes a number, in half the time that `calculate` takes; a sum
    in a sum is rounded by itself.
    """
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", ""):
        raise ValueError(f"no arithmetic: {text[:200]}")
    waiting: list[list[Item]] = [[]]  # what stands in each bracket that is open
    for token in tokens:
        if token == "(":
            waiting.append([])
        elif token == ")":
            inside, outside = waiting.pop(), waiting[-1]
            called = outside.pop() if outside and outside[-1] in FUNCTIONS else ""
            outside.append(_call(called, inside) if called else _result(inside))
        elif token[0].isdecimal():
            waiting[-1].append(int(token) if token.isdecimal() else float(token))
        else:
            waiting[-1].append(_NUMBERS.get(token, token))
    (whole,) = waiting
    return float(_result(whole))


LONG = 20_000  # numbers in a text that takes this calculator a tenth of a second


def worked_out(term: Term) -> float:
    """Work a term out from what is written of it.

    Where its parts stand in it so often that a text of megabytes would be read, by itself.
    """
    return float(term.value) if is_long(term) else by_brackets(plain(term))


def is_long(term: Term) -> bool:
    """Count the numbers in the text of a term, which has a part as often as it is used."""
    waiting, numbers = [term], 0
    while waiting and numbers <= LONG:
        of = waiting.pop().of
        waiting += of
        numbers += not of
    return numbers > LONG


def _result(inside: list[Item]) -> float:
    """What a bracket comes to: a number, one less than none, a sum of many, or one operation."""
    match inside:
        case [float() | int() as value]:
            return value
        case ["-", float() | int() as value]:
            return -value
        case [_, "+", _, *_]:
            return _tried(_sum, *_between(inside, "+"))
        case [float() | int() as left, str() as sign, float() | int() as right]:
            return _tried(SIGNS[WRITTEN[sign]], left, right)
    raise ValueError(f"no arithmetic: {inside[:20]}")


def _sum(*numbers: float) -> float:
    return math.fsum(numbers)


def _call(name: str, inside: list[Item]) -> float:
    return _tried(FUNCTIONS[name], *_between(inside, ","))


def _between(inside: list[Item], sign: str) -> list[float]:
    """The numbers between which there is one sign and no other."""
    numbers, signs = inside[::2], inside[1::2]
    if any(isinstance(number, str) for number in numbers) or signs.count(sign) != len(signs):
        raise ValueError(f"no arithmetic: {inside[:20]}")
    return numbers  # type: ignore[return-value]


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
