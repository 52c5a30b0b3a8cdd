"""Tables: each cell carries what stood in the same row and the same column before."""

import dataclasses

from tui_transformer.compare.pairing import lost, outcome, partners
from tui_transformer.numbers import alike
from tui_transformer.panels import Table
from tui_transformer.pieces import NEW, Absent, Bar, Cell


def table(now: Table, before: Table) -> Table:
    """Compare two tables, row by row and column by column."""
    rows = partners(row_names(now), row_names(before))
    columns = partners(column_names(now), column_names(before))
    compared = tuple(
        _row(row, None if at is None else before.rows[at], columns)
        for row, at in zip(now.rows, rows, strict=True)
    )
    new = rows.count(None) + columns.count(None)
    gone = lost(rows, [_label(row, i) for i, row in enumerate(before.rows)])
    gone += lost(columns, [column.title for column in before.columns])
    differs = any(cell.changed for row in compared for cell in row)
    return dataclasses.replace(
        now, rows=compared, outcome=outcome(("differs", "≠") if differs else None, new, gone)
    )


def row_names(panel: Table) -> list[str]:
    """Say what each row is called: by its first cell, or by its place where that is a number."""
    return [
        row[0].key if row and row[0].key else _label(row, i) for i, row in enumerate(panel.rows)
    ]


def _label(row: tuple[Cell, ...], place: int) -> str:
    return row[0].content if row and isinstance(row[0].content, str) else f"row {place}"


def column_names(panel: Table) -> list[str]:
    """Say what each column is called."""
    return [column.key or column.title for column in panel.columns]


def _row(
    now: tuple[Cell, ...], before: tuple[Cell, ...] | None, columns: list[int | None]
) -> tuple[Cell, ...]:
    compared = []
    for i, cell in enumerate(now):
        at = columns[i] if i < len(columns) else i
        names_row = i == 0 and (isinstance(cell.content, str) or cell.key == str(cell.content))
        if before is None:
            compared.append(_new(cell))
        elif names_row:
            compared.append(cell)
        else:
            was = before[at] if at is not None and at < len(before) else None
            compared.append(_cell(cell, was))
    return tuple(compared)


def _new(cell: Cell) -> Cell:
    """Mark a cell as one that was not there, if there is something in it."""
    empty = cell.content is None or cell.content == "" or isinstance(cell.content, Bar)
    return cell if empty else _standing(cell, NEW)


def _cell(now: Cell, was: Cell | None) -> Cell:
    before = None if was is None else was.content
    if isinstance(now.content, Bar):
        if not isinstance(before, Bar) or alike(now.content.value, before.value):
            return now
        bar = dataclasses.replace(now.content, before=before.value)
        return dataclasses.replace(now, content=bar)
    if before is None or before == "" or isinstance(before, Bar):
        return _new(now)
    return _standing(now, before)


def _standing(cell: Cell, before: float | str | Absent) -> Cell:
    """Give a cell what stood there; written out, since this is done for every cell."""
    return Cell(cell.content, cell.style, cell.decimals, cell.role, cell.working, before, cell.key)
