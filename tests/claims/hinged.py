"""Two or three hinges and a constant, one number at a time, in fractions where it matters."""

import math
from fractions import Fraction
from itertools import pairwise

from tests.claims.book import State

Numbers = dict[str, float]


def exact(x: float) -> Fraction:
    """The decimal that a float is written as."""
    return Fraction(repr(float(x)))


def units(numbers: Numbers) -> range:
    """How many hinges there are, from 1."""
    return range(1, 3 + ("w3" in numbers))


def now(s: State) -> Numbers:
    """The parameters after the steps that were taken, and x."""
    return {**s.values.parameters_after, "x": s.controls.x0}


def total(numbers: Numbers, i: int) -> Fraction:
    """w·x + b of a hinge."""
    w, b, x = (exact(numbers[name]) for name in (f"w{i}", f"b{i}", "x"))
    return w * x + b


def output(numbers: Numbers) -> float:
    """y, as its definition reads."""
    terms = (numbers[f"v{i}"] * max(0.0, float(total(numbers, i))) for i in units(numbers))
    return math.fsum([*terms, numbers["c"]])


def at(numbers: Numbers, x: Fraction) -> Fraction:
    """y at any x, exactly."""
    found = exact(numbers["c"])
    for i in units(numbers):
        w, b, v = (exact(numbers[f"{letter}{i}"]) for letter in "wbv")
        found += v * max(w * x + b, Fraction(0))
    return found


def corners(numbers: Numbers) -> dict[int, Fraction | None]:
    """Where each hinge bends, −b/w; None if it never does."""
    return {
        i: -exact(numbers[f"b{i}"]) / exact(numbers[f"w{i}"]) if numbers[f"w{i}"] else None
        for i in units(numbers)
    }


def bends(numbers: Numbers) -> list[Fraction]:
    """Where the sum's slope changes: left and right of each −b/w, measured."""
    places = sorted(
        {
            -exact(numbers[f"b{i}"]) / exact(numbers[f"w{i}"])
            for i in units(numbers)
            if numbers[f"w{i}"]
        }
    )
    far = [places[0] - 1, *places, places[-1] + 1] if places else []
    slopes = [(at(numbers, b) - at(numbers, a)) / (b - a) for a, b in pairwise(far)]
    return [x for x, (a, b) in zip(places, pairwise(slopes), strict=True) if a != b]


def ends(numbers: Numbers) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
    """Slope and level of the lines that y is far to the left and far to the right."""
    reach = 1 + max((abs(x) for x in corners(numbers).values() if x is not None), default=0)
    found = []
    for side in (-reach, reach):
        slope = (at(numbers, 2 * side) - at(numbers, side)) / side
        found.append((slope, at(numbers, side) - slope * side))
    return found[0], found[1]


def step(value: float) -> float:
    """The h of the finite difference, as the explanation gives it."""
    return 0.0001 * max(1.0, abs(value))


def crossing(numbers: Numbers, i: int) -> bool:
    """Whether a step of w, b or x takes hinge i across its kink."""
    for name in (f"w{i}", f"b{i}", "x"):
        h = step(numbers[name])
        signs = {
            float(numbers[f"w{i}"] + (name[0] == "w") * d) * (numbers["x"] + (name == "x") * d)
            + numbers[f"b{i}"] + (name[0] == "b") * d > 0
            for d in (h, -h)
        }  # fmt: skip
        if len(signs) == 2:
            return True
    return False


def state_of(numbers: Numbers, i: int) -> str:
    """What a hinge is at x."""
    z = total(numbers, i)
    if z == 0:
        return "◇ z = 0"
    return "◇ near" if crossing(numbers, i) else "● on" if z > 0 else "○ off"


def close_to_a_kink(s: State) -> bool:
    """Whether some hinge is at its kink, or a difference steps across one."""
    return any(state_of(now(s), i)[0] == "◇" for i in units(now(s)))


def named(which: list[int]) -> str:
    """Name hinges."""
    words = [str(i) for i in which]
    listed = words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
    return f"hinge{'s' * (len(which) > 1)} {listed}"


def shut(s: State) -> list[int]:
    """The hinges whose sum is below 0."""
    return [i for i in units(now(s)) if total(now(s), i) < 0]


def bumped(s: State) -> None:
    """0 far out on both sides, nowhere below, and above it somewhere."""
    assert ends(now(s)) == ((0, 0), (0, 0))
    heights = [at(now(s), x) for x in bends(now(s))]
    assert min(heights) == 0 < max(heights)


def slopes_beside(s: State) -> tuple[Fraction, Fraction]:
    """The slope of y a little left and a little right of x₀."""
    x, h = exact(s.controls.x0), Fraction(1, 10**9)
    here = at(now(s), x)
    return (here - at(now(s), x - h)) / h, (at(now(s), x + h) - here) / h
