"""What `descent` computes: a surface, a rule and a start; the path that follows from them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import Vector, choice, integer, real, vector
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.made_up import surfaces
from tui_transformer.nn.optimizers import ROUNDING, Optimizer, long_run_factor, optimizer, swings
from tui_transformer.timeline import Timeline

LAST = 500


@lru_cache(maxsize=64)
def timeline(
    ground: surfaces.Surface, rule: Optimizer, start: tuple[float, float]
) -> Timeline[surfaces.Point]:
    """Keep the run of one setting, so that its clock costs one step, and nothing to go back."""
    first = surfaces.stand(ground, rule.start(np.array(start)))
    return Timeline(first, lambda point: surfaces.walk(ground, rule, point))


@dataclass(frozen=True, eq=False)
class Descent(Model):
    """A surface, a rule and a start; the path that follows from them."""

    surface: str = choice(
        "bowl",
        "bowl",
        "saddle",
        "rosenbrock",
        help="What is walked down; rosenbrock is a valley of its own making.",
    )
    curvature: Vector = vector(
        (1.0, 10.0),
        0.1,
        20,
        log=True,
        labels=("u1", "u2"),
        help="How steeply bowl and saddle curve along u1 and u2.",
    )
    rotation: float = real(0.0, 0, 90, step=5, help="Turns bowl and saddle, in degrees.")
    optimizer: str = choice(
        "gd",
        "gd",
        "momentum",
        "nesterov",
        "adam",
        help="How a gradient becomes a step; gd is η times it.",
    )
    learning_rate: float = real(0.18, 0.001, 2, log=True, help="η, the length of a step.")
    momentum: float = real(
        0.9, 0, 0.99, step=0.01, help="β, what stays of the velocity; β1 in Adam, nothing in gd."
    )
    start: Vector = vector(
        (1.0, 1.0), -2, 2, labels=("x", "y"), help="Where the walk begins: x, y."
    )
    steps: int = integer(0, 0, LAST, help="How many steps have been taken.")

    @derived
    def ground(self) -> surfaces.Surface:
        """The surface with its settings."""
        if self.surface == "rosenbrock":
            return surfaces.Rosenbrock()
        make = surfaces.bowl if self.surface == "bowl" else surfaces.saddle
        return make((float(self.curvature[0]), float(self.curvature[1])), self.rotation)

    @derived
    def rule(self) -> Optimizer:
        """The optimiser with its settings."""
        return optimizer(self.optimizer, self.learning_rate, self.momentum)

    @derived
    def run(self) -> Timeline[surfaces.Point]:
        """The whole run, as far as anybody looked."""
        return timeline(self.ground, self.rule, (float(self.start[0]), float(self.start[1])))

    @derived
    def points(self) -> list[surfaces.Point]:
        """The path with what is remembered at each point; it ends where floats end."""
        return self.run.until(self.steps)

    @derived
    def ended(self) -> bool:
        """Whether the path left float range before the clock's time."""
        return len(self.points) <= self.steps

    @value.labelled(None, ("x", "y"))
    def path(self) -> Array:
        """Where the walker stood, [steps + 1, 2]; fewer where it left float range."""
        return np.array([point.state.weights for point in self.points])

    @value
    def losses(self) -> Array:
        """The height at every point of the path, [steps + 1]."""
        return np.array([point.height for point in self.points])

    @value.labelled(("x", "y"))
    def gradient(self) -> Array:
        """The slope ∇f at the last point, [2]."""
        return self.points[-1].slope

    @value
    def angle_to_minimum(self) -> float | None:
        """How far −∇f at the last point misses the minimum, in degrees; None without either."""
        return surfaces.angle_between(*self.directions) if self.ground.has_minimum else None

    @derived
    def directions(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where −∇f points, and where the centre lies, seen from the last point."""
        (x, y), (dx, dy) = self.path[-1].tolist(), self.gradient.tolist()
        cx, cy = self.ground.centre
        return (0.0 - dx, 0.0 - dy), (cx - x, cy - y)

    # What the numbers on the screen are made of, for whoever asks.

    @derived
    def curvatures(self) -> tuple[float, float]:
        """The curvature along each of the surface's own axes; Rosenbrock's at its minimum."""
        return self.ground.curvature

    @derived
    def turn(self) -> tuple[float, float]:
        """The cosine and sine of the rotation, [2]."""
        return self.ground.turn if isinstance(self.ground, surfaces.Quadratic) else (1.0, 0.0)

    @derived
    def velocities(self) -> Array:
        """What the rule remembers of the slopes at every point, [steps + 1, 2]."""
        return np.array([point.state.velocity for point in self.points])

    @derived
    def squares(self) -> Array:
        """What Adam remembers of the squared slopes at every point, [steps + 1, 2]."""
        return np.array([point.state.square for point in self.points])

    @derived
    def looks(self) -> Array:
        """Where the rule wants the slope for its next step, [steps + 1, 2]."""
        return np.array([self.rule.look(point.state) for point in self.points])

    @derived
    def slopes(self) -> Array:
        """The slope that the next step is made with, at every point, [steps + 1, 2]."""
        return np.array(surfaces.slopes_wanted(self.ground, self.rule, self.points))

    @derived
    def places(self) -> Array:
        """The path in the surface's own coordinates u1, u2, [steps + 1, 2]."""
        return self._along_axes(self.path)

    @derived
    def look_places(self) -> Array:
        """`looks` in the surface's own coordinates, [steps + 1, 2]."""
        return self._along_axes(self.looks)

    def _along_axes(self, path: Array) -> Array:
        if not isinstance(self.ground, surfaces.Quadratic):
            return path
        return np.stack(self.ground.axes(path[:, 0], path[:, 1]), axis=1)

    @derived
    def following(self) -> Array:
        """Where the next step leads, or stays where it would leave float range, [2]."""
        return self.run.at(len(self.points)).state.weights

    @derived
    def factors(self) -> tuple[float, float]:
        """What a step multiplies each axis by in the long run; gd's 1 − ηλ where no rule is
        linear."""
        modes = map(self.rule.characteristic, self.curvatures)
        first, second = (
            one if mode is None else long_run_factor(*mode)
            for one, mode in zip(self.multipliers, modes, strict=True)
        )
        return first, second

    @derived
    def best_factor(self) -> float:
        """|1 − ηλ| of both axes at gd's best rate."""
        steep, flat = max(self.curvatures), min(self.curvatures)
        return (steep - flat) / (steep + flat)

    @derived
    def rates(self) -> dict[str, float]:
        """gd's limit and its best rate, and how much steeper one axis is, near the minimum."""
        steep, flat = max(self.curvatures), min(self.curvatures)
        return {"limit": 2 / steep, "best": 2 / (steep + flat), "steeper": steep / flat}

    @value
    def multipliers(self) -> tuple[float, float]:
        """1 − ηλ: what plain gd multiplies each axis by, everywhere on bowl and saddle, and
        close to Rosenbrock's minimum."""
        first, second = self.ground.curvature
        return 1 - self.learning_rate * first, 1 - self.learning_rate * second

    @value
    def critical_learning_rate(self) -> float | None:
        """2/λmax, from where on plain gd grows; None off the bowl."""
        return 2 / max(self.ground.curvature) if self.surface == "bowl" else None

    @value
    def optimal_learning_rate(self) -> float | None:
        """2/(λmin + λmax), plain gd's fastest, where both axes shrink alike; None off the bowl."""
        return 2 / sum(self.ground.curvature) if self.surface == "bowl" else None

    @value
    def condition_number(self) -> float | None:
        """κ = λmax/λmin, how much steeper one axis is; None off the bowl."""
        steep, flat = max(self.ground.curvature), min(self.ground.curvature)
        return steep / flat if self.surface == "bowl" else None

    @derived
    def modes(self) -> dict[int, tuple[float, float]] | None:
        """Trace and determinant of a step along each axis on which the start is off centre;
        None where a step is not linear: with Adam, and on Rosenbrock."""
        if not isinstance(self.ground, surfaces.Quadratic) or self.optimizer == "adam":
            return None
        off = self.ground.axes(float(self.start[0]), float(self.start[1]))
        found = (self.rule.characteristic(curvature) for curvature in self.ground.curvature)
        return {i: mode for i, mode in enumerate(found) if off[i] != 0 and mode is not None}

    @value
    def status(self) -> str:
        """What becomes of this setting, whatever the clock says.

        Where a step is linear, its long-run factor |z| decides, over the axes on which the
        start lies off the centre: diverging if one is above 1, else oscillating if a root is
        negative or complex (the path changes sides; with |z| < 1 it still converges), else
        converging. With Adam, and on Rosenbrock, the run to step 500 does: diverging if it
        leaves float range (or moves away from the saddle), else oscillating if a step ends on
        ground that rises in its direction, else converging.
        """
        if self.modes is None:
            return self._judged_by_its_run()
        if any(long_run_factor(*mode) > 1 + ROUNDING for mode in self.modes.values()):
            return "diverging"
        return "oscillating" if any(swings(*m) for m in self.modes.values()) else "converging"

    def idle(self) -> Mapping[str, str]:
        """The rule or the surface may have no use for a control."""
        idle: dict[str, str] = {}
        if self.surface == "rosenbrock":
            shape = "Rosenbrock's valley has a shape of its own."
            idle |= {"curvature": shape, "rotation": shape}
        if self.optimizer == "gd":
            idle["momentum"] = "gd keeps no velocity: choose another optimizer."
        return idle

    def _judged_by_its_run(self) -> str:
        points = self.run.until(LAST)
        ended = self.run.end is not None
        away = math.dist(points[-1].state.weights, (0, 0)) > math.dist(self.start, (0, 0))
        if ended or (away and self.surface == "saddle"):
            return "diverging"
        return "oscillating" if surfaces.overshoots(self.ground, points) else "converging"
