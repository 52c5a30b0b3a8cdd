"""What of a panel decides where panels go: figures that are alike in it are laid out alike.

A key changes numbers, and hardly ever the number of rows or the width of a column. So a layout is
found once for each outline and size, and used for every figure that has the same.
"""

from collections.abc import Hashable, Sequence
from functools import cache, lru_cache
from operator import attrgetter
from types import ModuleType

from tui_transformer.panels import Field, Heatmap, Panel, Plot, Table, Tokens, Words
from tui_transformer.render.fit import is_single
from tui_transformer.render.main_panels import is_square
from tui_transformer.render.strips import Numbered
from tui_transformer.render.tokens_flow import shown

# As plain tuples, which are hashed without a call for each.
_COLUMN = attrgetter("title", "role", "bar", "key", "rank", "short")
_MEASURE = attrgetter("kind", "title", "width", "content", "rank")


def outline(rows: Sequence[Sequence[Numbered]]) -> Hashable:
    """Say all that a layout asks of a figure's panels; None where it asks for numbers as well.

    The main panels are measured in every height, the others by the lines that they need.
    """
    panels = [panel for row in rows for _, panel in row]
    named, first = any(panel.main for panel in panels), panels[0]
    found = [_of(panel, panel.main if named else panel is first) for panel in panels]
    return None if None in found else (*map(len, rows), *found)


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
            texts = tuple(_token(token.text, token.note) for token in panel.tokens)
            return *head, panel.height, panel.token if main else None, texts
        case Words():
            return *head, panel.lines


def _matrix(panel: Heatmap, main: bool) -> Hashable:
    lit = (panel.row, panel.column) if main else (panel.row is None, panel.column is None)
    return panel.rows, panel.columns, *lit, panel.style, panel.decimals, panel.ahead


@lru_cache(maxsize=4096)
def _token(text: str, note: str) -> Hashable:
    """How much room a token takes; all of it where it may be broken elsewhere than by length."""
    text, size = shown(text)
    by_length = is_single(text) and "↵" not in text
    noted = is_single(note) and not any(map(str.isdigit, note))
    return size if by_length else text, len(note) if noted else note


@cache
def _cells() -> ModuleType:
    """What measures tables, which is loaded with the first of them."""
    from tui_transformer.render import table_cells

    return table_cells


def _table(panel: Table, head: tuple[Hashable, ...], main: bool) -> Hashable:
    # A title, or those of columns that have to wait, may need a line.
    columns = tuple(map(_COLUMN, panel.columns))
    head = *head, len(panel.rows), bool(panel.of), panel.title, panel.outcome, columns
    if not main:
        return head
    if len(panel.rows) > (of := _cells()).MEASURED:
        return None
    found = of.measures(panel, 0, 0)
    if any(measure.compared for measure in found):
        return None
    return *head, panel.row, tuple(map(_MEASURE, found))
