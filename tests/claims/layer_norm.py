"""What `layer-norm` claims; the values are worked out in exact fractions."""

import math
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from tests.claims.book import Claims, State, close, opened, shown

layer_norm = Claims(
    "layer-norm",
    (
        "tfx layer-norm kind=rms x=0,0,0",
        "tfx layer-norm kind=rms scale=0.001",
        "tfx layer-norm x=0.1,0.1,0.1 epsilon=1e-12 scale=1000 gain=0",
        "tfx layer-norm gain=2 bias=-3 x=-1,1 epsilon=0.04",
        "tfx layer-norm gain=2,1,0,-1 bias=-3,0,0,1",
        "tfx layer-norm gain=2,1,0,-1 bias=5 kind=rms",
    ),
)
NEIGHBOUR = (2, -1, 0.5, 4)


def entering(c: SimpleNamespace) -> list[Fraction]:
    """scale·x + shift, rounded to a float where the program rounds it."""
    return [Fraction(float(c.scale) * float(x) + float(c.shift)) for x in c.x]


def average(x: list[Fraction]) -> Fraction:
    return sum(x, Fraction(0)) / len(x)


def measured(x: list[Fraction]) -> tuple[Fraction, Fraction, Fraction]:
    """The mean, the population variance and the mean square, exactly."""
    mean = average(x)
    return mean, average([(v - mean) ** 2 for v in x]), average([v * v for v in x])


def normal(x: list[Fraction], kind: str, epsilon: float) -> list[float]:
    """(x − mean)/√(variance + ε), or x/√(mean square + ε)."""
    mean, variance, square = measured(x)
    if kind == "rms":
        mean, variance = Fraction(0), square
    return [float(v - mean) / math.sqrt(variance + Fraction(epsilon)) for v in x]


def normalized_here(c: SimpleNamespace) -> list[float]:
    return normal(entering(c), c.kind, c.epsilon)


def each(c: SimpleNamespace, numbers: list[float]) -> list[float]:
    """One number means all."""
    return numbers * len(c.x) if len(numbers) == 1 else numbers


def leaving(c: SimpleNamespace) -> list[float]:
    gain, bias = each(c, c.gain), each(c, c.bias if c.kind == "layer" else [0])
    return [g * v + b for g, v, b in zip(gain, normalized_here(c), bias, strict=True)]


def power_in(c: SimpleNamespace) -> float:
    return float(measured(entering(c))[1 if c.kind == "layer" else 2])


# ── values ─────────────────────────────────────────────────────────────────────────────


@layer_norm.oracle("mean", "variance", "mean_square")
def statistics(s: State) -> None:
    exact = measured(entering(s.controls))
    size = float(max(map(abs, entering(s.controls))))
    for mine, true, degree in zip(
        (s.values.mean, s.values.variance, s.values.mean_square), exact, (1, 2, 2), strict=True
    ):
        # Rounding is of the size of what was added up.
        assert abs(mine - float(true)) <= 1e-14 * size**degree


@layer_norm.oracle("output_mean", "output_variance")
def what_leaves(s: State) -> None:
    mean, variance, _ = measured([Fraction(v) for v in s.values.output])
    size = max(1.0, *map(abs, s.values.output))
    assert abs(s.values.output_mean - float(mean)) <= 1e-14 * size
    assert abs(s.values.output_variance - float(variance)) <= 1e-14 * size**2
    table = s.table("What enters, and what leaves")
    for name, row in {"mean": "mean", "variance": "variance"}.items():
        assert table[row]["enters"] == getattr(s.values, name)
        assert table[row]["output"] == getattr(s.values, f"output_{name}")
    assert ("mean square" in table) == (s.controls.kind == "rms")
    assert table.get("mean square", {"enters": s.values.mean_square})["enters"] == (
        s.values.mean_square
    )


@layer_norm.oracle("normalized", "output")
def vectors(s: State) -> None:
    c, size = s.controls, float(max(map(abs, entering(s.controls))))
    # What rounding takes from the mean is divided by the same root as everything.
    rounding = 1e-14 * size / math.sqrt(power_in(c) + c.epsilon)
    close(s.values.normalized, normalized_here(c), 1e-9, least=rounding)
    close(s.values.output, leaving(c), 1e-9, least=rounding * max(map(abs, c.gain)))
    table = s.tables("What enters, and what leaves", "Divided by the variance")
    (_, variance, _), middle = measured(entering(c)), average(entering(c))
    wrong = [float((x - middle) / (variance + Fraction(c.epsilon))) for x in entering(c)]
    rows = [row for name, row in table.items() if name.startswith("x")]
    assert [row["output"] for row in rows] == s.values.output
    close([row["÷ variance: wrong"] for row in rows], wrong, 1e-9, least=rounding * 1e6)
    rows = s.table("A neighbour (designed): your x never moves it")
    hats = normal([Fraction(x) for x in NEIGHBOUR], c.kind, c.epsilon)
    close([row["normalised"] for row in rows.values()], hats, 1e-12)


# ── sentences ──────────────────────────────────────────────────────────────────────────


@layer_norm.says("Mean {mean}, variance {variance} in; normalised: 0 and {left}.")
def layer(s: State, mean: str, variance: str, left: str) -> None:
    c, v = s.controls, power_in(s.controls)
    assert c.kind == "layer"
    shown(mean, float(average(entering(c))))
    shown(variance, v)
    hats = normalized_here(c)
    assert abs(math.fsum(hats) / len(hats)) < 1e-9
    shown(left, math.fsum(h * h for h in hats) / len(hats))


@layer_norm.says("Mean square {square} in, {left} out; the mean stays in: {mean}.")
def rms(s: State, square: str, left: str, mean: str) -> None:
    assert s.controls.kind == "rms"
    hats = normalized_here(s.controls)
    shown(square, power_in(s.controls))
    shown(left, math.fsum(h * h for h in hats) / len(hats))
    shown(mean, math.fsum(hats) / len(hats))


@layer_norm.says("{power} beside ε = {epsilon}: the normalised one is {left}, not 1.")
def faint(s: State, power: str, epsilon: str, left: str) -> None:
    c, hats = s.controls, normalized_here(s.controls)
    what, _, power = power.rpartition(" ")
    assert what == {"layer": "Variance", "rms": "Mean square"}[c.kind]
    shown(power, power_in(c))
    shown(epsilon, c.epsilon)
    power_out = math.fsum(h * h for h in hats) / len(hats)
    shown(left, power_out)
    assert power_out < 0.98


@layer_norm.says("All equal: no pattern is left to show, and ε keeps 0/0 away.")
def all_equal(s: State) -> None:
    assert len(set(entering(s.controls))) == 1
    assert s.controls.kind == "layer"
    assert s.controls.epsilon > 0
    assert set(normalized_here(s.controls)) == {0.0}


@layer_norm.says(
    "Variance {variance} instead of 1.25, and no output has moved by more than {moved}."
)
def fifty_times(s: State, variance: str, moved: str) -> None:
    start = opened("tfx layer-norm").controls
    shown("1.25", power_in(start))
    shown(variance, power_in(s.controls))
    assert power_in(s.controls) >= 50**2 * 1.25 * (1 - 1e-12)
    largest = max(abs(a - b) for a, b in zip(leaving(s.controls), leaving(start), strict=True))
    shown(moved, largest)
    assert largest <= 1e-3


@layer_norm.says("Variance {variance} under ε = {eps}: the output's spread is {spread}, not 1.")
def halved(s: State, variance: str, eps: str, spread: str) -> None:
    shown(eps, s.controls.epsilon)
    shown(variance, power_in(s.controls))
    assert power_in(s.controls) < s.controls.epsilon
    std = math.sqrt(float(measured([Fraction(v) for v in leaving(s.controls)])[1]))
    shown(spread, std)
    assert 0.4 < std < 0.6


@layer_norm.says(
    "Shifted by {shift}, RMS norm's mean is {mean}, not 0.9129; layer norm's would still be 0."
)
def shifted(s: State, shift: str, mean: str) -> None:
    c = s.controls
    shown(shift, c.shift)
    shown(mean, math.fsum(leaving(c)) / 4)
    shown("0.9129", 2.5 / math.sqrt(7.5 + 1e-5))
    x = normal(entering(c), "layer", c.epsilon)
    assert abs(math.fsum(x)) < 1e-9


# ── the explanation ────────────────────────────────────────────────────────────────────


@layer_norm.tells(
    "divide by its standard deviation, and it has mean 0 and variance 1, whatever it was"
)
def mean_and_variance() -> None:
    for x in ([1, 2, 3, 4], [-7, 0.5, 9], [100, 101]):
        z = (np.array(x) - np.mean(x)) / math.sqrt(measured([Fraction(v) for v in x])[1])
        assert abs(z.sum()) < 1e-12
        assert abs((z * z).mean() - 1) < 1e-12


@layer_norm.tells("Large or small, shifted or not: mean 0 and variance 1 go out.")
def large_or_small() -> None:
    for scale in (0.1, 1, 1000):
        for shift in (-100, 0, 100):
            hats = opened(f"tfx layer-norm scale={scale} shift={shift}").values.normalized
            assert abs(math.fsum(hats)) < 1e-9
            assert abs(math.fsum(h * h for h in hats) / 4 - 1) < 1e-3


@layer_norm.tells(
    "before or after each part, is the difference between the two kinds of [block](block)"
)
def two_kinds() -> None:
    with pytest.raises(ValueError, match="one of") as refused:
        opened("tfx block norm=both")
    assert str(refused.value) == "norm is one of pre, post."


@layer_norm.tells("One of the two takes no mean out.")
def one_of_the_two() -> None:
    means = [
        np.mean(opened(f"tfx layer-norm kind={k}").values.normalized) for k in ("layer", "rms")
    ]
    assert [abs(mean) < 1e-12 for mean in means] == [True, False]
