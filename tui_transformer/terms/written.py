"""Terms as people write them, and as any calculator reads them."""

import math

from tui_transformer.numbers import number
from tui_transformer.terms.operations import OPERATIONS
from tui_transformer.terms.term import Term

SHOWN = 6  # how many terms of a sum are written out
NAMES = {"log": "ln"}  # functions that people write otherwise
ROUNDED = {"ceil": "⌈⌉", "floor": "⌊⌋"}


def shown(term: Term, terms: int = SHOWN) -> str:
    """Write a term as mathematics: e^…, √, long sums shortened.

    >>> from tui_transformer.terms.term import exp, n, total
    >>> shown(exp(n(0.1) / 1) / total(exp(n(z) / 1) for z in (2, 1, 0.1)))
    'e^(0.1/1) / (e^(2/1) + e^(1/1) + e^(0.1/1))'
    """
    return _shown(term, 0, terms)


def digits(x: float) -> str:
    """Write a number as arithmetic has it: one that is whole with all its digits."""
    if x < 0:
        return "−" + digits(-x)
    whole = math.isfinite(x) and x == int(x) and abs(x) < 1e16
    return number(int(x) if whole else x)


def _is_number(term: Term) -> bool:
    """Say whether a term is a number without a sign in front."""
    return not term.op and not term.value < 0


def _shown(term: Term, outer: int, terms: int) -> str:
    """Write a term; in brackets if it binds weaker than what stands around it."""
    if not term.op:
        text = digits(term.value)
        strength = 2 if text.startswith("−") else 9
    elif term.op == "sum":
        text, strength = _sum(term, terms)
    elif term.op == "neg":
        text, strength = "−" + _shown(term.of[0], 3, terms), 2
    elif OPERATIONS[term.op].sign:
        text, strength = _operation(term, terms), OPERATIONS[term.op].binds
    else:
        return _call(term, terms)
    return f"({text})" if strength < outer else text


def _operation(term: Term, terms: int) -> str:
    left, right = term.of
    sign, strength = OPERATIONS[term.op].sign, OPERATIONS[term.op].binds
    if term.op == "/" and _is_number(left) and _is_number(right):
        sign = "/"
    # What stands right of −, / and ^ needs brackets already at equal strength.
    after = strength + (0 if term.op in "+*" else 1)
    before = strength + (1 if term.op == "**" else 0)
    return _shown(left, before, terms) + sign + _guarded(_shown(right, after, terms))


def _guarded(text: str) -> str:
    """Bracket what begins with a minus where something stands before it."""
    return f"({text})" if text.startswith("−") else text


def _sum(term: Term, terms: int) -> tuple[str, int]:
    if not term.of:
        return "0", 9
    parts = _parts(term, 1, terms)
    return " + ".join([parts[0], *map(_guarded, parts[1:])]), 1


def _parts(term: Term, outer: int, terms: int) -> list[str]:
    """Write what an operation is done to; of many, the first few and the last."""
    left_out = len(term.of) - terms + 1
    if left_out < 2:
        return [_shown(each, outer, terms) for each in term.of]
    head = [_shown(each, outer, terms) for each in term.of[: terms - 2]]
    return [*head, f"… (+{left_out} terms)", _shown(term.of[-1], outer, terms)]


def _call(term: Term, terms: int) -> str:
    inside = ", ".join(_parts(term, 0, terms))
    atom = len(term.of) == 1 and _is_number(term.of[0])
    if term.op == "exp":
        return f"e^{inside}" if atom else f"e^({inside})"
    if term.op == "sqrt":
        return f"√{inside}" if atom else f"√({inside})"
    if term.op == "abs":
        return f"|{inside}|"
    if term.op == "radians":
        return f"{inside}°" if len(term.of[0].of) < 2 else f"({inside})°"
    if term.op in ROUNDED:
        return inside.join(ROUNDED[term.op])
    if term.op == "log1p":
        return f"ln(1 + {inside})"
    return f"{NAMES.get(term.op, term.op)}({inside})"


def plain(term: Term) -> str:
    """Write a term at full precision in ASCII, every operation in brackets, nothing left out.

    >>> from tui_transformer.terms.term import exp, n
    >>> plain(exp(n(2)) / 3)
    '(exp(2)/3)'
    """
    if not term.op:
        text = repr(term.value)
        return f"({text})" if text.startswith("-") else text
    parts = [plain(each) for each in term.of]
    if term.op == "sum":
        return f"({' + '.join(parts) or '0'})"
    if term.op == "neg":
        return f"(-{parts[0]})"
    if OPERATIONS[term.op].sign:
        return f"({parts[0]}{term.op}{parts[1]})"
    return f"{term.op}({', '.join(parts)})"
