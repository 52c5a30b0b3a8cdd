"""Nothing on page 1 is cut: at three sizes, in the opening state and in every preset."""

from itertools import product

import numpy as np
import pytest

from tests.pages.states import IDS, figures, first, room
from tests.pages.table import SCREENS, cut
from tui_transformer.panels import Heatmap, Table, Tokens
from tui_transformer.render.strips import TITLE
from tui_transformer.render.tokens_flow import natural_height

every_concept = pytest.mark.parametrize("concept", IDS)

LIT, APART = 0.25, 0.1  # rule 7: how strong a cell is that counts, and how far shares may lie apart
LINES = 2  # over and under a matrix: numbers of its columns, and what it is


@every_concept
def test_nothing_on_page_1_is_cut(concept):
    """Only a list, a text or a graph of more lines than the page has goes on, and a matrix that
    any smaller picture would belie (rule 7) is a part of it."""
    found = []
    for (i, figure), size in product(enumerate(figures(concept)), SCREENS):
        width, height = room(concept, size)
        for box in first(figure, (width, height)):
            if (what := cut(box)) and not cannot_be_whole(box, height):
                found.append((i, size, what))
    assert not found


def cannot_be_whole(box, height):
    """Whether a panel is what the screen is about and longer than its page, or is a matrix of which
    no picture of so many cells would be true."""
    match box.panel:
        case Table():
            return box.panel.main and len(box.panel.rows) + 1 + TITLE > height
        case Tokens():
            return box.panel.main and natural_height(box.panel, box.width) + TITLE > height // 2
        case Heatmap():
            enough = box.height - TITLE - LINES >= min(len(box.panel.values), height // 4)
            return enough and not any(
                is_true(box.panel, 2 * (box.height - TITLE - LINES), columns)
                for columns in (box.width - 1, box.width - 1 - 4)
            )
    return False


def is_true(panel, rows, columns):
    """Whether a matrix made smaller, by the strongest of each block or by one of them, is as lit
    as it is."""
    values = np.asarray(panel.values, float)
    tall, wide = -(-len(values) // rows), -(-len(values[0]) // columns)
    strongest = [
        [max(block.flat, key=lambda x: abs(x) if panel.scale == "diverging" else x)
         for block in np.split(line, range(wide, len(values[0]), wide), axis=1)]
        for line in np.split(values, range(tall, len(values), tall))
    ]  # fmt: skip
    shares = [lit(panel, np.asarray(picture)) for picture in (strongest, values[::tall, ::wide])]
    true = lit(panel, values)
    return abs(shares[0] - true) <= APART or (true > 0.5 and abs(shares[1] - true) <= APART)


def lit(panel, values):
    """The share of cells whose colour is told from that of nothing."""
    if panel.scale == "diverging":
        ends = [abs(x) for x in (panel.low, panel.high) if x is not None]
        far = max(ends, default=float(np.nanmax(np.abs(np.asarray(panel.values, float)))))
        return float(np.mean(np.abs(values) >= LIT * far))
    low = panel.low or 0.0
    high = panel.high if panel.high is not None else float(np.nanmax(panel.values))
    return float(np.mean((values - low) >= LIT * (high - low)))
