"""What `dot-product` computes: what two arrows score, and what random vectors do."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import integer, real, seed
from tui_transformer.model import Model, derived, value
from tui_transformer.terms import Named

PAIRS = 2000  # random pairs drawn
ROUNDING = 1e-15
BLOCK = 64  # dimensions drawn at a time, and kept: the next d adds only what is new


@dataclass(frozen=True)
class Draw:
    """What random pairs score: dots and cosines [pairs], and how the spread grew with d.

    `squares` [2, pairs] are u·u and v·v.
    """

    dots: Array
    squares: Array
    cosines: Array
    grown: tuple[tuple[int, float], ...]


def drawn(seed: int, start: int, size: int) -> Array:
    """Draw some dimensions of all pairs, [size, 2, pairs]."""
    return np.random.default_rng([seed, start]).standard_normal((size, 2, PAIRS))


@lru_cache(maxsize=64)
def block(seed: int, start: int, size: int) -> Array:
    """Draw some dimensions of all pairs and sum their products: u·v, u·u, v·v, [3, pairs]."""
    numbers = drawn(seed, start, size)
    u, v = numbers[:, 0], numbers[:, 1]
    return np.array([np.einsum("dp,dp->p", a, b) for a, b in ((u, v), (u, u), (v, v))])


@lru_cache(maxsize=8)
def draw(d: int, seed: int) -> Draw:
    """Draw pairs of standard normal vectors with d numbers and multiply them.

    A larger d adds numbers to the same vectors, so the spread at every smaller d belongs to
    the same pairs: `grown` has it at each power of 2 up to d.
    """
    sums, grown = np.zeros((3, PAIRS)), []
    for start, size in blocks(d):
        sums = sums + block(seed, start, size)
        if (start + size).bit_count() == 1:
            grown.append((start + size, float(np.std(sums[0]))))
    return Draw(sums[0], sums[1:], sums[0] / np.sqrt(sums[1] * sums[2]), tuple(grown))


def blocks(d: int) -> Iterator[tuple[int, int]]:
    """Say where each block of d dimensions starts and how many it has: 1, 1, 2, 4, … 64, 64."""
    at = 0
    while at < d:
        size = min(max(at, 1), d - at, BLOCK)
        yield at, size
        at += size


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
        return float(np.std(self.cosines))

    @value
    def random_dot_std(self) -> float:
        """The spread (standard deviation) of their dot products; about √d."""
        return float(np.std(self.dots))

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
    def products(self) -> tuple[float, float]:
        """The products of the components, place by place."""
        return self.u[0] * self.v[0], self.u[1] * self.v[1]

    @derived
    def added(self) -> float:
        """The products added up: the dot product once more."""
        whole = sum(self.products)
        # What is left of two products that cancel is rounding.
        return whole if abs(whole) > ROUNDING * self.u_length * self.v_length else 0.0

    @derived
    def drawn(self) -> Draw:
        """The random pairs."""
        return draw(self.dimension, self.seed)

    @derived
    def dots(self) -> Array:
        """The dot product of each random pair, [pairs]."""
        return self.drawn.dots

    @derived
    def cosines(self) -> Array:
        """The cosine of each random pair, [pairs]."""
        return self.drawn.cosines

    @derived
    def squares(self) -> Array:
        """Each random vector with itself, u·u and v·v, [2, pairs]."""
        return self.drawn.squares

    @derived
    def means(self) -> Array:
        """The mean of these dot products, and of the cosines, [2]."""
        return np.array([np.mean(self.dots), np.mean(self.cosines)])

    @derived
    def expected(self) -> Array:
        """What the spreads of both should be: √d and 1/√d, [2]."""
        return np.array([math.sqrt(self.dimension), 1 / math.sqrt(self.dimension)])

    @derived
    def vectors(self) -> tuple[Named, Named]:
        """The random vectors themselves, u and v, [pairs, d] each."""
        numbers = np.concatenate([drawn(self.seed, *one) for one in blocks(self.dimension)])
        u, v = numbers.transpose(1, 2, 0)
        return Named("random_u", u, "draw"), Named("random_v", v, "draw")

    def sources(self) -> Mapping[str, Array]:
        """The numbers of the random vectors."""
        return {named.name: named.values for named in self.vectors}

    def idle(self) -> Mapping[str, str]:
        """An arrow without length points nowhere."""
        return {
            f"{name}_angle": f"{name} has no length to point with: raise {name}_length."
            for name, length in (("u", self.u_length), ("v", self.v_length))
            if length == 0
        }
