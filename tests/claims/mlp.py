"""What `mlp` claims: its sentences, and its explanation."""

import math

from tests.claims.book import State, close, opened, read, shown
from tests.claims.hinged import (
    at,
    bends,
    bumped,
    crossing,
    ends,
    named,
    now,
    output,
    shut,
    slopes_beside,
    state_of,
    total,
    units,
)
from tests.claims.mlp_values import by_differences, mlp

# ── sentences ──────────────────────────────────────────────────────────────────────────


def opening(s: State, start: str) -> None:
    """`y = 0.5` or `Step 3: y = 0.5`."""
    steps, _, y = start.rpartition("y = ")
    assert steps == (f"Step {s.controls.steps}: " if s.controls.steps else "")
    shown(y, output(now(s)))


def zeros(s: State, hinges: list[int], count: str) -> None:
    """So many gradients of these hinges are 0, and all that they have."""
    found = [s.values.gradients[f"{letter}{i}"] for i in hinges for letter in "wbv"]
    assert found == [0] * int(count)


@mlp.says("{start}; every hinge is off at x₀: {count} zeros; only c can learn.")
def all_off(s: State, start: str, count: str) -> None:
    opening(s, start)
    assert shut(s) == list(units(now(s)))
    zeros(s, shut(s), count)
    assert s.values.gradients["c"] == 1
    later = s.changed(steps=min(s.controls.steps + 7, 200)).values.parameters_after
    assert all(later[name] == x for name, x in s.values.parameters_after.items() if name != "c")


@mlp.says("The difference steps across the kink of {names}: there it mixes two slopes.")
def too_near(s: State, names: str) -> None:
    near = [i for i in units(now(s)) if state_of(now(s), i) == "◇ near"]
    assert names == named(near) and all(crossing(now(s), i) for i in near)


@mlp.says("{start}; a bump, 0 on both sides.")
def a_bump(s: State, start: str) -> None:
    opening(s, start)
    bumped(s)
    assert shut(s) == []


@mlp.says("{start}; a bump, 0 on both sides. H{names} off: {count} zeros.")
def a_bump_and_a_switch(s: State, start: str, names: str, count: str) -> None:
    opening(s, start)
    bumped(s)
    assert "h" + names == named(shut(s))
    zeros(s, shut(s), count)


@mlp.says("{start}; {names} off at x₀: {count} zeros.")
def some_off(s: State, start: str, names: str, count: str) -> None:
    opening(s, start)
    assert names == named(shut(s))
    zeros(s, shut(s), count)
    on = set(units(now(s))) - set(shut(s))
    assert all(s.values.gradients[f"v{i}"] > 0 for i in on)  # and what is on is not


@mlp.says("{sums} exactly 0 at x₀; that relu′(0) = 0 is a convention.")
def at_zero(s: State, sums: str) -> None:
    at_kink = [i for i in units(now(s)) if total(now(s), i) == 0]
    listed = named(at_kink).partition(" ")[2]
    verb = "are" if len(at_kink) > 1 else "is"
    assert sums.replace("z", "") == f"{listed} {verb}"
    left, right = slopes_beside(s)
    assert left == right


@mlp.says("Kink of {names}: slope {left} or {right}; relu′(0) = 0 is a convention.")
def on_a_kink(s: State, names: str, left: str, right: str) -> None:
    assert names == named([i for i in units(now(s)) if total(now(s), i) == 0 and now(s)[f"w{i}"]])
    for text, true in zip((left, right), slopes_beside(s), strict=True):
        shown(text, float(true))


@mlp.says("{start}; all hinges on.")
def all_on(s: State, start: str) -> None:
    opening(s, start)
    assert shut(s) == []


@mlp.says("Both sums are below 0, {z1} and {z2}: six zeros, and 1 for c.")
def asleep(s: State, z1: str, z2: str) -> None:
    for i, text in enumerate((z1, z2), 1):
        shown(text, float(total(now(s), i)))
    assert shut(s) == [1, 2] and s.values.gradients["c"] == 1
    zeros(s, [1, 2], "6")


@mlp.says("{low} up to x = {a}, then a slope, then from x = {b} on {high}.")
def a_ramp(s: State, low: str, a: str, b: str, high: str) -> None:
    (left, right), (first, last) = ends(now(s)), bends(now(s))
    assert left[0] == right[0] == 0
    for text, true in ((low, left[1]), (a, first), (b, last), (high, right[1])):
        shown(text, float(true))
    assert at(now(s), first) != at(now(s), last)


@mlp.says("Up from x = {a}, down from {b}, 0 again from {c}: that takes three kinks.")
def up_and_down(s: State, a: str, b: str, c: str) -> None:
    bumped(s)
    first, top, last = bends(now(s))
    for text, true in ((a, first), (b, top), (c, last)):
        shown(text, float(true))
    assert at(now(s), top) > 0 == at(now(s), first) == at(now(s), last)


@mlp.says("With η = {rate} the miss fell from 0.5 to {miss} in {steps} steps, both hinges on.")
def trained_alive(s: State, rate: str, miss: str, steps: str) -> None:
    shown(rate, s.controls.learning_rate)
    shown(miss, abs(output(now(s)) - s.controls.target))
    assert int(steps) == s.controls.steps <= 5 and shut(s) == []
    assert abs(s.changed(steps=0).values.y - s.controls.target) == 0.5
    assert read(miss) < 0.001


# ── the explanation ────────────────────────────────────────────────────────────────────


@mlp.tells(
    "This network adds two hinges and a constant, y = v₁·h₁ + v₂·h₂ + c, each h = max(0, w·x + b)."
)
def what_it_is() -> None:
    s = opened("tfx mlp w1=2 b1=1 v1=3 w2=-1 b2=2 v2=-2 c=0.5 x0=1.5")
    assert s.values.y == 3 * (2 * 1.5 + 1) - 2 * (-1.5 + 2) + 0.5


@mlp.tells("Seven numbers draw the whole curve.")
def seven_numbers() -> None:
    assert len(opened("tfx mlp").values.parameters_after) == 7


@mlp.tells("beside each stands a finite difference, two values of y a small step apart")
def two_values() -> None:
    by_differences(opened("tfx mlp"))


@mlp.tells("Move x₀ below 1. Hinge 2 goes off, and its three gradients are 0, not small")
def below_one() -> None:
    for x, off in (("1.1", []), ("0.9", [2]), ("0.1", [2])):
        s = opened(f"tfx mlp x0={x}")
        assert shut(s) == off
        zeros(s, off, str(3 * len(off)))


@mlp.tells("on ½(y − target)² move only what is on")
def only_what_is_on() -> None:
    s = opened("tfx mlp x0=0.5")
    later = s.changed(steps=50).values.parameters_after
    moved = {name for name, x in later.items() if x != s.values.parameters_after[name]}
    assert moved == {"w1", "b1", "v1", "c"}
    close(s.values.loss, (0.5 - 1) ** 2 / 2)


@mlp.tells(
    "Exactly on a kink there are two slopes. Programs take relu′(0) = 0; the finite difference "
    "meets one slope on each side and gives their mean, so there the two can disagree."
)
def the_mean() -> None:
    s = opened("tfx mlp x0=1")
    left, right = slopes_beside(s)
    assert (left, right) == (1, -1) and s.values.gradients["x"] == 1
    close(s.values.finite_difference["x"], float(left + right) / 2, least=1e-9)


@mlp.tells(
    "that two hinges can make a bump. They make ramps, notches and peaks, but a sum that is 0 on "
    "the left and falls after a peak goes on falling. Coming back to 0 and staying there takes "
    "three: switch `third_hinge` on."
)
def two_cannot() -> None:
    bumped(opened("tfx mlp third_hinge=on"))
    left, right = ends(now(opened("tfx mlp")))
    assert left == (0, 0) and right[0] < 0  # up, and then down for good
    for w1 in (-1, 1, 2):  # a bump needs flat ends; with two hinges they are then at two heights
        for v1, gap in ((1, 1), (-2, 3)):
            numbers = {"w1": w1, "b1": 0, "v1": v1, "w2": w1, "b2": -gap, "v2": -v1, "c": 0}
            left, right = ends(numbers)
            assert left[0] == right[0] == 0 and left[1] != right[1]
        left, right = ends({**numbers, "w2": -w1, "v2": v1})
        assert left[0] != 0 != right[0]  # opening to both sides, each end has a slope of its own


@mlp.tells("With two inputs such layers [fold the plane](xor)")
def two_inputs() -> None:
    hidden = opened("tfx xor solution=designed").values.hidden
    assert hidden[1] == hidden[2]


@mlp.tells("Two hinges and their sum; a gradient is a switch")
def the_map() -> None:
    labels = [getattr(mark, "label", "") for mark in opened("tfx mlp").figure.panels[0].marks]
    assert [label for label in labels if label in ("1", "2", "3", "y")] == ["1", "2", "y"]
    below_one()


@mlp.tells("Two cannot. With three: slide all of them.")
def slid() -> None:
    two_cannot()
    bumped(opened("tfx mlp third_hinge=on b1=1 b2=0 b3=-1"))
    assert math.isclose(opened("tfx mlp third_hinge=on b1=1 b2=0 b3=-1 x0=0").values.y, 1)
