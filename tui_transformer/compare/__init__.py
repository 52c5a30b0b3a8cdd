"""Comparing two figures: what the present one shows that the pinned one did not.

It works on figures alone, so every concept can be compared without knowing of it. Panels,
rows, columns, curves and tokens are paired by what they are, never by where they stand;
what only the present state has is new, and what only the earlier one had is gone.
"""

import dataclasses

from tui_transformer.compare.matrices import heatmap
from tui_transformer.compare.planes import field, plot
from tui_transformer.compare.tables import table
from tui_transformer.compare.texts import tokens, words
from tui_transformer.figure import Figure
from tui_transformer.panels import Field, Heatmap, Panel, Plot, Table, Tokens, Words


def compare(now: Figure, before: Figure) -> Figure:
    """Draw the differences from an earlier figure of the same concept into a figure.

    Curves of the earlier one lie dimmed behind, matrices become differences, table cells
    carry what stood there. Every panel says what was found; those that only the earlier
    figure has are listed in one more panel, the last.
    """
    earlier = {name(panel): panel for panel in before.panels}
    rows = tuple(
        tuple(_panel(panel, earlier.get(name(panel))) for panel in row) for row in now.rows
    )
    kept = {(name(panel), type(panel)) for panel in now.panels}
    gone = tuple(p.title for p in before.panels if (name(p), type(p)) not in kept)
    if gone:
        rows += ((Words("Gone: only the pinned state has", gone, role="muted"),),)
    return dataclasses.replace(now, rows=rows)


def name(panel: Panel) -> str:
    """Say what a panel is called in every state."""
    return panel.key or panel.title


def _panel(now: Panel, before: Panel | None) -> Panel:
    match now, before:
        case Plot(), Plot():
            return plot(now, before)
        case Field(), Field():
            return field(now, before)
        case Heatmap(), Heatmap():
            return heatmap(now, before)
        case Table(), Table():
            return table(now, before)
        case Tokens(), Tokens():
            return tokens(now, before)
        case Words(), Words():
            return words(now, before)
        case _:
            return dataclasses.replace(now, outcome=("new",))
