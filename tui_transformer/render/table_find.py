"""What the mouse finds in a table: a cell in sight, or one of the rows that are hidden."""

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
    places = plan(panel, width, height, pin, 0)
    hidden = below(panel, places) if rows > 0 else places.start
    edge = places.start + places.rows - 1 if rows > 0 else places.start
    way = 1 if rows > 0 else -1
    for far in range(min(abs(rows), hidden), 0, -1):
        row = edge + way * far
        columns = [i for i, cell in enumerate(panel.rows[row]) if cell.working is not None]
        if columns:
            return row, pin[1] if pin and pin[1] in columns else columns[0]
        if panel.row_control:
            return row, 0
    return None
