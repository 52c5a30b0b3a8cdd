"""How numbers are written: always enough digits to be true, never more than can be read."""

import math

DIGITS = 6
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def number(x: float, digits: int = DIGITS) -> str:
    """Write a number with so many significant digits, in powers of ten where that is shorter.

    >>> number(0.6590011388), number(9.734543e-08), number(-2.0), number(float("nan"))
    ('0.659001', '9.73454e-08', '−2', '×')
    """
    if math.isnan(x):
        return "×"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    if isinstance(x, int):
        return str(x).replace("-", "−")
    text = f"{x:.{digits}g}"
    if text == "1" and x < 1:
        return probability(x)
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent):+03d}".replace("e+", "e")
    elif text in ("0", "-0"):
        text = "0"
    return _minus(text)


def within(x: float, room: int) -> str:
    """Write a number into so many characters, rounded as far as that takes; "" where it cannot be.

    What is just below 1 is not rounded to it.

    >>> within(0.333333333, 7), within(-1234567.0, 7), within(0.9999999, 7), within(1234567.0, 3)
    ('0.33333', '−1.2e06', '>0.9999', '')
    """
    if isinstance(x, int) and len(number(x)) <= room:
        return number(x)
    tries = [number(float(x), digits) for digits in range(DIGITS, 0, -1)]
    tries += [f">0.{'9' * (room - 3)}"] if 0.9 < x < 1 and room > 3 else []
    return next((text for text in tries if len(text) <= room), "")


def _minus(text: str) -> str:
    """Set a true minus sign in front; the one in an exponent stays as the field writes it."""
    return "−" + text[1:] if text.startswith("-") else text


def fixed(x: float, decimals: int) -> str:
    """Write a number with so many decimals, unless that would hide it: then as `number` does."""
    if not math.isfinite(x) or abs(x) >= 1e7 or 0 < abs(x) < 10.0**-decimals:
        return number(x, max(decimals, 1))
    text = f"{x:.{decimals}f}"
    return _minus(text if float(text) != 0 else text.removeprefix("-"))


def probability(p: float, decimals: int = DIGITS) -> str:
    """Write a probability so that it is never rounded to 0 or to 1.

    >>> probability(0.9999999027), probability(9.734543e-08), probability(1.0), probability(0.25)
    ('0.9999999027', '9.73e-08', '1', '0.250000')
    """
    if p in (0.0, 1.0) or not math.isfinite(p):
        return number(p)
    if p < 10.0 ** (1 - decimals):  # two digits at least: 0.0001 would do for 5e-05 too
        return f"{p:.2e}"
    rest = 1.0 - p
    if 0 < rest < 0.5 * 10**-decimals:
        return f"{p:.{min(3 - math.floor(math.log10(rest)) - 1, 16)}f}"
    return f"{p:.{decimals}f}"


def alike(a: float, b: float) -> bool:
    """Say whether two numbers are the same but for rounding errors; NaN is like NaN.

    >>> alike(0.1 + 0.2, 0.3), alike(1e-17, 0.0), alike(float("nan"), float("nan"))
    (True, False, True)
    """
    try:
        return math.isclose(a, b, rel_tol=1e-12) or (a != a and b != b)
    except OverflowError:  # a whole number beyond all floats
        return a == b


def count(n: int) -> str:
    """Write a whole number with thin groups of three: 124,439,808."""
    return f"{n:,}".replace("-", "−")


def many(n: int, noun: str) -> str:
    """Write a number of things: 1 merge, 2 merges."""
    return f"{count(n)} {noun}{'s' * (n != 1)}"


def share(p: float) -> str:
    """Write a share in percent, whole ones where that is not rounded to nothing or to all.

    >>> share(0.4554), share(0.99998), share(0.0002), share(1.0)
    ('46 %', '99.998 %', '0.02 %', '100 %')
    """
    for decimals in range(15):
        text = f"{100 * p:.{decimals}f}"
        if p in (0.0, 1.0) or 0 < float(text) < 100:
            break
    return f"{text} %"


def subscript(n: int) -> str:
    """Write a whole number below the line: ₁₂."""
    return str(n).translate(_LOWERED)
