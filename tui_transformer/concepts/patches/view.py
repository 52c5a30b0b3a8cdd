"""The pictures of the concept `patches`, and the sentence over them."""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

import tui_transformer.concepts.patches.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts.patches import tables
from tui_transformer.concepts.patches.model import SIDES, Patches
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.numbers import count, probability
from tui_transformer.panels import Field, Heatmap, Table, main
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Mark, Rule, cell

FINE = 6  # dots of the picture for each pixel, so that none is skipped


def view(m: Patches) -> Figure:
    """The drawing cut, convolved and looked at; what the cut costs; then all of it in numbers."""
    return Figure(
        rows=(
            (main(cut_drawing(m)), main(convolved(m))),
            (costs(m), looked_at(m)),
            (seen(m),),
            (tables.tokens(m),),
            (tables.attention_map(m), tables.row_table(m)),
            (tables.detector_map(m), tables.detector_table(m)),
            (tables.convolved_numbers(m), tables.kernel_map(m)),
            (tables.definitions(m),),
        ),
        says=says(m),
        formula=m.one("score_cells").why(),
        data=data(m),
    )


def data(m: Patches) -> str:
    """Say where the picture and the weights come from."""
    painted = bool(np.any(m.pixels))
    picture = "yours" if m.drawing == "own" else "designed" + ", painted by you" * painted
    return picture + (f", random (seed {m.seed})" if m.weights == "random" else "")


def says(m: Patches) -> str:
    """Say how the picture is cut, and where the chosen patch looks."""
    n, pixels = m.count, m.side**2
    if n == 1:
        return f"1 patch of {pixels} pixels: n² = 1, it looks at itself."
    each_has = "1 pixel each" if pixels == 1 else f"{pixels} pixels each"
    row, name = m.attention[m.query], m.patch_names[m.query]
    most = float(np.max(row))
    best = [at for at in range(n) if row[at] > most - 1e-9]
    cut = f"{n} patches, {each_has}, n² = {count(m.score_cells)}"
    if len(best) > 1:
        return f"{cut}; {name} gives {len(best)} of them {probability(most, 3)} each."
    target = "itself" if best[0] == m.query else m.patch_names[best[0]]
    return f"{cut}; {name} gives most to {target}: {probability(most, 3)}."


# ── the three pictures ─────────────────────────────────────────────────────────────────


def cuts(m: Patches) -> Iterator[Mark]:
    """The borders of the patches, and a frame around the one that looks."""
    if m.side > 1:
        for at in range(m.side, m.size, m.side):
            yield Rule(at, upright=True)
            yield Rule(at)
    down, right = divmod(m.query, m.size // m.side)
    left, top = right * m.side, m.size - down * m.side
    x = [left, left + m.side, left + m.side, left, left]
    y = [top, top, top - m.side, top - m.side, top]
    yield Line(x, y, "query")


def pixels(m: Patches, image: Array) -> tuple[Array, Axis, Axis]:
    """A picture with its first row on top, and its axes."""
    fine = np.repeat(np.repeat(image[::-1], FINE, axis=0), FINE, axis=1)
    return fine, Axis("", 0, m.size), Axis("", 0, m.size)


def cut_drawing(m: Patches) -> Field:
    """The picture, where it is cut, and the patch that looks."""
    return Field(
        "The drawing",
        *pixels(m, m.image),
        tuple(cuts(m)),
        low=0,
        high=1,
        legend="ink",
        height=11,
        width=22,
    )


def convolved(m: Patches) -> Field:
    """What the convolution makes of the same picture."""
    return Field(
        f"{m.kernel} sees 3×3",
        *pixels(m, m.convolved),
        scale="diverging",
        low=-m.strongest,
        high=m.strongest,
        height=11,
        width=22,
        key="convolved",
    )


def looked_at(m: Patches) -> Heatmap:
    """What the query gives to each patch, each where it was cut from."""
    many = m.size // m.side
    down, right = divmod(m.query, many)
    return Heatmap(
        f"{m.patch_names[m.query]} sees all {m.size**2}: weights",
        m.looked,
        tuple(name[0] for name in m.patch_names[::many]),
        tuple(name[1:] for name in m.patch_names[:many]),
        low=0,
        high=1,
        style="probability",
        row=down,
        column=right,
        column_role="query",
        working=m.the("looked").working,
        key="looked",
        height=4,
        width=20,
    )


# ── what it costs, and what is seen ────────────────────────────────────────────────────


def costs(m: Patches) -> Table:
    """Every way to cut this picture: patches and scores."""
    columns = (
        Column("side"),
        Column("n", "key"),
        Column("n²", "output"),
        Column("log", "output", bar=True),
    )
    rows = each(partial(cost_row, m), SIDES)
    return Table("Patches and n²", columns, rows, row=SIDES.index(m.patch), width=22)


def cost_row(m: Patches, side: str) -> tuple[Cell, ...]:
    """One way to cut it."""
    cells = m.the("cells")[side]
    most = math.log2(max(m.cells.values()))
    return (
        Cell(side, "text", role="output" if side == m.patch else "plain"),
        cell(m.the("counts")[side], "integer", role="key"),
        cell(cells, "integer", role="output"),
        Cell(Bar(math.log2(cells.value), 0, most), role="output"),
    )


def seen(m: Patches) -> Table:
    """How much of the picture one layer sees, and how many layers it takes to see all."""
    whole = m.size**2
    sees = {"convolution": f"9 of {whole}", "attention": f"all {whole}"}
    columns = (Column("layer"), Column("pixels"), Column("all in"))
    rows = each(
        lambda kind: (
            Cell(kind, "text"),
            Cell(sees[kind], "text"),
            cell(m.the("layers_to_see_all")[kind], "integer"),
        ),
        tuple(sees),
    )
    return Table("One output sees", columns, rows, width=31)
