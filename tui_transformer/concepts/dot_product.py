"""
How alike are two lists of numbers? Multiply them place by place and add up: that is the
**dot product** u·v. For arrows it is |u|·|v|·cos θ: both lengths times the cosine of the
angle between them. Same way: as large as it gets. At a right angle: exactly 0. Opposite:
negative.

Two things count, *direction and length*. Make u longer and then turn it a little away from
v: u·v still grows. The **cosine** is what is left when both lengths are divided out; it
stays between −1 and 1. The **projection** is how far u reaches along v, and u·v is that
times |v|.

Now the same with random vectors of `dimension` numbers. Raise it and watch two spreads:
the cosine's shrinks like 1/√d, so in many dimensions nearly any two directions stand
almost at right angles. The raw dot product's *grows* like √d, because it is a sum of d
random products. That is the √d that [attention](attention) divides by.

*Often misread:* that a larger dot product means a better match of direction. A long key
can beat a better aligned short one. And that random vectors must have something in common
because they have so many numbers: more numbers leave less to chance.

Next: a query, its keys, and what they are good for, in [a soft dictionary](library).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.concept import Concept
from tui_transformer.concepts import _dot_product_figure as panels
from tui_transformer.concepts import _dot_product_spread as random
from tui_transformer.concepts._dot_product_tasks import TASKS
from tui_transformer.controls import Array, integer, real, seed
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.numbers import fixed, number

PAIRS = 2000  # random pairs drawn
BLOCK = 64  # dimensions drawn at a time, and kept: the next d adds only what is new


@dataclass(frozen=True)
class Draw:
    """What random pairs score: dots and cosines [pairs], and how the spread grew with d."""

    dots: Array
    cosines: Array
    grown: tuple[tuple[int, float], ...]


@lru_cache(maxsize=64)
def block(seed: int, start: int, size: int) -> Array:
    """Draw some dimensions of all pairs and sum their products: u·v, u·u, v·v, [3, pairs]."""
    numbers = np.random.default_rng([seed, start]).standard_normal((size, 2, PAIRS))
    u, v = numbers[:, 0], numbers[:, 1]
    return np.array([np.einsum("dp,dp->p", a, b) for a, b in ((u, v), (u, u), (v, v))])


@lru_cache(maxsize=8)
def draw(d: int, seed: int) -> Draw:
    """Draw pairs of standard normal vectors with d numbers and multiply them.

    A larger d adds numbers to the same vectors, so the spread at every smaller d belongs to
    the same pairs: `grown` has it at each power of 2 up to d.
    """
    sums, grown, at = np.zeros((3, PAIRS)), [], 0
    while at < d:
        size = min(max(at, 1), d - at, BLOCK)
        sums, at = sums + block(seed, at, size), at + size
        if at.bit_count() == 1:
            grown.append((at, float(np.std(sums[0]))))
    return Draw(sums[0], sums[0] / np.sqrt(sums[1] * sums[2]), tuple(grown))


def unit(degrees: float) -> tuple[float, float]:
    """Compute cosine and sine of an angle, exact at right angles and alike in all quarters."""
    quarter, rest = divmod(degrees, 90.0)
    c = math.sin(math.radians(90.0 - rest))  # keeps its digits where a cosine nears 0
    s = math.sin(math.radians(rest))
    x, y = ((c, s), (-s, c), (-c, -s), (s, -c))[int(quarter) % 4]
    return x + 0.0, y + 0.0  # never −0


@dataclass(frozen=True, eq=False)
class DotProduct(Model):
    """Two arrows by length and angle, and random vectors of any dimension."""

    u_length: float = real(3.0, 0, 5, help="How long the arrow u is.")
    u_angle: float = real(30.0, -180, 180, 5, help="Where u points, in degrees.")
    v_length: float = real(2.0, 0, 5, help="How long the arrow v is.")
    v_angle: float = real(75.0, -180, 180, 5, help="Where v points, in degrees.")
    dimension: int = integer(64, 1, 1024, log=True, help="How many numbers a random vector has.")
    seed: int = seed()

    @value
    def dot(self) -> float:
        """The dot product of u and v: |u|·|v|·cos θ."""
        return self.u_length * self.v_length * self.cosine_of_angles + 0.0  # never −0

    @value
    def cosine(self) -> float | None:
        """The cosine of the angle between them; null where one has no length."""
        return None if self.pointless else self.cosine_of_angles

    @value
    def angle(self) -> float | None:
        """The angle between them, 0..180 degrees; null where one has no length."""
        return None if self.pointless else self.between

    @value
    def projection(self) -> float | None:
        """How far u reaches along v, negative if backwards; null where v has no length."""
        return None if self.v_length == 0 else self.u_length * self.cosine_of_angles + 0.0

    @value
    def random_cosine_std(self) -> float:
        """The spread (standard deviation) of the cosines of the random pairs; about 1/√d."""
        return float(np.std(self.drawn.cosines))

    @value
    def random_dot_std(self) -> float:
        """The spread (standard deviation) of their dot products; about √d."""
        return float(np.std(self.drawn.dots))

    @derived
    def between(self) -> float:
        """The angle between the two directions, whether or not there is an arrow."""
        apart = abs(self.u_angle - self.v_angle)
        return min(apart, 360 - apart)

    @derived
    def cosine_of_angles(self) -> float:
        """The cosine of that angle."""
        return unit(self.between)[0]

    @derived
    def pointless(self) -> bool:
        """Whether u or v has no length, and so no direction."""
        return self.u_length == 0 or self.v_length == 0

    @derived
    def u(self) -> tuple[float, float]:
        """The components of u."""
        x, y = unit(self.u_angle)
        return self.u_length * x, self.u_length * y

    @derived
    def v(self) -> tuple[float, float]:
        """The components of v."""
        x, y = unit(self.v_angle)
        return self.v_length * x, self.v_length * y

    @derived
    def drawn(self) -> Draw:
        """The random pairs."""
        return draw(self.dimension, self.seed)

    def idle(self) -> Mapping[str, str]:
        """An arrow without length points nowhere."""
        return {
            f"{name}_angle": f"{name} has no length to point with: raise {name}_length."
            for name, length in (("u", self.u_length), ("v", self.v_length))
            if length == 0
        }


def view(m: DotProduct) -> Figure:
    """Both arrows and a dial, their numbers; random pairs, and how their spread grows."""
    return Figure(
        rows=(
            (panels.arrows(m), panels.dial(m), panels.numbers_table(m)),
            (random.histogram(m), random.growth(m), random.spreads(m)),
            (panels.components(m),),
        ),
        says=says(m),
        formula=panels.dot_working(m),
        data=f"yours, random (seed {m.seed})",
    )


def says(m: DotProduct) -> str:
    """Say what the two arrows score, and how far random ones spread."""
    spread = (
        f"random ones in {m.dimension:,}-d: ±{number(m.random_dot_std, 2)}, "
        f"cos ±{fixed(m.random_cosine_std, 2)}."
    )
    if m.pointless:
        which = "u" if m.u_length == 0 else "v"
        return f"{which} has no length: u·v = 0, no angle; {spread}"
    u, v, angle = (number(x, 4) for x in (m.u_length, m.v_length, m.between))
    return f"u·v = {u}·{v}·cos {angle}° = {number(m.dot, 4)}; {spread}"


CONCEPT = Concept(
    DotProduct,
    view,
    presets={
        "45° apart": {},
        "same direction": {"v_angle": 30.0},
        "orthogonal": {"v_angle": 120.0},
        "opposite": {"v_angle": -150.0},
        "longer, worse aligned": {"v_length": 5.0, "v_angle": 90.0},
        "one dimension": {"dimension": 1},
        "1,024 dimensions": {"dimension": 1024},
        "no length, no angle": {"u_length": 0.0},
    },
    challenges=TASKS,
)
