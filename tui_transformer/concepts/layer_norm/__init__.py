"""
As vectors travel through a deep network their numbers drift: some grow, some fade, and every
layer has to cope with whatever the one before it did. **Layer normalisation** puts each vector
back in a known place. Take its mean out, divide by its standard deviation, and it has mean 0 and
variance 1, whatever it was. Then a learned **gain** and **bias**, one for
each place, stretch and move it again, so that the network may still ask for another size.

Turn *scale* and *shift*, which change the input before it is normalised: what enters moves, what
leaves hardly does. All that survives is the pattern, which number is above the others and by how
much in proportion. Only where the spread falls to about √ε does it give way: **ε** is there so
that a vector of equal numbers is not divided by zero.

*Often misread:* that it divides by the variance. It divides by the *square root* of the
variance; both are shown. And that it works over the batch, as batch normalisation does.
Here every position is normalised by itself: change x and its neighbour's numbers stay.

**RMS norm** leaves the mean where it is and divides by the root mean square; it has no bias. It is
cheaper, and it no longer forgets a shift.

Where this stands in a transformer, before or after each part, is the difference between the two
kinds of [block](block); together with the [residual](residual) it lets deep stacks train.
"""

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.layer_norm.model import LayerNorm
from tui_transformer.concepts.layer_norm.view import view
from tui_transformer.numbers import number


def one_to_four(m: LayerNorm) -> bool:
    """Say whether layer norm is given the vector that the screen opens with."""
    return m.kind == "layer" and np.array_equal(m.x, (1, 2, 3, 4))


def difference(m: LayerNorm) -> float:
    """Say by how much the output differs from the opening state's at the most."""
    return float(np.max(np.abs(m.output - LayerNorm().output)))


CONCEPT = Concept(
    LayerNorm,
    view,
    presets={
        "one to four": {},
        "shifted by 100": {"shift": 100.0},
        "scale 0.003": {"scale": 0.003},
        "all equal": {"x": (3.0, 3.0, 3.0, 3.0)},
        "one outlier": {"x": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0)},
        "a gain and a bias each": {"gain": (2.0, 1.0, 1.0, 0.5), "bias": (0.0, 0.0, 1.0, 1.0)},
        "RMS norm, shifted": {"kind": "rms", "shift": 3.0},
    },
    challenges=(
        Challenge(
            "shift the input by 10, make it 50 times larger: the same output (to 0.001)",
            lambda m: one_to_four(m) and m.scale >= 50 and m.shift >= 10 and difference(m) <= 1e-3,
            {"scale": 100.0, "shift": 10.0},
            hint="Turn scale up and watch the output.",
            seen=lambda m: (
                f"Variance {number(m.variance, 4)} instead of 1.25, and no output has moved by "
                f"more than {number(difference(m), 2)}."
            ),
        ),
        Challenge(
            "with ε at 0.001 or more, halve the output by making the input smaller",
            lambda m: (
                one_to_four(m)
                and m.epsilon >= 1e-3
                and m.scale < 1
                and m.shift == 0
                and bool(np.all(m.gain == 1))
                and bool(np.all(m.bias == 0))
                and 0.4 < float(np.std(m.output)) < 0.6
            ),
            {"scale": 0.016, "epsilon": 1e-3},
            hint="ε counts once the variance is as small as ε.",
            seen=lambda m: (
                f"Variance {number(m.variance, 3)} under ε = {number(m.epsilon)}: "
                f"the output's spread is {number(float(np.std(m.output)), 3)}, not 1."
            ),
        ),
        Challenge(
            "find the norm that a shift does move: change its output with shift alone",
            lambda m: (
                np.array_equal(m.x, (1, 2, 3, 4))
                and bool(np.all(m.gain == 1))
                and (m.kind, m.scale, m.epsilon) == ("rms", 1, 1e-5)
                and abs(m.shift) >= 5
            ),
            {"kind": "rms", "shift": 10.0},
            hint="One of the two takes no mean out.",
            seen=lambda m: (
                f"Shifted by {number(m.shift, 4)}, RMS norm's mean is "
                f"{number(float(np.mean(m.output)), 4)}, not 0.9129; layer norm's would still be 0."
            ),
        ),
    ),
    groups={"learned": {"gain": "gain", "bias": "bias"}},
)
