"""What of a panel decides where panels go: figures that are alike in it are laid out alike.

A key changes numbers, and hardly ever the number of rows or the width of a column. So a layout is
found once for each outline and size, and used for every figure that has the same.
"""

from collections.abc import Hashable, Sequence

from tui_transformer.panels import Field, Heatmap, Panel, Plot, Table, Tokens, Words
from tui_transformer.pieces import Token
from tui_transformer.render.fit import is_single
from tui_transformer.render.main_panels import is_square
from tui_transformer.render.strips import Numbered
from tui_transformer.render.tokens_flow import shown


def outline(rows: Sequence[Sequence[Numbered]]) -> Hashable:
    """Say all that a layout asks of a figure's panels; None where it asks for numbers as well.

    The main panels are measured in every height, the others by the lines that they need.
    """
    main = [panel for row in rows for _, panel in row if panel.main] or [rows[0][0][1]]
    found = tuple(
        tuple(_of(panel, any(panel is each for each in main)) for _, panel in row) for row in rows
    )
    return None if any(None in row for row in found) else found


def _of(panel: Panel, main: bool) -> Hashable:
    head = type(panel).__name__, panel.main, panel.width
    match panel:
        case Plot() | Field():
            return *head, panel.height, is_square(panel)
        case Heatmap():
            return *head, panel.height, panel.values.shape, _matrix(panel, main)
        case Table():
            return _table(panel, head, main)
        case Tokens():
            texts = tuple(map(_token, panel.tokens))
            return *head, panel.height, panel.token if main else None, texts
        case Words():
            return *head, panel.lines


def _matrix(panel: Heatmap, main: bool) -> Hashable:
    lit = (panel.row, panel.column) if main else (panel.row is None, panel.column is None)
    return panel.rows, panel.columns, *lit, panel.style, panel.decimals, panel.ahead


def _token(token: Token) -> Hashable:
    """How much room a token takes; all of it where it may be broken elsewhere than by length."""
    text, size = shown(token.text)
    by_length = is_single(text) and "↵" not in text
    noted = is_single(token.note) and not any(map(str.isdigit, token.note))
    return size if by_length else text, len(token.note) if noted else token.note


def _table(panel: Table, head: tuple[Hashable, ...], main: bool) -> Hashable:
    # A title, or those of columns that have to wait, may need a line.
    head = *head, len(panel.rows), bool(panel.of), panel.title, panel.outcome, panel.columns
    if not main:
        return head
    from tui_transformer.render.table_cells import MEASURED, measures

    if len(panel.rows) > MEASURED:
        return None
    found = measures(panel, 0, 0)
    if any(measure.compared for measure in found):
        return None
    sizes = tuple((each.kind, each.title, each.width, each.content, each.rank) for each in found)
    return *head, panel.row, sizes
