"""The answers of the lesson of gated, worked out again in plain Python."""

import math

import numpy as np

from tests.lessons.test_shipped import answers, way


def unit(j: int, x: list[float]) -> tuple[float, float]:
    """What could pass and what comes of unit j of eight, three numbers a word, seed 0."""
    rng = np.random.default_rng([0, 3])
    into, _, gates = (rng.standard_normal(shape) for shape in ((3, 8), (8, 3), (3, 8)))
    root = math.sqrt(sum(each * each for each in x) / 3 + 1e-6) * math.sqrt(3)
    passes, z = (sum(x[i] / root * float(w[i, j]) for i in range(3)) for w in (into, gates))
    return passes, passes * z / (1 + math.exp(-z))


def test_gated() -> None:
    said, x = answers("gated"), [1.0, -0.5, 2.0]
    assert said["The most to pass"] == way(unit(3, x)[1], unit(7, x)[1])
    wide = [f for f in range(1, 24) if 3 * 6 * f == 2 * 6 * 24]
    assert [said["A third matrix"]] == wide
    before, after = (round(unit(1, [k * each for each in x])[1], 3) for k in (1, 5))
    assert said["Five times a word"] == way(before, after)
    passes, comes = unit(5, [1.0, 2.0, 2.0])
    assert said["A share?"] == ("yes" if passes * comes < 0 else "no")
