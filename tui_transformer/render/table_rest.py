"""What of a table is not shown where room is short: its columns, by their names."""

from tui_transformer.panels import Table
from tui_transformer.render.compact import plain
from tui_transformer.render.fit import cells

_ZOOMED = 60  # columns that the screen has, which a panel with z has alone
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
    return f"{key}{len(hidden)} more column{'s' * (len(hidden) > 1)}" if hidden else ""
