"""The pictures of the concept `backprop`: one line a node, the leaves, and a nudge."""

import math
from collections.abc import Iterator
from functools import partial

import tui_transformer.concepts.backprop.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.backprop.edges import edges
from tui_transformer.concepts.backprop.model import Backprop
from tui_transformer.concepts.backprop.says import says, short
from tui_transformer.figure import Figure
from tui_transformer.later import Later, each
from tui_transformer.panels import Plot, Table, main, parted
from tui_transformer.pieces import Axis, Cell, Column, Line, Mark, Points, Role, cell
from tui_transformer.terms import Operand, Working

ACROSS = 40  # pieces of the curve
WAYS = 3  # ways that are written out
WAYS_UP = "the ways up"
EMPTY = Cell("·", "text", role="muted")


def view(m: Backprop) -> Figure:
    """The graph; what a nudge does; the leaves."""
    leaves, ways = parted(leaf_table(m), (WAYS_UP,), "Every way up, multiplied out", 40)
    return Figure(
        rows=(
            (main(graph_table(m)),),
            (main(curve(m)), main(nudge_table(m))),
            (leaves,),
            (ways,),
        ),
        says=says(m),
        formula=formula(m),
        data="yours",
    )


def formula(m: Backprop) -> Working:
    """How the number came about that was reached last; where it is none, a leaf."""
    if m.step < 0:
        found = m.one("predicted").why()
    elif m.down:
        found = m.the("backward").working(m.names[-m.down])
    else:
        found = m.the("forward").working(m.names[max(m.up - 1, 0)])
    return found if math.isfinite(found.value) else m.the("forward").working(m.graph.leaves[0])


# ── the graph ──────────────────────────────────────────────────────────────────────────


def graph_table(m: Backprop) -> Table:
    """One line a node, the result on top: values go up, gradients come down."""
    rows = m.names[::-1]
    lines = edges(rows, m.parts)
    at = m.down - 1 if m.down else len(rows) - m.up
    return Table(
        "The graph: values go up, gradients come down",
        (
            Column("node"),
            Column("value", "output"),
            Column("gradient", "gradient"),
            Column("above·slope", short="×slope"),
            difference_column(m),
        ),
        tuple(graph_row(m, name, line) for name, line in zip(rows, lines, strict=True)),
        row=at if m.step > 0 else None,
        width=50,
    )


def difference_column(m: Backprop) -> Column:
    """What a small step to both sides gives, without any rule; named after the result."""
    return Column(f"Δ{m.names[-1]}/Δ", key="difference")


def graph_row(m: Backprop, name: str, line: str) -> tuple[Cell, ...]:
    """A node, with what has been reached of it."""
    said = f"{name} = {m.operation(name)}" if m.parts[name] else name
    there = m.reached(name)
    return (
        Cell(f"{line}{said}", "text", role="plain" if m.parts[name] else "input", key=name),
        shown(m.the("forward")[name], "output") if m.valued(name) else EMPTY,
        shown(m.the("backward")[name], "gradient") if there else EMPTY,
        Cell(handed_down(m, name), "text") if there else EMPTY,
        shown(m.the("differences")[name], "plain") if there else EMPTY,
    )


def handed_down(m: Backprop, name: str) -> str:
    """Write what a node is handed: from above times the slope, and how the ways add."""
    if not m.uses[name]:
        return "1, to begin"
    ways = [
        f"{short(m.backward[user])}·{bracketed(short(m.slopes[user][k]))}"
        for user, k in m.uses[name]
    ]
    if len(ways) > WAYS:
        return f"{' + '.join(ways[:1])} + … ({len(ways)} ways)"
    return " + ".join([ways[0], *map(bracketed, ways[1:])])


def bracketed(text: str) -> str:
    """Put brackets around what begins with a minus."""
    return f"({text})" if text.startswith("−") else text


def shown(number: Operand, role: Role) -> Cell:
    """Show a number with its working; what is none is only shown."""
    if math.isfinite(number.value):
        return cell(number, decimals=3, role=role)
    return Cell(short(number.value), "text", role=role)


# ── the nudge, and the leaves ──────────────────────────────────────────────────────────


def curve(m: Backprop) -> Plot:
    """The result along the leaf that is nudged, where it is now, and the tangent once known."""
    x, end = m.forward[m.nudge], m.names[-1]
    at = sorted({*(x - 1 + 2 * i / ACROSS for i in range(ACROSS + 1)), x})
    y = [drawable(m.again(m.nudge, place)[end]) for place in at]
    marks: list[Mark] = [Line(at, y, "output", end)]
    slope = m.backward[m.nudge]
    if m.reached(m.nudge) and math.isfinite(slope):
        tangent = [drawable(m.value_out + slope * (place - x)) for place in (x - 1, x + 1)]
        marks.append(Line((x - 1, x + 1), tangent, "gradient", "tangent"))
    marks.append(Points([x], [drawable(m.value_out)], "cursor", marker="◆", labels=("now",)))
    there = [drawable(m.actual)]
    marks.append(Points([x + m.delta], there, "target", marker="★", labels=("nudged",)))
    return Plot(
        f"{end} along {m.nudge}",
        tuple(marks),
        Axis(m.nudge, x - 1, x + 1),
        key="along",
        height=9,
        width=24,
    )


def drawable(y: float) -> float:
    """Leave out what no axis can hold."""
    return y if abs(y) < 1e200 else math.nan


def nudge_table(m: Backprop) -> Table:
    """What the gradient says of the nudge, and what really comes."""
    rows = Later(lambda: nudge_rows(m), 5)
    return Table("The nudge", (Column(""), Column("")), rows, width=20)


def nudge_rows(m: Backprop) -> Iterator[tuple[Cell, ...]]:
    """The leaf before and after, and the end: now, as predicted, and as it comes."""
    known = m.reached(m.nudge)
    there = m.up == len(m.names)
    yield Cell(m.nudge, "text", key="leaf"), shown(m.the("forward")[m.nudge], "input")
    yield Cell("nudged", "text"), shown(m.the("moved")[m.nudge], "input")
    now = Cell(f"{m.names[-1]} now", "text", key="now")
    yield now, shown(m.one("value"), "output") if there else EMPTY
    yield Cell("predicted", "text"), shown(m.one("predicted"), "gradient") if known else EMPTY
    yield Cell("really", "text"), shown(m.one("actual"), "output") if known else EMPTY


def leaf_table(m: Backprop) -> Table:
    """Each leaf: what was set, its gradient, the difference without any rule, and its ways."""
    columns = (
        Column("leaf"),
        Column("set to", "input"),
        Column("gradient", "gradient"),
        difference_column(m),
        Column(WAYS_UP),
    )
    rows = each(partial(leaf_row, m), list(m.graph.leaves))
    return Table("At the leaves", columns, rows, width=50)


def leaf_row(m: Backprop, name: str) -> tuple[Cell, ...]:
    """One leaf."""
    set_to = Cell(m.forward[name], decimals=4, role="input")
    if not m.reached(name):
        return Cell(name, "text"), set_to, EMPTY, EMPTY, EMPTY
    return (
        Cell(name, "text"),
        set_to,
        shown(m.the("gradients")[name], "gradient"),
        shown(m.the("finite_difference")[name], "plain"),
        Cell(ways_up(m, name), "text"),
    )


def ways_up(m: Backprop, name: str) -> str:
    """Write the products along the ways up as a sum."""
    ways = m.paths[name]
    if ways is None:
        return "more than 256 ways"
    texts = [short(way) for way in ways]
    if len(texts) > WAYS:
        return f"{texts[0]} + {bracketed(texts[1])} + … ({len(texts)} ways)"
    return " + ".join([texts[0], *map(bracketed, texts[1:])])
