"""What the mouse finds in a table: a cell in sight, or one of the rows that are hidden."""

from collections.abc import Sequence

from tui_transformer.panels import Table
from tui_transformer.render.fit import cells
from tui_transformer.render.table_plan import Plan, plan


def below(panel: Table, places: Plan) -> int:
    """Say how many rows are hidden below those in sight."""
    return len(panel.rows) - places.start - places.rows


def table_cell(
    panel: Table,
    width: int,
    height: int,
    column: int,
    row: int,
    pin: tuple[int, int] | None = None,
    first: int = 0,
) -> tuple[int, int] | None:
    """Find the cell at a place of the panel, as (row, column) of the table."""
    if not (0 <= column < width and 0 <= row < height):
        return None
    places = plan(panel, width, height, pin, first)
    if places.kept and (row == height - 1 or (places.head <= row and places.row(row) is None)):
        on = table_beyond(panel, width, height, pin, 1)
        return on or table_beyond(panel, width, height, None, 1)  # after the last, the first
    if places.foot and row == height - 1:
        above = cells(f"▲ {places.start}") if places.start else 0
        way = -1 if column < above or not below(panel, places) else 1
        return table_beyond(panel, width, height, pin, way * places.rows)
    down = places.row(row)
    if down is None:
        return None
    for place in places.places:
        # The gap before a column belongs to it: the bracket of its pinned cell stands there.
        if column < place.x + place.width:
            return down, place.index
    return None


def table_beyond(
    panel: Table, width: int, height: int, pin: tuple[int, int] | None, rows: int
) -> tuple[int, int] | None:
    """Find a cell to pin among the next so many rows that are hidden below, or above if negative:
    the one that is farthest away, in the column of the pin if there is one."""
    for row in reversed(_hidden(panel, plan(panel, width, height, pin, 0), pin, rows)):
        columns = [i for i, cell in enumerate(panel.rows[row]) if cell.working is not None]
        if columns:
            return row, pin[1] if pin and pin[1] in columns else columns[0]
        if panel.row_control:
            return row, 0
    return None


def _hidden(panel: Table, places: Plan, pin: tuple[int, int] | None, rows: int) -> Sequence[int]:
    """List the next so many rows that are hidden below those in sight, or above if negative; where
    those are a part of a list, the next one after the pin."""
    if places.kept:
        at, hidden = pin[0] if pin else -1, {*range(len(panel.rows))} - {*places.kept}
        on = [row for row in sorted(hidden, reverse=rows < 0) if (row - at) * rows > 0]
        return on[:1]
    if rows > 0:
        edge = places.start + places.rows
        return range(edge, edge + min(rows, below(panel, places)))
    return range(places.start - 1, max(places.start + rows, 0) - 1, -1)
