"""How each number of `descent` comes about: a point from the point before it, down to the start."""

import math

from tui_transformer.concepts.descent.model import Descent
from tui_transformer.nn.made_up.surfaces import Quadratic
from tui_transformer.nn.optimizers import Adam
from tui_transformer.steps import optimizers
from tui_transformer.terms import Named, Operand, Term, function, n, operand, sqrt

NAMES = ("x", "y")
sine, absolute, compass = (function(name) for name in ("sin", "abs", "atan2"))
PI = operand("π", math.pi)


# ── the surface ────────────────────────────────────────────────────────────────────────


@Descent.curvatures.because(
    lambda m, i: {
        "bowl": f"λ{i + 1}",
        "saddle": ("λ1", "second derivative along u2")[i],
        "rosenbrock": "λ of the second derivatives [802 −400; −400 200] at (1, 1)",
    }[m.surface]
)
def curvature(m: Descent, i: int) -> Term:
    if m.surface == "rosenbrock":
        named = (operand(f"f_{at}", x) for at, x in (("xx+yy", 1002), ("xx−yy", 602), ("xy", 400)))
        whole, apart, mixed = named
        across = (whole + sqrt(apart * apart + 4 * mixed * mixed)) / 2
        return across if i == 0 else 400 / across
    own = m.the("curvature")[i]
    return -own if i == 1 and m.surface == "saddle" else own


@Descent.turn.because(lambda m, i: ("cos", "sin")[i] + " of the rotation")
def turn(m: Descent, i: int) -> Term:
    degrees = m.one("rotation")
    return sine((90 - degrees if i == 0 else degrees) * PI / 180)


def along_axes(m: Descent, path: Named, t: int, i: int) -> Term:
    x, y = path.row(t)
    if not isinstance(m.ground, Quadratic) or not m.rotation:
        return (x, y)[i]
    c, s = m.the("turn").row()
    return c * x + s * y if i == 0 else c * y - s * x


def axis_formula(m: Descent, t: int, i: int) -> str:
    if not m.rotation:
        return f"u{i + 1} = {NAMES[i]}"
    return ("u1 = x·cos + y·sin", "u2 = y·cos − x·sin")[i]


@Descent.places.because(axis_formula)
def place(m: Descent, t: int, i: int) -> Term:
    return along_axes(m, m.the("path"), t, i)


@Descent.look_places.because(axis_formula)
def look_place(m: Descent, t: int, i: int) -> Term:
    return along_axes(m, m.the("looks"), t, i)


def slope_formula(m: Descent, i: int) -> str:
    if not isinstance(m.ground, Quadratic):
        return ("∂f/∂x = −2(1 − x) − 400x(y − x²)", "∂f/∂y = 200(y − x²)")[i]
    if not m.rotation:
        return f"∂f/∂{NAMES[i]} = λ{i + 1}·{NAMES[i]}"
    return ("∂f/∂x = cos·λ1·u1 − sin·λ2·u2", "∂f/∂y = sin·λ1·u1 + cos·λ2·u2")[i]


def slope_at(m: Descent, i: int, point: list[Operand], place: list[Operand]) -> Term:
    """The slope along x or y at a point, which lies at `place` on the surface's own axes."""
    if not isinstance(m.ground, Quadratic):
        x, y = point
        inner = y - x * x
        return -2 * (1 - x) - 400 * x * inner if i == 0 else 200 * inner
    both = m.the("curvatures").row()
    if not m.rotation:
        return both[i] * point[i]
    (c, s), (along, up) = m.the("turn").row(), (k * u for k, u in zip(both, place, strict=True))
    return c * along - s * up if i == 0 else s * along + c * up


@Descent.gradient.because(slope_formula)
def gradient(m: Descent, i: int) -> Term:
    last = len(m.points) - 1
    return slope_at(m, i, m.the("path").row(last), m.the("places").row(last))


@Descent.slopes.because(lambda m, t, i: slope_formula(m, i))
def slope(m: Descent, t: int, i: int) -> Term:
    ahead = m.optimizer == "nesterov"
    point, place = ("looks", "look_places") if ahead else ("path", "places")
    return slope_at(m, i, m.the(point).row(t), m.the(place).row(t))


@Descent.losses.because(
    lambda m, t: (
        "(1 − x)² + 100(y − x²)²"
        if m.surface == "rosenbrock"
        else f"½(λ1·u1² {'+' if m.ground.has_minimum else '−'} λ2·u2²)"
    )
)
def loss(m: Descent, t: int) -> Term:
    if not isinstance(m.ground, Quadratic):
        x, y = m.the("path").row(t)
        inner = y - x * x
        return (1 - x) * (1 - x) + 100 * inner * inner
    pairs = zip(m.the("curvatures").row(), m.the("places").row(t), strict=True)
    first, second = (k * u * u for k, u in pairs)
    return 0.5 * (first + second)


# ── the rule ───────────────────────────────────────────────────────────────────────────

STEP = {
    "gd": "η·∂f/∂{}",
    "momentum": "η·(βv + ∂f)",
    "nesterov": "η·(βv + ∂f ahead)",
    "adam": "η·m̂/(√v̂ + ε)",
}


def step_formula(m: Descent, i: int) -> str:
    return f"{NAMES[i]} ← {NAMES[i]} − {STEP[m.optimizer].format(NAMES[i])}"


def moved(m: Descent, t: int, i: int) -> Term:
    """Where the step from point t leads."""
    w, g, v = (m.the(name)[t, i] for name in ("path", "slopes", "velocities"))
    rate, beta = m.one("learning_rate"), m.one("momentum")
    if m.optimizer == "gd":
        return w - rate * g
    if isinstance(m.rule, Adam):
        settings = (beta, operand("β2", m.rule.beta_square), operand("ε", m.rule.epsilon))
        return w - rate * optimizers.adam(v, m.the("squares")[t, i], g, t + 1, *settings)
    return w - rate * (beta * v + g)


@Descent.path.because(lambda m, t, i: step_formula(m, i) if t else f"{NAMES[i]} at the start")
def path(m: Descent, t: int, i: int) -> Term:
    return moved(m, t - 1, i) if t else m.the("start")[i]


@Descent.following.because(lambda m, i: f"{step_formula(m, i)} (the first step to come)")
def following(m: Descent, i: int) -> Term:
    return moved(m, len(m.points) - 1, i)


@Descent.velocities.because(
    lambda m, t, i: "v ← βv + ∂f" if m.optimizer != "adam" else "mean of ∂f"
)
def velocity(m: Descent, t: int, i: int) -> Term:
    if not t or m.optimizer == "gd":
        return operand("nothing yet", 0)
    v, g, beta = m.the("velocities")[t - 1, i], m.the("slopes")[t - 1, i], m.one("momentum")
    return beta * v + ((1 - beta) * g if m.optimizer == "adam" else g)


@Descent.squares.because("mean of (∂f)²")
def square(m: Descent, t: int, i: int) -> Term:
    if not t or not isinstance(m.rule, Adam):
        return operand("nothing yet", 0)
    decay, g = operand("β2", m.rule.beta_square), m.the("slopes")[t - 1, i]
    return decay * m.the("squares")[t - 1, i] + (1 - decay) * (g * g)


@Descent.looks.because("w − ηβv, where the velocity alone would lead")
def look(m: Descent, t: int, i: int) -> Term:
    w = m.the("path")[t, i]
    if m.optimizer != "nesterov":
        return w
    return w - m.one("learning_rate") * m.one("momentum") * m.the("velocities")[t, i]


# ── each axis, the rates, the angle ────────────────────────────────────────────────────


@Descent.multipliers.because(lambda m, i: f"1 − η·λ{i + 1}")
def multiplier(m: Descent, i: int) -> Term:
    return 1 - m.one("learning_rate") * m.the("curvatures")[i]


def is_complex(m: Descent, i: int) -> bool:
    trace, determinant = m.rule.characteristic(m.curvatures[i]) or (0.0, 0.0)
    return trace * trace < 4 * determinant


@Descent.factors.because(
    lambda m, i: (
        ("|z| = √D, complex roots of " if is_complex(m, i) else "larger |z| of ")
        + {
            "momentum": "z² − (1 + β − ηλ)z + β = 0",
            "nesterov": "z² − (1 + β)(1 − ηλ)z + β(1 − ηλ) = 0",
        }.get(m.optimizer, "z − (1 − ηλ) = 0")
    )
)
def factor(m: Descent, i: int) -> Term:
    beta, step = m.one("momentum"), m.one("learning_rate") * m.the("curvatures")[i]
    if m.optimizer in ("gd", "adam"):
        return absolute(1 - step) if m.optimizer == "gd" else 1 - step
    if m.optimizer == "momentum":
        trace, product = 1 + beta - step, n(beta)
    else:
        trace, product = (1 + beta) * (1 - step), beta * (1 - step)
    if is_complex(m, i):
        return sqrt(product)
    return (absolute(trace) + sqrt(trace * trace - 4 * product)) / 2


def steep_and_flat(m: Descent) -> tuple[Operand, Operand]:
    flat, steep = sorted(m.the("curvatures").row(), key=lambda each: each.value)
    return steep, flat


@Descent.rates.because(
    lambda m, name: {"limit": "2/λmax", "best": "2/(λmin + λmax)", "steeper": "λmax/λmin"}[name]
)
def rate(m: Descent, name: str) -> Term:
    steep, flat = steep_and_flat(m)
    return {"limit": 2 / steep, "best": 2 / (flat + steep), "steeper": steep / flat}[name]


Descent.critical_learning_rate.is_of(Descent.rates, lambda m: "limit")
Descent.optimal_learning_rate.is_of(Descent.rates, lambda m: "best")
Descent.condition_number.is_of(Descent.rates, lambda m: "steeper")


@Descent.best_factor.because("(λmax − λmin)/(λmax + λmin) = (κ − 1)/(κ + 1)")
def best_factor(m: Descent) -> Term:
    steep, flat = steep_and_flat(m)
    return (steep - flat) / (steep + flat)


@Descent.angle_to_minimum.because("angle of −∇f − angle of the way to the minimum, in degrees")
def angle_to_minimum(m: Descent) -> Term:
    (gx, gy), (x, y) = m.the("gradient").row(), m.the("path").row(len(m.points) - 1)
    cx, cy = m.ground.centre
    down = compass(0 - gy, 0 - gx)
    there = compass(int(cy) - y, int(cx) - x)
    return 180 - absolute(180 - absolute(down - there) * (180 / PI))
