"""
A [neuron](neuron) with ReLU is a **hinge**: flat, then from its knot on a straight ramp. Add
hinges up, and each can put one more kink into the sum. Let every
hinge change the slope by what is missing, and the sum meets the target again at the next knot: so
the weights are found.

Press play. On the *sine* and the *bump*, twice as many hinges soon miss a quarter as much: the
worst miss falls like 1/n². Take |x|: with a knot on its corner two hinges are all it needs; with
none there (an odd number) the miss falls only like 1/n. Then the *step*: no sum of hinges can
jump, so at least half the jump is missed somewhere, with 64 hinges as with one. The average miss
(rms) shrinks, but the worst one stays.

Set one by hand: choose a `hinge`, move its `knot`, change its `weight`. For |x| by 3 hinges, moving
hinge 1 to x = −0.15 brings the worst miss from 0.333 to 0.183. On the sine by 4 no single hinge
beats the fit.

*Correct:* the universal approximation theorem promises, for any **continuous function on a closed
interval** and any tolerance, that *some* sum of hinges exists which stays that close. It promises
no way to find them, and nothing outside the interval.

*Often misread:* as "a network can learn anything". Nothing here has learned. Learning takes
examples and [descent](descent), as in [the next screen](mlp). [Depth](depth) makes kinks cheaper.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.approximation.model import EXACT, Approximation
from tui_transformer.concepts.approximation.view import view
from tui_transformer.numbers import number

CONCEPT = Concept(
    Approximation,
    view,
    clock="hinges",
    presets={
        "sine, 4 hinges": {},
        "sine, 8 hinges": {"hinges": 8},
        "sine, 32 hinges": {"hinges": 32},
        "step, 16 hinges": {"target": "step", "hinges": 16},
        "sawtooth, 40 hinges": {"target": "sawtooth", "hinges": 40},
        "|x|, hinge 1 by hand": {"target": "absolute", "hinges": 3, "hinge": 1},
        "|x|, 9 hinges": {"target": "absolute", "hinges": 9},
        "bump, beyond the ends": {"target": "bump", "hinges": 9, "domain": 0.5, "x": 0.625},
        "4 waves, 9 hinges": {"domain": 4.0, "hinges": 9},
    },
    challenges=(
        Challenge(
            "follow the sine for two waves or more, and nowhere miss it by more than 0.01",
            lambda m: m.target == "sine" and m.domain >= 2 and m.max_error < 0.01,
            {"domain": 2.0, "hinges": 54},
            keys="down shift+right shift+right shift+right shift+right shift+right "
            "down right right",
            hint="Twice as many hinges soon miss a quarter as much.",
            seen=lambda m: (
                f"{m.hinges // 2} hinges would miss by {number(m.with_hinges(m.hinges // 2), 3)}, "
                f"{m.hinges} miss by {number(m.max_error, 3)} at worst."
            ),
        ),
        Challenge(
            "on a target that jumps, bring the rms below 0.06; then read the worst miss",
            lambda m: m.f.jump > 0 and m.rms_error < 0.06,
            {"target": "step", "hinges": 64},
            hint="More hinges. The worst one stays.",
            seen=lambda m: (
                f"Rms {number(m.rms_error, 3)}; the worst miss is still "
                f"{number(round(m.max_error, 9), 3)}, where the target jumps by 1."
            ),
        ),
        Challenge(
            "meet a target exactly with only two hinges, and no straight one",
            lambda m: m.hinges == 2 and m.max_error < EXACT,
            {"target": "absolute", "hinges": 2},
            hint="Which target has just one corner?",
            seen=lambda m: (
                f"Slope {number(m.weights[0], 3)} from the left end on, {number(m.weights[1], 3)} "
                f"more from x = {number(m.knots[1], 3)} on: that is |x|."
            ),
        ),
        Challenge(
            "move one hinge by hand: get two thirds of the built-in fit’s worst miss",
            lambda m: m.is_by_hand and m.max_error < 2 / 3 * m.built_in_worst,
            {"target": "absolute", "hinges": 3, "hinge": 1, "knot": -0.15},
            hint="Take the target with a corner that no hinge stands on.",
            seen=lambda m: (
                f"Moved to {number(m.knots[m.hinge], 3)}, hinge {m.hinge} brings the worst miss "
                f"from {number(m.built_in_worst, 3)} to {number(m.max_error, 3)}."
            ),
        ),
    ),
    groups={"by hand": {"hinge": "i", "knot": "t", "weight": "a"}},
)
