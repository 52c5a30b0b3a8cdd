"""What of a table is not shown where room is short: its columns, by their names."""

from functools import lru_cache

from tui_transformer.panels import Table
from tui_transformer.pieces import Column
from tui_transformer.render.compact import plain
from tui_transformer.render.fit import cells, clauses
from tui_transformer.render.table_cells import LEAST_BAR, Measure
from tui_transformer.render.table_plan import columns_in

_ZOOMED = 60  # columns that the screen has, which a panel with z has alone
_KEPT = 8  # columns that a title keeps at least
_LEAST = 2  # beside them a space, and the mark of a pin


def in_title(panel: Table, hidden: tuple[int, ...], width: int) -> str:
    """Name all hidden columns, if there is room for that beside the title, pinned or not."""
    if panel.outcome:
        return ""
    text = named(panel, hidden, width, len(panel.columns) * width)
    fits = cells(plain(panel.title)) + cells(text) + _LEAST <= width
    return text if fits else ""


def named(panel: Table, hidden: tuple[int, ...], width: int, room: int) -> str:
    """Name hidden columns in so much room, how many more there are where not all can be named,
    and the key that shows them in a panel of so many columns.

    A bar is not missed: it draws the number beside it.
    """
    hidden = tuple(i for i in hidden if i < len(panel.columns) and not panel.columns[i].bar)
    key = "z: " if width < _ZOOMED else "hidden: "
    names = [plain(panel.columns[i].title) for i in hidden]
    names = [name for name in names if name]
    for count in range(len(names), 0, -1):
        more = len(hidden) - count
        told = ", ".join([*names[:count], *([f"{more} more"] if more else [])])
        if cells(key + told) <= room:
            return key + told
    told = f"{key}{len(hidden)} more"
    whole = f"{told} column{'s' * (len(hidden) > 1)}"
    return "" if not hidden else whole if cells(whole) <= room else told


def beside_title(panel: Table, hidden: tuple[int, ...], width: int) -> str:
    """Name as many hidden columns as there is room for beside the first clause of the title."""
    room = width - max(cells(plain(clauses(panel.title)[0])), _KEPT) - _LEAST
    text = "" if panel.outcome else named(panel, hidden, width, room)
    return text if cells(text) <= room else ""


def needs_line(panel: Table, width: int) -> bool:
    """Say whether a line is needed for names of hidden columns.

    Their own titles alone decide: rows of a panel that waits for another page are not made.
    """
    if panel.outcome:
        return False
    hidden = _too_many(tuple(panel.columns), width)
    return bool(named(panel, hidden, width, width)) and not in_title(panel, hidden, width)


@lru_cache(maxsize=256)
def _too_many(columns: tuple[Column, ...], width: int) -> tuple[int, ...]:
    """Name the columns for which there is no room, whatever is in them."""
    least = []
    for column in columns:
        title, wide = plain(column.title), LEAST_BAR if column.bar else 1
        whole = max(wide, cells(title))
        least.append(
            Measure(
                "bar" if column.bar else "text",
                title,
                width=whole,
                content=wide,
                short=plain(column.short) or title,
                rank=column.rank,
            )
        )
    return columns_in(tuple(least), width, None)[1]
