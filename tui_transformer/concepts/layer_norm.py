"""
As vectors travel through a deep network their numbers drift: some grow, some fade, and every
layer has to cope with whatever the one before it did. **Layer normalisation** puts each vector
back in a known place. Take its mean out, divide by its standard deviation, and it has mean 0 and
variance 1, whatever it was. Then a learned **gain** and **bias** stretch and move it again, so that
the network may still ask for another size.

Turn *scale* and *shift*, which change the input before it is normalised: the left column moves,
the right one does not. All that survives is the pattern, which number is above the others and by
how much in proportion. Only where the spread falls to about √ε does it give way: **ε** is there so
that a vector of equal numbers is not divided by zero.

*Often misread:* that it divides by the variance. It divides by the *square root* of the
variance; the table shows both. And that it works over the batch, as batch normalisation does.
Here every position is normalised by itself: change x and its neighbour's numbers stay.

**RMS norm** leaves the mean where it is and divides by the root mean square. It is cheaper, and it
no longer forgets a shift.

Where this stands in a transformer, before or after each part, is the difference between the two
kinds of [block](block); together with the [residual](residual) it lets a hundred layers train.
"""

from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.controls import Array, Vector, choice, real, vector
from tui_transformer.figure import (
    Axis,
    Bar,
    Cell,
    Column,
    Figure,
    Plot,
    Points,
    Rule,
    Table,
)
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.norms import layer_norm, rms_norm
from tui_transformer.numbers import number
from tui_transformer.working import Working, n, total

NEIGHBOUR = (2.0, -1.0, 0.5, 4.0)  # another position of the same sequence, designed


@dataclass(frozen=True, eq=False)
class LayerNorm(Model):
    """A vector, what is done to it before, and the norm it goes through."""

    x: Vector = vector((1.0, 2.0, 3.0, 4.0), -10, 10, length=(2, 8), help="The vector.")
    kind: str = choice("layer", "layer", "rms", help="Layer norm, or RMS norm: no mean taken out.")
    gain: float = real(1.0, -5, 5, help="Multiplies the normalised vector; learned in a network.")
    bias: float = real(0.0, -5, 5, help="Is added after the gain; learned in a network.")
    epsilon: float = real(1e-5, 1e-12, 1, log=True, help="Is added to the variance, against 0/0.")
    shift: float = real(0.0, -100, 100, help="Is added to every number of x beforehand.")
    scale: float = real(1.0, 0.001, 1000, log=True, help="Multiplies x beforehand.")

    @derived
    def entering(self) -> Array:
        """What the norm gets: scale·x + shift, [n]."""
        return self.scale * self.x + self.shift

    @value
    def mean(self) -> float:
        """The mean of what enters."""
        return float(np.mean(self.entering))

    @value
    def variance(self) -> float:
        """The population variance of what enters: the mean of (x − mean)²."""
        return float(np.var(self.entering))

    @value
    def mean_square(self) -> float:
        """The mean of x²: what RMS norm takes the root of."""
        return float(np.mean(self.entering**2))

    @value
    def normalized(self) -> Array:
        """What the norm makes of it, before gain and bias, [n]."""
        norm = layer_norm if self.kind == "layer" else rms_norm
        return norm(self.entering, np.ones(1), np.zeros(1), self.epsilon).x_hat

    @value
    def output(self) -> Array:
        """gain·normalized + bias, [n]."""
        return self.gain * self.normalized + self.bias


def view(m: LayerNorm) -> Figure:
    """What enters beside what leaves; where they lie; the statistics between them."""
    return Figure(
        rows=((numbers_table(m),), (number_line(m), statistics(m)), (neighbour_table(m),)),
        says=says(m),
        formula=normal_working(m, len(m.x) - 1),
        data="yours",
    )


def says(m: LayerNorm) -> str:
    """Say what the norm kept and what it forgot."""
    spread, size = np.ptp(m.entering), float(np.std(m.normalized))
    if spread == 0 and m.kind == "layer":
        return "All equal: nothing is left but 0, and ε keeps 0/0 away."
    if m.kind == "rms":
        mean = number(float(np.mean(m.normalized)), 3)
        return f"RMS norm: the size is forgotten, the mean is not (now {mean})."
    if size < 0.99:
        return f"The spread is down at √ε: the output shrinks to {number(size, 3)} of its size."
    return f"Mean {number(m.mean, 4)}, variance {number(m.variance, 4)} in; 0 and 1 out, always."


def entering_expression(m: LayerNorm, i: int) -> str:
    """Write scale·x + shift for one number."""
    return f"({n(m.scale)}*{n(m.x[i])} + {n(m.shift)})"


def spread_expression(m: LayerNorm) -> str:
    """Write what is divided by: √(variance + ε), or √(mean square + ε)."""
    size = m.variance if m.kind == "layer" else m.mean_square
    return f"sqrt({n(size)} + {n(m.epsilon)})"


def centred_expression(m: LayerNorm, i: int) -> str:
    """Write the number that is divided."""
    x = n(m.entering[i])
    return f"({x} - {n(m.mean)})" if m.kind == "layer" else x


def normal_working(m: LayerNorm, i: int) -> Working:
    """Show how a normalised number comes about."""
    top = f"x{i} − mean" if m.kind == "layer" else f"x{i}"
    under = "variance" if m.kind == "layer" else "mean of x²"
    return Working(
        f"({top}) / √({under} + ε)",
        f"{centred_expression(m, i)} / {spread_expression(m)}",
        float(m.normalized[i]),
        "normalized",
    )


def numbers_table(m: LayerNorm) -> Table:
    """One row per number: x, what enters, what the norm makes of it, what leaves."""
    reach = max(float(np.max(np.abs(m.output))), 2.0)
    columns = (
        Column("i"),
        Column("x", "input"),
        Column("scale·x+shift"),
        Column("normalised", "output"),
        Column("", "output", bar=True),
        Column("output", "output"),
        Column("÷ variance: wrong", "bad"),
    )
    rows = tuple(number_row(m, i, reach) for i in range(len(m.x)))
    return Table("What enters, and what leaves", columns, rows)


def number_row(m: LayerNorm, i: int, reach: float) -> tuple[Cell, ...]:
    """The way of one number."""
    entering, centred = float(m.entering[i]), float(m.entering[i] - m.mean)
    wrong = centred / (m.variance + m.epsilon)
    hat, out = float(m.normalized[i]), float(m.output[i])
    return (
        Cell(f"{i}", "text"),
        Cell(float(m.x[i]), decimals=2, role="input"),
        Cell(
            entering,
            decimals=2,
            working=lambda: Working(
                f"scale·x{i} + shift", entering_expression(m, i), entering, "normalized"
            ),
        ),
        Cell(hat, decimals=6, role="output", working=lambda: normal_working(m, i)),
        Cell(Bar(out, -reach, reach), role="output"),
        Cell(
            out,
            decimals=4,
            role="output",
            working=lambda: Working(
                f"gain·normalised{i} + bias", f"{n(m.gain)}*{n(hat)} + {n(m.bias)}", out, "output"
            ),
        ),
        Cell(
            wrong,
            decimals=4,
            role="bad",
            working=lambda: Working(
                f"(x{i} − mean)/(variance + ε): not what layer norm does",
                f"({n(entering)} - {n(m.mean)}) / ({n(m.variance)} + {n(m.epsilon)})",
                wrong,
                "variance",
            ),
        ),
    )


def number_line(m: LayerNorm) -> Plot:
    """Where the numbers lie before and after: the pattern stays, its place does not."""
    ones = np.ones(len(m.x))
    return Plot(
        "Before (above) and after (below)",
        (
            Rule(0.0, upright=True),
            Points(m.entering, 2 * ones, "input", "enters", "●"),
            Points(m.output, ones, "output", "leaves", "◆"),
        ),
        Axis("value"),
        Axis("", 0.5, 2.5),
        height=6,
        width=26,
    )


def statistics(m: LayerNorm) -> Table:
    """What the norm measures, with its workings."""
    k = len(m.x)
    x = [n(v) for v in m.entering]
    rows = (
        ("mean", m.mean, Working("mean = Σ x / n", f"{total(x)} / {k}", m.mean, "mean")),
        (
            "variance",
            m.variance,
            Working(
                "variance = Σ (x − mean)² / n",
                f"{total(f'({v} - {n(m.mean)})**2' for v in x)} / {k}",
                m.variance,
                "variance",
            ),
        ),
        (
            "mean of x²",
            m.mean_square,
            Working(
                "Σ x² / n", f"{total(f'{v}**2' for v in x)} / {k}", m.mean_square, "mean_square"
            ),
        ),
    )
    return Table(
        "What is measured",
        (Column("of what enters"), Column("")),
        tuple((Cell(name, "text"), Cell(size, working=w)) for name, size, w in rows),
        width=24,
    )


def neighbour_table(m: LayerNorm) -> Table:
    """Another position of the sequence, which nothing here can move."""
    x = np.array(NEIGHBOUR)
    norm = layer_norm if m.kind == "layer" else rms_norm
    hat = norm(x, np.ones(1), np.zeros(1), m.epsilon).x_hat
    mean = f"{total(map(n, x))} / {len(x)}"
    centre = mean if m.kind == "layer" else "0"
    square = total(f"({n(v)} - {centre})**2" for v in x)
    rows = tuple(
        (
            Cell(float(v), decimals=2, role="input"),
            Cell(
                float(h),
                decimals=6,
                role="output",
                working=Working(
                    "the neighbour, normalised by itself",
                    f"({n(v)} - {centre}) / sqrt({square} / {len(x)} + {n(m.epsilon)})",
                    float(h),
                    "normalized",
                ),
            ),
        )
        for v, h in zip(x, hat, strict=True)
    )
    return Table(
        "A neighbour (designed): your x never moves it",
        (Column("its x", "input"), Column("normalised", "output")),
        rows,
    )


CONCEPT = Concept(
    LayerNorm,
    view,
    presets={
        "one to four": {},
        "a hundred times larger": {"scale": 100.0},
        "shifted by 100": {"shift": 100.0},
        "so small that ε shows": {"scale": 0.003},
        "all equal": {"x": (3.0, 3.0, 3.0, 3.0)},
        "one outlier": {"x": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0)},
        "RMS norm, shifted": {"kind": "rms", "shift": 10.0},
    },
    challenges=(
        Challenge(
            "make the input 50 times larger and the output no different (to 0.001)",
            lambda m: (
                m.scale >= 50
                and m.kind == "layer"
                and len(m.x) == 4
                and np.allclose(m.output, [-1.341641, -0.447214, 0.447214, 1.341641], atol=1e-3)
            ),
            {"scale": 100.0},
            hint="Turn scale up and watch the output.",
        ),
        Challenge(
            "with ε at 1e-5, halve the output by changing scale alone",
            lambda m: (
                m.epsilon == 1e-5
                and m.gain == 1
                and m.kind == "layer"
                and np.ptp(m.x) == 3
                and 0.4 < float(np.std(m.normalized)) < 0.6
            ),
            {"scale": 0.0016},
            hint="ε counts once the variance is as small as ε.",
        ),
        Challenge(
            "find the norm that a shift does move: change its output with shift alone",
            lambda m: m.kind == "rms" and abs(m.shift) >= 5,
            {"kind": "rms", "shift": 10.0},
            hint="One of the two takes no mean out.",
        ),
    ),
)
