"""What cutting shows of `sorter`: who wrote a letter's logit, and what breaks without whom."""

from itertools import combinations

from tui_transformer.concepts.sorter import network
from tui_transformer.concepts.sorter.model import Sorter
from tui_transformer.later import each
from tui_transformer.nn.cutting import FFN
from tui_transformer.nn.made_up.sorting import INPUTS, LETTERS, PLAN, place
from tui_transformer.panels import Heatmap, Table
from tui_transformer.pieces import Cell, Column

PAIRS = tuple(combinations(range(PLAN.heads), 2))
HALF = len(LETTERS) ** 3  # so many beginnings of three letters, and so many endings


def damage(m: Sorter) -> Table:
    """How many lines come out sorted without one part of a layer, or two of its heads."""
    names = (*(f"{head}" for head in range(PLAN.heads)), FFN, *(f"{a}+{b}" for a, b in PAIRS))
    columns = (Column("layer", "key"), *(Column(name) for name in names))
    rows = each(damage_row, range(PLAN.layers))
    return Table(f"Sorted of {INPUTS} without", columns, rows, m.layer - 1, width=42)


def damage_row(layer: int) -> tuple[Cell, ...]:
    """What one layer's parts leave, cut from the whole model one at a time."""
    parts = (*((head,) for head in range(PLAN.heads)), (FFN,), *PAIRS)
    cuts = (" ".join(f"{layer + 1}.{name}" for name in names) for names in parts)
    right = (Cell(int(network.sorted_by(cut).sum()), "integer") for cut in cuts)
    return (Cell(str(layer + 1), "text", role="key"), *right)


def board(m: Sorter) -> Heatmap:
    """Every line: its first three letters down, its last three across; dark where it goes wrong."""
    names = tuple("".join(LETTERS[i // 3**at % 3] for at in (2, 1, 0)) for i in range(HALF))
    here = place(m.letters)
    return Heatmap(
        f"All {INPUTS} lines, with the cut: 1 went wrong",
        1.0 - network.sorted_by(m.cut).reshape(HALF, HALF),
        names,
        names,
        high=1.0,
        low=0.0,
        row=here // HALF,
        column=here % HALF,
        decimals=0,
        height=18,
        width=60,
    )
