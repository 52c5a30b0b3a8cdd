"""A working: how one number on the screen came about, as arithmetic anyone can redo.

The expression is plain Python arithmetic with the operands' numbers in it, at full
precision: a test evaluates it and gets the number that is shown. On screen it is
written the way people write mathematics.
"""

import ast
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tui_transformer.numbers import number

# What an expression may call. `sum` takes its terms one by one, so that they can be shown.
FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "erf": math.erf,
    "erfc": math.erfc,
    "tanh": math.tanh,
    "sin": math.sin,
    "cos": math.cos,
    "acos": math.acos,
    "atan2": math.atan2,
    "abs": abs,
    "max": max,
    "min": min,
    "sum": lambda *terms: math.fsum(terms),
    "floor": math.floor,
}


@dataclass(frozen=True)
class Working:
    """How one number comes about.

    `symbols` is the formula, `expression` the same with today's numbers, `value` the
    result, `of` the name of the model's value that the number belongs to (its source
    is what `m` shows). `within` is the relative accuracy to which the arithmetic agrees
    with the value: looser where the value was computed in float32.
    """

    symbols: str
    expression: str
    value: float
    of: str = ""
    within: float = 1e-9

    @property
    def shown(self) -> str:
        """The expression as people write it."""
        return pretty(self.expression)


def n(x: float) -> str:
    """Write an operand at full precision; negative ones in brackets."""
    text = repr(float(x)).removesuffix(".0")
    if not math.isfinite(float(x)):
        text = {"inf": "1e999", "-inf": "-1e999"}.get(text, "(1e999-1e999)")
    return f"({text})" if text.startswith("-") else text


def total(terms: Iterable[str]) -> str:
    """Write a sum of terms."""
    return f"sum({', '.join(terms)})"


def dot(a: Iterable[float], b: Iterable[float]) -> str:
    """Write the dot product of two vectors."""
    return total(f"{n(x)}*{n(y)}" for x, y in zip(a, b, strict=True))


def evaluate(expression: str) -> float:
    """Work an expression out, with nothing but arithmetic and the functions above."""
    code = compile(expression, "<working>", "eval")
    return float(eval(code, {"__builtins__": {}}, dict(FUNCTIONS)))


_OPERATORS: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: (" + ", 1),
    ast.Sub: (" − ", 1),
    ast.Mult: ("·", 2),
    ast.Div: (" / ", 2),
    ast.Pow: ("^", 4),
}
_SHOWN_TERMS = 6


def pretty(expression: str) -> str:
    """Write an expression as mathematics: e^…, √, long sums shortened.

    >>> pretty("exp(0.1/1) / sum(exp(2/1), exp(1/1), exp(0.1/1))")
    'e^(0.1/1) / (e^(2/1) + e^(1/1) + e^(0.1/1))'
    """
    return _write(ast.parse(expression, mode="eval").body, 0)


def _write(node: ast.expr, outer: int) -> str:
    """Write a node; in brackets if it binds weaker than what stands around it."""
    match node:
        case ast.Constant(value=float() | int() as value):
            return number(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            text, strength = "−" + _write(operand, 3), 2
        case ast.Call(func=ast.Name(id="sum"), args=terms):
            text, strength = _write_sum(terms)
        case ast.Call(func=ast.Name(id=name), args=args):
            return _write_call(name, args)
        case ast.BinOp(left=left, op=op, right=right):
            text, strength = _write_operation(left, op, right)
        case _:
            raise ValueError(f"not arithmetic: {ast.unparse(node)}")
    return f"({text})" if strength < outer else text


def _write_operation(left: ast.expr, op: ast.operator, right: ast.expr) -> tuple[str, int]:
    sign, strength = _OPERATORS[type(op)]
    tight = isinstance(op, ast.Div) and all(isinstance(x, ast.Constant) for x in (left, right))
    # What stands right of −, / and ^ needs brackets already at equal strength.
    after = strength + (0 if isinstance(op, ast.Add | ast.Mult) else 1)
    before = strength + (1 if isinstance(op, ast.Pow) else 0)
    sign = "/" if tight else sign
    return _write(left, before) + sign + _guarded(_write(right, after)), strength


def _guarded(text: str) -> str:
    """Bracket what begins with a minus where something stands before it."""
    return f"({text})" if text.startswith("−") else text


def _write_sum(terms: list[ast.expr]) -> tuple[str, int]:
    if len(terms) == 1:
        return _write(terms[0], 0), 1
    shown = [_guarded(_write(term, 1)) for term in terms[:_SHOWN_TERMS]]
    shown[:1] = [_write(terms[0], 1)]
    if len(terms) > _SHOWN_TERMS:
        rest = len(terms) - _SHOWN_TERMS + 2
        shown = [*shown[:-2], f"… (+{rest - 1} terms)", _guarded(_write(terms[-1], 1))]
    return " + ".join(shown), 1


def _write_call(name: str, args: list[ast.expr]) -> str:
    inside = ", ".join(_write(arg, 0) for arg in args)
    atom = len(args) == 1 and isinstance(args[0], ast.Constant)
    if name == "exp":
        return f"e^{inside}" if atom else f"e^({inside})"
    if name == "sqrt":
        return f"√{inside}" if atom else f"√({inside})"
    if name == "abs":
        return f"|{inside}|"
    return f"{'ln' if name == 'log' else name}({inside})"
