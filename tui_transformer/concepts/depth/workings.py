"""How each number of `depth` comes about, layer by layer, down to the weights."""

from tui_transformer.concepts.depth.model import HIGH, LOW, SAMPLES, Depth
from tui_transformer.concepts.depth.stacks import layer_names, shown_name
from tui_transformer.numbers import number
from tui_transformer.steps.activations import absolute, bent
from tui_transformer.terms import Named, Operand, Term, dot, n, operand


def layer(m: Depth, k: int) -> tuple[Named, Named]:
    """The matrix and the bias of layer k = 0, 1, …; the last one reads out."""
    matrix, bias = layer_names(m.applied, k)
    return m.parameters[matrix], m.parameters[bias]


# ── without activations: one line ──────────────────────────────────────────────────────


def factors(m: Depth) -> str:
    """Write the product of the matrices, the last layer's first."""
    names = [shown_name(m.applied, k) for k in reversed(range(m.applied))]
    return "·".join(names if len(names) < 5 else [names[0], names[1], "…", names[-1]])


def line_formula(m: Depth, j: int) -> str:
    if not m.applied:
        return "no layer is passed yet: y = 1·x + 0"
    return "intercept = v·(biases so far) + its own" if j else f"slope = v·({factors(m)})"


def multiplied_formula(m: Depth, k: int, i: int, j: int) -> str:
    matrix, bias = layer_names(m.applied, k)
    before = ("x's" if not k else "the layer's before") + (" intercepts" if j else " slopes")
    return f"{matrix}·({before})" + (f" + {bias}" if j else "")


@Depth.multiplied.because(multiplied_formula)
def multiplied(m: Depth, k: int, i: int, j: int) -> Term:
    matrix, bias = layer(m, k)
    if not k:
        return bias[i] if j else matrix[i, 0]
    product = dot(matrix.row(i), (m.the("multiplied")[k - 1, c, j] for c in range(m.units)))
    return product + bias[i] if j else product


@Depth.line.because(line_formula)
def line(m: Depth, j: int) -> Term:
    return multiplied(m, m.applied, 0, j)


Depth.collapsed_slope.is_of(Depth.line, lambda m: 0)
Depth.collapsed_intercept.is_of(Depth.line, lambda m: 1)


# ── the stack at a place ───────────────────────────────────────────────────────────────


@Depth.places.because("a place where stack and line are compared")
def place(m: Depth, p: int) -> Term:
    if m.gate_name != "relu":
        return LOW + n(HIGH - LOW) * p / (SAMPLES - 1)
    if p in (0, len(m.places) - 1):
        return n(HIGH if p else LOW)
    return m.the("kinks")[p - 1]


@Depth.sums.because(
    lambda m, k, p, i: f"W{k + 1}·({'the outputs before' if k else 'x'}) + b{k + 1}"
)
def a_sum(m: Depth, k: int, p: int, i: int) -> Term:
    matrix, bias = layer(m, k)
    return (
        dot(matrix.row(i), m.the("outputs").row(k - 1, p) if k else [m.the("places")[p]]) + bias[i]
    )


@Depth.outputs.because(lambda m, k, p, i: f"φ(z) = {m.gate.written('z')}")
def an_output(m: Depth, k: int, p: int, i: int) -> Term:
    return bent(m.gate_name, m.the("sums")[k, p, i])


@Depth.curve.because("v·(last layer's outputs) + its bias")
def height(m: Depth, p: int) -> Term:
    matrix, bias = layer(m, m.applied)
    before = m.the("outputs").row(m.applied - 1, p) if m.applied else [m.the("places")[p]]
    return dot(matrix.row(0), before) + bias[0]


Depth.stack_there.is_of(Depth.curve, lambda m: m.farthest_at)


@Depth.farthest.because("the place where stack and line are farthest apart")
def farthest(m: Depth) -> Term:
    return m.the("places")[m.farthest_at]


@Depth.line_there.because("slope·x + intercept")
def line_there(m: Depth) -> Term:
    slope, intercept = m.the("line").row()
    return slope * m.one("farthest") + intercept


@Depth.collapse_error.because(
    lambda m: f"|stack − no bends|, largest at x = {number(m.farthest, 4)}"
)
def collapse_error(m: Depth) -> Term:
    return absolute(m.one("stack_there") - m.one("line_there"))


def best_points(m: Depth) -> list[tuple[Operand, Operand]]:
    """The three points, x and y, that the best line misses by the most."""
    return [(m.the("places")[p], m.the("curve")[p]) for p in m.best_at]


def best_formula(m: Depth) -> str:
    x1, x2, x3 = (number(x.value, 4) for x, _ in best_points(m))
    return f"|y − chord| / 2: y at {x2}, chord {x1} to {x3}"


@Depth.best_line_error.because(best_formula)
def best_line_error(m: Depth) -> Term:
    """Half a point's way to a chord."""
    (x1, y1), (x2, y2), (x3, y3) = best_points(m)
    return absolute(y2 - (y1 + (y3 - y1) * (x2 - x1) / (x3 - x1))) / 2


# ── pieces ─────────────────────────────────────────────────────────────────────────────


def kink_line_formula(m: Depth, k: int, index: int, i: int, j: int) -> str:
    matrix, bias = layer_names(m.applied, index)
    if not index:
        return bias if j else matrix
    of = "intercept" if j else "slope"
    return f"Σ {matrix}·{of} of the units that are on" + (f" + {bias}" if j else "")


@Depth.kink_lines.because(kink_line_formula)
def kink_line(m: Depth, k: int, index: int, i: int, j: int) -> Term:
    matrix, bias = layer(m, index)
    if not index:
        return bias[i] if j else matrix[i, 0]
    x, before, named = m.kinks[k], m.kink_lines[k][index - 1], m.the("kink_lines")
    on = [c for c, (slope, intercept) in enumerate(before) if slope * x + intercept > 0]
    if not on:
        return bias[i] if j else operand("no unit is on", 0)
    product = dot((matrix[i, c] for c in on), (named[k, index - 1, c, j] for c in on))
    return product + bias[i] if j else product


@Depth.kinks.because("x where slope·x + intercept = 0")
def kink(m: Depth, k: int) -> Term:
    switch = m.pieces_now.switches[k]
    slope, intercept = m.the("kink_lines").row(k, switch.layer, switch.unit)
    return -intercept / slope


def counted(kinks: int) -> Term:
    """Kinks, counted, and one."""
    return operand("kinks, counted", kinks) + 1


@Depth.pieces.because("pieces = kinks + 1")
def pieces(m: Depth) -> Term:
    return counted(len(m.kinks))


@Depth.deep.because("pieces = kinks + 1")
def deep(m: Depth, k: int) -> Term:
    return counted(m.deep[k] - 1)


@Depth.wide.because("at most units + 1, all side by side in one layer")
def wide(m: Depth, k: int) -> Term:
    if m.activation != "relu":
        return n(0) + 1
    return (k + 1) * (m.one("width") if m.weights == "random" else n(2)) + 1
