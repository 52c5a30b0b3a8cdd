"""How each number of `mlp` comes about: a step from the step before, down to what was set."""

from tui_transformer.concepts.mlp.model import Mlp
from tui_transformer.steps.activations import absolute, largest, switch
from tui_transformer.terms import Term, n, operand, total

STEP = operand("how far a difference steps", 1e-4)


def units(m: Mlp) -> range:
    """The numbers of the hinges: 1, 2, and 3 if it is there."""
    return range(1, len(m.states) + 1)


def last(m: Mlp) -> int:
    """The step that the screen shows."""
    return len(m.history) - 1


# ── the network, at any step ───────────────────────────────────────────────────────────


def numbers_at(m: Mlp, t: int) -> dict[str, Term]:
    """Every parameter after t steps, and x."""
    before = {name: m.the("path")[t, name] if t else m.one(name) for name in m.names}
    return {**before, "x": m.one("x0")}


def hinge(now: dict[str, Term], i: int) -> Term:
    """max(0, w·x + b) of hinge i."""
    return largest(0, total((now[f"w{i}"] * now["x"], now[f"b{i}"])))


def output_formula(m: Mlp, *t: int) -> str:
    return "y = " + " + ".join(f"v{i}·max(0, w{i}·x₀ + b{i})" for i in units(m)) + " + c"


@Mlp.outputs.because(output_formula)
def an_output(m: Mlp, t: int) -> Term:
    now = numbers_at(m, t)
    return total((*(now[f"v{i}"] * hinge(now, i) for i in units(m)), now["c"]))


Mlp.y.is_of(Mlp.outputs, last)


@Mlp.loss.because("L = ½(y − target)²")
def loss(m: Mlp) -> Term:
    return (m.one("y") - m.one("target")) ** 2 / 2


@Mlp.sums.because(lambda m, t, i: f"z{i + 1} = w{i + 1}·x₀ + b{i + 1}")
def a_sum(m: Mlp, t: int, i: int) -> Term:
    now = numbers_at(m, t)
    return total((now[f"w{i + 1}"] * now["x"], now[f"b{i + 1}"]))


@Mlp.switches.because("relu′(z): 1 where z > 0, else 0")
def a_switch(m: Mlp, t: int, i: int) -> Term:
    return switch(m.the("sums")[t, i])


@Mlp.parts.because(lambda m, i: f"v{i + 1}·max(0, w{i + 1}·x₀ + b{i + 1})")
def part(m: Mlp, i: int) -> Term:
    now = numbers_at(m, last(m))
    return now[f"v{i + 1}"] * hinge(now, i + 1)


# ── gradients ──────────────────────────────────────────────────────────────────────────


def slope_formula(m: Mlp, t: int, name: str) -> str:
    i = name[1:]
    return {
        "w": f"∂y/∂w{i} = v{i}·relu′(z{i})·x₀",
        "b": f"∂y/∂b{i} = v{i}·relu′(z{i})",
        "v": f"∂y/∂v{i} = h{i} = max(0, w{i}·x₀ + b{i})",
        "c": "∂y/∂c = 1: c is simply added",
        "x": "∂y/∂x = Σ v·relu′(z)·w",
    }[name[0]]


@Mlp.slopes.because(slope_formula)
def slope(m: Mlp, t: int, name: str) -> Term:
    now, on = numbers_at(m, t), m.the("switches").row(t)
    if name == "x":
        return total(now[f"v{i}"] * on[i - 1] * now[f"w{i}"] for i in units(m))
    if name == "c":
        return n(1)
    i = int(name[1])
    if name[0] == "v":
        return hinge(now, i)
    through = now[f"v{i}"] * on[i - 1]
    return through * now["x"] if name[0] == "w" else through


Mlp.gradients.is_of(Mlp.slopes, lambda m, name: (last(m), name))


@Mlp.loss_gradients.because(lambda m, name: f"∂L/∂{name} = (y − target)·∂y/∂{name}")
def loss_gradient(m: Mlp, name: str) -> Term:
    return (m.one("y") - m.one("target")) * m.the("gradients")[name]


@Mlp.sides.because(lambda m, name, k: ("θ − h", "θ + h", "2h")[k] + ", h = 0.0001·max(1, |θ|)")
def side(m: Mlp, name: str, k: int) -> Term:
    at = numbers_at(m, last(m))[name]
    h = STEP * largest(1, absolute(at))
    return (at - h, at + h, 2 * h)[k]


def difference_formula(m: Mlp, name: str) -> str:
    letter = "x₀" if name == "x" else name
    return f"(y({letter} + h) − y({letter} − h)) / 2h, what has no {letter} cancels"


@Mlp.finite_difference.because(difference_formula)
def difference(m: Mlp, name: str) -> Term:
    below, above, width = m.the("sides").row(name)
    if name == "c":
        return (above - below) / width
    now = numbers_at(m, last(m))
    up, down = {**now, name: above}, {**now, name: below}
    parts: list[Term] = []
    for i in units(m) if name == "x" else (int(name[1]),):
        parts += (up[f"v{i}"] * hinge(up, i), -down[f"v{i}"] * hinge(down, i))
    return total(parts) / width


# ── a step, and the shape of the curve ─────────────────────────────────────────────────


def step_formula(m: Mlp, t: int, name: str) -> str:
    return f"{name} ← {name} − η·(y − target)·∂y/∂{name}" if t else f"{name}, as set"


@Mlp.path.because(step_formula)
def parameter(m: Mlp, t: int, name: str) -> Term:
    if not t:
        return m.one(name)
    error = m.the("outputs")[t - 1] - m.one("target")
    rate, slope = m.one("learning_rate"), m.the("slopes")[t - 1, name]
    return numbers_at(m, t - 1)[name] - rate * error * slope


Mlp.parameters_after.is_of(Mlp.path, lambda m, name: (last(m), name))


@Mlp.bends.because(lambda m, i: f"−b{i + 1}/w{i + 1}")
def bend(m: Mlp, i: int) -> Term:
    now = numbers_at(m, last(m))
    return -now[f"b{i + 1}"] / now[f"w{i + 1}"]


@Mlp.kinks.because("where a hinge bends, −b/w")
def kink(m: Mlp, k: int) -> Term:
    here = [(abs(at - m.kinks[k]), i) for i, at in enumerate(m.bends) if at is not None]
    return m.the("bends")[min(here)[1]]


@Mlp.ends.because(
    lambda m, side, k: (
        ("Σ v·w", "c + Σ v·b")[k] + f" of the hinges open to the {('left', 'right')[side]}"
    )
)
def end(m: Mlp, side: int, k: int) -> Term:
    now = numbers_at(m, last(m))
    hinges = [[now[f"{letter}{i}"] for letter in "wbv"] for i in units(m)]
    open_here = [each for each in hinges if each[0].value * (2 * side - 1) > 0]
    if k == 0:
        return total((n(0), *(v * w for w, _, v in open_here)))
    always = (v * largest(0, b) for w, b, v in hinges if w.value == 0)
    return total((*(v * b for _, b, v in open_here), *always, now["c"]))
