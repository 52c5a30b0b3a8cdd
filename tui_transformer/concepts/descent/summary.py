"""The last tables of the concept `descent`: loss, direction, rates, and the rule in words."""

from tui_transformer.concepts.descent.model import Descent
from tui_transformer.later import each
from tui_transformer.numbers import number
from tui_transformer.panels import Table, Words
from tui_transformer.pieces import Cell, Column, cell


def summary(m: Descent) -> Table:
    """The loss, how far −∇f misses the minimum, and the rates of plain gd on this bowl."""
    rows: list[tuple[str, int, str, tuple[int | str, ...]]] = [
        ("loss f", 4, "losses", (len(m.points) - 1,))
    ]
    if m.angle_to_minimum is not None:
        rows.append(("−∇f is off °", 2, "angle_to_minimum", ()))
    if m.ground.has_minimum:
        rows += [
            ("gd's limit η", 4, "rates", ("limit",)),
            ("gd's best η", 4, "rates", ("best",)),
            ("its |1 − ηλ|", 4, "best_factor", ()),
            ("κ: λmax/λmin", 2, "rates", ("steeper",)),
        ]
    title = "Loss; plain gd near (1, 1)" if m.surface == "rosenbrock" else "Loss, direction, rates"
    return Table(
        title,
        (Column(""), Column("")),
        each(lambda r: (Cell(r[0], "text"), cell(m.the(r[2])[r[3]], decimals=r[1])), rows),
        width=30,
        key="loss",
    )


def rule_words(m: Descent) -> Words:
    """The surface and the rule as formulas."""
    surfaces = {
        "bowl": "f = ½(λ1·u1² + λ2·u2²): u1, u2 are x, y turned by the rotation",
        "saddle": "f = ½(λ1·u1² − λ2·u2²): up along u1, down along u2, no minimum",
        "rosenbrock": "f = (1 − x)² + 100(y − x²)², minimum 0 at (1, 1)",
    }
    rules = {
        "gd": "w ← w − η∇f(w)",
        "momentum": "v ← βv + ∇f(w),  w ← w − ηv",
        "nesterov": "v ← βv + ∇f(w − ηβv),  w ← w − ηv  (Nesterov 1983)",
        "adam": f"w ← w − η·m̂/(√v̂ + ε), β1 = {number(m.momentum, 2)}, β2 = 0.999, ε = 1e-8",
    }
    fates = {
        "converging": "converging: it comes nearer without changing sides",
        "oscillating": "oscillating: it overshoots, changing sides, but does not run away",
        "diverging": "diverging: it runs away",
    }
    lines = (surfaces[m.surface], rules[m.optimizer], fates[m.status])
    return Words("Surface, rule, status", lines)
