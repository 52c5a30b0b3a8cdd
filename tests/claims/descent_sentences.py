"""What `descent` claims: its status sentences."""

from copy import copy
from itertools import pairwise

import numpy as np

from tests.claims.book import State, close, shown
from tests.claims.descent_values import changes_sides, descent, far, off
from tests.claims.landscapes import curvatures, height, moves, roots, steepness, turned

LIMITS = {
    "gd": ("2/λ", lambda x, b: 2 / x),
    "momentum": ("2(1+β)/λ", lambda x, b: 2 * (1 + b) / x),
    "nesterov": ("2(1+β)/(λ+2βλ)", lambda x, b: 2 * (1 + b) / (x + 2 * b * x)),
}


def factor(s: State, curvature: float) -> float:
    """What multiplies an axis: 1 − ηλ under plain gd, else the largest |z| of its step."""
    found = roots(s.controls, curvature)
    return 1 - s.controls.learning_rate * curvature if gd(s) else float(max(abs(found)))


def gd(s: State) -> bool:
    return s.controls.optimizer == "gd"


def multiplied(s: State, curvature: float, text: str) -> None:
    """See that ×−0.8 or |z| 0.866 is what multiplies an axis."""
    mark, number = ("×", text[1:]) if gd(s) else ("|z| ", text[4:])
    assert text == mark + number
    shown(number, factor(s, curvature))


def meant(s: State, lam: str) -> list[float]:
    """The curvatures that a λ may be, of axes that the start is off."""
    bent, found = curvatures(s.controls), []
    for i in off(s):
        try:
            shown(lam, s.controls.curvature[i])
        except AssertionError:
            continue
        found.append(bent[i])
    return found


def leads(s: State, lam: str, text: str) -> float:
    """See that the axis with this λ has this factor, and that no other has a larger one."""
    most = max((curvatures(s.controls)[i] for i in off(s)), key=lambda x: abs(factor(s, x)))
    assert any(abs(abs(factor(s, x)) - abs(factor(s, most))) < 1e-6 for x in meant(s, lam))
    multiplied(s, most, text)
    return most


# ── off the course ─────────────────────────────────────────────────────────────────────


@descent.says("The slope is exactly 0 here, so no rule ever moves; try another start.")
def nothing_moves(s: State) -> None:
    close(steepness(s.controls, s.controls.start), [0, 0], least=1e-12)
    assert all(place == s.controls.start for place in far(s, 9).values.path)


@descent.says("Diverged, ×{text} a step: step {after} leaves float range; it stays at {last}.")
def diverged(s: State, text: str, after: str, last: str) -> None:
    before, end = (turned(s.controls) @ place for place in s.values.path[-2:])
    lead = int(np.argmax(np.abs(end)))
    shown(text, end[lead] / before[lead])
    out_of_range(s, after, last)


@descent.says("Diverged: step {after} leaves float range; it stays at {last}, loss {loss}.")
def diverged_too(s: State, after: str, last: str, loss: str) -> None:
    out_of_range(s, after, last)
    shown(loss, height(s.controls, *s.values.path[-1]))


def out_of_range(s: State, after: str, last: str) -> None:
    """See that the path ends here, as the next place has no height."""
    assert int(after) == int(last) + 1 == len(s.values.path) <= s.controls.steps
    with np.errstate(all="ignore"):
        x, y = map(float, list(moves(s.controls, s.values.path))[-1])
        assert not height(s.controls, x, y) < 1e300


@descent.says("No step yet: the loss is {loss}.")
def not_begun(s: State, loss: str) -> None:
    assert s.controls.steps == 0
    shown(loss, height(s.controls, *s.controls.start))


@descent.says("Diverging: λ={lam} {text}, η is past {formula} = {rate}.")
def diverging(s: State, lam: str, text: str, formula: str, rate: str) -> None:
    x, c = leads(s, lam, text), s.controls
    written, limit = LIMITS[c.optimizer]
    assert written == formula
    shown(rate, limit(x, c.momentum))
    assert c.learning_rate > limit(x, c.momentum)
    there = copy(c)
    for there.learning_rate, grows in ((limit(x, c.momentum) * r, r > 1) for r in (0.999, 1.001)):
        assert (max(abs(roots(there, x))) > 1) == grows


@descent.says("On the edge, η = {formula}: λ={lam} flips sign for ever.")
def on_the_edge(s: State, formula: str, lam: str) -> None:
    (x,), c = meant(s, lam), s.controls
    written, limit = LIMITS[c.optimizer]
    assert written == formula
    close(c.learning_rate, limit(x, c.momentum))
    assert any(abs(z + 1) < 1e-6 for z in roots(c, x))


@descent.says("Started on an axis: only λ={lam} moves, {text}, {way} the minimum.")
def on_an_axis(s: State, lam: str, text: str, way: str) -> None:
    (i,) = off(s)
    x = leads(s, lam, text)
    u = [turned(s.controls)[i] @ place for place in far(s).values.path]
    crossed = any(a * b < 0 for a, b in pairwise(u))
    assert crossed == changes_sides(s, x) == (way == "to and fro across")
    assert abs(u[-1]) < abs(u[0])


@descent.says("{way} at one pace: λ={a} {one}, λ={b} {two}.")
def at_one_pace(s: State, way: str, a: str, one: str, b: str, two: str) -> None:
    first, second = curvatures(s.controls)
    shown(a, first)
    shown(b, second)
    multiplied(s, first, one)
    multiplied(s, second, two)
    close(abs(factor(s, first)), abs(factor(s, second)), least=2e-6)
    converges(s, way)


@descent.says("{way}; λ={slow} is slower, {one}; λ={fast} {two}.")
def two_paces(s: State, way: str, slow: str, one: str, fast: str, two: str) -> None:
    x = leads(s, slow, one)
    (other,) = (c for c in curvatures(s.controls) if c != x)
    assert other in meant(s, fast)
    multiplied(s, other, two)
    assert abs(factor(s, other)) < abs(factor(s, x))
    converges(s, way)


def converges(s: State, way: str) -> None:
    """See that both axes shrink, and whether one changes sides."""
    assert max(abs(factor(s, x)) for x in curvatures(s.controls)) < 1
    overshoots = any(changes_sides(s, x) for x in curvatures(s.controls))
    assert way == ("Overshoots, yet converges" if overshoots else "Converges")


@descent.says("u2 {text}: it slides off the saddle, and the loss falls without end.")
def slides(s: State, text: str) -> None:
    first, second = curvatures(s.controls)
    multiplied(s, second, text)
    assert 1 in off(s)
    assert abs(factor(s, second)) > max(1, abs(factor(s, first)) if 0 in off(s) else 0)


@descent.says("Diverging along u1, {text}: η is too large for λ1, and the loss rises.")
def thrown_off(s: State, text: str) -> None:
    first, second = curvatures(s.controls)
    multiplied(s, first, text)
    assert abs(factor(s, first)) > max(1, abs(factor(s, second)) if 1 in off(s) else 0)
    assert far(s).values.losses[-1] > far(s).values.losses[-20] > 0


@descent.says("On the edge: u2 is exactly 0, and u1 flips sign for ever.")
def flips_on_the_saddle(s: State) -> None:
    assert off(s) == [0]
    assert any(abs(z + 1) < 1e-9 for z in roots(s.controls, curvatures(s.controls)[0]))


@descent.says("u2 is exactly 0, so it settles on the saddle point: slope 0, no minimum.")
def settles(s: State) -> None:
    assert off(s) == [0]
    close(far(s).values.path[-1], [0, 0], least=0.1)
    assert curvatures(s.controls)[1] < 0


# ── Adam and the valley ────────────────────────────────────────────────────────────────


@descent.says("Adam moved {x} in x, {y} in y, where the slopes were {a} and {b}.")
def adam_moved(s: State, x: str, y: str, a: str, b: str) -> None:
    before, after = np.array(s.values.path[-2:])
    slopes = steepness(s.controls, before)
    for text, true in zip((x, y, a, b), (*(after - before), *slopes), strict=True):
        true = 0 if abs(true) < 1e-13 else float(f"{abs(true):.6g}")
        shown(text if true else "0", true)


@descent.says("Loss {first} → {last} in {steps} steps; near (1, 1) gd needs η < {rate}.")
def valley(s: State, first: str, last: str, steps: str, rate: str) -> None:
    lower(s, first, last, steps)
    assert gd(s)
    shown(rate, 2 / max(curvatures(s.controls)))


@descent.says("Loss {first} → {last} in {steps} steps; ({x}, {y}), minimum (1, 1).")
def valley_too(s: State, first: str, last: str, steps: str, x: str, y: str) -> None:
    lower(s, first, last, steps)
    shown(x, s.values.path[-1][0])
    shown(y, s.values.path[-1][1])
    close(steepness(s.controls, (1.0, 1.0)), [0, 0], least=1e-9)


def lower(s: State, first: str, last: str, steps: str) -> None:
    """See that two losses are those of the ends of the path."""
    shown(first, height(s.controls, *s.values.path[0]))
    shown(last, height(s.controls, *s.values.path[-1]))
    assert int(steps) == s.controls.steps == len(s.values.path) - 1
