"""What `neuron` claims: its sentences, and its explanation."""

import math
from itertools import product

from tests.claims.book import State, close, opened, read, shown
from tests.claims.corners import CORNERS, LOGIC, best
from tests.claims.gates import gate
from tests.claims.neuron_values import hits, neuron, weighted

# ── sentences ──────────────────────────────────────────────────────────────────────────


@neuron.says("Study {study} h and sleep {sleep} h beyond the usual: to pass gets y = {y}.")
def exam(s: State, study: str, sleep: str, y: str) -> None:
    assert s.controls.inputs == "exam"
    shown(study, s.controls.x[0])
    shown(sleep, s.controls.x[1])
    shown(y, gate(s.controls.activation, float(weighted(s, s.controls.x))))


@neuron.says("w = 0: no line. z = b = {b} everywhere; every point is class {one}.")
def nothing_but_b(s: State, b: str, one: str) -> None:
    assert s.controls.w == [0, 0] and s.values.z == s.controls.b
    shown(b, s.controls.b)
    assert one == str(int(s.controls.b > 0))


@neuron.says("w = 0: no line. z = b = {b} everywhere; {task}: {hit} of 4 right.")
def nothing_but_b_at_a_task(s: State, b: str, task: str, hit: str) -> None:
    assert s.controls.w == [0, 0] and s.values.z == s.controls.b
    shown(b, s.controls.b)
    assert (task, int(hit)) == (s.controls.task.upper(), hits(s))


@neuron.says("{task}: {hit} of 4 right. The line runs {away} from 0.")
def some_right(s: State, task: str, hit: str, away: str) -> None:
    assert (task, int(hit)) == (s.controls.task.upper(), hits(s))
    distance = abs(s.controls.b) / math.hypot(*s.controls.w)
    assert distance == math.inf if away == "far" else shown(away, distance) is None


@neuron.says("The line runs {away} from 0, off the picture: all here is class {one}.")
def off_the_picture(s: State, away: str, one: str) -> None:
    ends = [weighted(s, end) > 0 for end in product((-3, 3), repeat=2)]
    assert set(ends) == {one == "1"}
    distance = abs(s.controls.b) / math.hypot(*s.controls.w)
    assert distance == math.inf if away == "far" else read(away) > 2.99
    if away != "far":
        shown(away, distance)


@neuron.says("The line runs {away} from 0. At x the sum is {z}.")
def the_line_in_the_picture(s: State, away: str, z: str) -> None:
    assert len({weighted(s, end) > 0 for end in product((-3, 3), repeat=2)}) == 2
    shown(away, abs(s.controls.b) / math.hypot(*s.controls.w))
    shown(z, float(weighted(s, s.controls.x)))


@neuron.says("Only 11 is on the side w points to: z = {z} there, {rest} or less at the others.")
def and_is_solved(s: State, z: str, rest: str) -> None:
    *others, last = (weighted(s, corner) for corner in CORNERS)
    assert s.controls.task == "and" and max(others) <= 0 < last
    shown(z, float(last))
    shown(rest, float(max(others)))


@neuron.says("|b| / ‖w‖ = {b} / {w} = {far}: that far from 0 the line runs.")
def far_away(s: State, b: str, w: str, far: str) -> None:
    length = math.sqrt(sum(x * x for x in s.controls.w))
    shown(b, abs(s.controls.b))
    shown(w, length)
    shown(far, abs(s.controls.b) / length)
    assert abs(s.controls.b) / length >= 2


@neuron.says("11 is right now, and {lost} is wrong: every line leaves one out.")
def another_three(s: State, lost: str) -> None:
    wrong = [f"{p}{q}" for p, q in CORNERS if (weighted(s, (p, q)) > 0) != LOGIC["xor"](p, q)]
    assert wrong == [lost] and lost != "11" and best("xor") == 3


@neuron.says("w and b, {k} times what they were: the line stayed, y rose from 0.622 to {y}.")
def the_same_line_steeper(s: State, k: str, y: str) -> None:
    times = s.controls.w[0]
    shown(k, times)
    close([*s.controls.w, s.controls.b], [times, times, -0.5 * times], 1e-6)
    shown("0.622", gate("sigmoid", 1 * 1 + 1 * 0 - 0.5))
    shown(y, gate("sigmoid", float(weighted(s, (1, 0)))))
    assert read(y) > 0.9


# ── the explanation ────────────────────────────────────────────────────────────────────


@neuron.tells("A neuron does two things.")
def sums_then_bends() -> None:
    s = opened("tfx neuron w=2,-1 b=0.5 x=1,3 activation=tanh")
    assert s.values.z == 2 * 1 - 1 * 3 + 0.5 and s.values.y == math.tanh(s.values.z)


@neuron.tells("Two inputs are a plane")
def two_inputs() -> None:
    assert len(opened("tfx neuron").controls.x) == 2


@neuron.tells(
    "Where z = 0 there is a straight line. On the side the arrow w points to, z is positive: "
    "class 1. On the other it is class 0."
)
def the_arrow_points_to_class_1() -> None:
    for w, b in (("3,4", "-5"), ("-1,2", "0.7"), ("0.5,-2", "0")):
        s = opened(f"tfx neuron w={w} b={b}")
        (w1, w2), length = s.controls.w, math.hypot(*s.controls.w)
        foot = [-s.controls.b * x / length**2 for x in (w1, w2)]
        for step, kind in ((0.5, "● 1"), (-0.5, "○ 0")):
            x = ",".join(repr(f + step * x / length) for f, x in zip(foot, (w1, w2), strict=True))
            table = s.changed(x=x).table("From x to y, and the line")
            assert table["class"]["number"] == kind


@neuron.tells(
    "Multiply w and b by the same positive number and the line stays: above 1 the step across "
    "it gets steeper, below 1 gentler. By −1 the classes swap."
)
def scaling() -> None:
    start = opened("tfx neuron w=1,2 b=-1.2")
    line = ("boundary_distance", "boundary_slope", "boundary_intercept")

    def step_across(s: State) -> float:
        """How far y rises over a tenth across the line, towards w."""
        return sum(
            sign * gate("sigmoid", sign * 0.05 * math.hypot(*s.controls.w)) for sign in (1, -1)
        )

    for k in (0.1, 0.5, 2, 2.5, -1):
        s = opened(f"tfx neuron w={k},{2 * k} b={-1.2 * k}")
        close([getattr(s.values, x) for x in line], [getattr(start.values, x) for x in line])
        assert (step_across(s) > step_across(start)) == (abs(k) > 1)
        swapped = [1 - x for x in start.values.task_outputs]
        assert s.values.task_outputs == (start.values.task_outputs if k > 0 else swapped)


@neuron.tells(
    "AND, OR and NAND each need one line. XOR gets three of four at the most, for its two 1s "
    "face each other across the square, and so do its 0s."
)
def what_a_line_can_do() -> None:
    assert {task: best(task) for task in LOGIC} == {"and": 4, "or": 4, "nand": 4, "xor": 3}
    ones = [c for c in CORNERS if LOGIC["xor"](*c)]
    zeros = [c for c in CORNERS if not LOGIC["xor"](*c)]
    for one, other in (ones, zeros):
        assert len(ones) == len(zeros) == 2 and all(a != b for a, b in zip(one, other, strict=True))


@neuron.tells("The line must pass between 11 and the other three")
def eleven_and_the_rest() -> None:
    assert [c for c in CORNERS if LOGIC["and"](*c)] == [(1, 1)]


@neuron.tells("move b away from 0, or make w shorter")
def two_ways_out() -> None:
    far = [
        opened(f"tfx neuron {controls}").values.boundary_distance
        for controls in ("", "b=-0.6", "b=0.6", "w=0.9,0.9", "w=1,0.5")
    ]
    assert all(d > far[0] for d in far[1:])


@neuron.tells("class 1 is the side it points to")
def the_hint_about_the_side() -> None:
    the_arrow_points_to_class_1()
    assert opened("tfx neuron w=-1,-1 b=1.5").values.task_outputs == [1, 1, 1, 0]
