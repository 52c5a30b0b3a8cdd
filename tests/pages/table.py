"""The table of all first pages, as Markdown."""

import re
from pathlib import Path

from tests.pages.states import IDS, Size, figures, first, own, room, seen, text
from tui_transformer.concepts import entries
from tui_transformer.figure import Figure
from tui_transformer.panels import Heatmap, Table, Tokens
from tui_transformer.render.heatmap_plan import plan as heatmap_plan
from tui_transformer.render.layout import arrange
from tui_transformer.render.strips import TITLE, Box
from tui_transformer.render.table_plan import plan

TABLE = Path(__file__).parent / "TABLE.md"
SCREENS = [(80, 24), (120, 36), (200, 50)]


def written() -> str:
    """Write three rows for every concept: its opening state on three screens."""
    head = [
        "# What is on page 1",
        "",
        "Made by `python -m tests.pages` from the opening state of every concept, as it is drawn.",
        "*Drawn* are the cells of the main panels (★) with their titles, and their share of",
        "the screen. *Cut* is what is not whole: rows that scroll, columns that wait for `z` or a",
        "wider window, a part of a matrix that is whole nowhere; nothing else is.",
    ]
    return "\n".join([*head, *(line for entry in entries() for line in section(entry.id))]) + "\n"


def section(concept: str) -> list[str]:
    """Write the rows of a concept, or keep them where it cannot be seen."""
    if concept not in IDS:
        return kept(concept)
    head = ["", f"## `{concept}`", "", "| screen | drawn | page 1 | waits | cut |"]
    return [*head, "|---|---|---|---|---|", *(row(concept, size) for size in SCREENS)]


def kept(concept: str) -> list[str]:
    """Take the rows of a concept from the table that is there."""
    before, found, after = TABLE.read_text("utf-8").partition(f"\n## `{concept}`\n")
    assert found, before[-80:]
    return ["", f"## `{concept}`", *after.split("\n\n## ")[0].rstrip("\n").split("\n")]


def row(concept: str, size: Size) -> str:
    """Write what one screen shows of a concept."""
    figure = figures(concept)[0]
    page = first(figure, room(concept, size))
    drawn = sum(seen(box) for box in page if box.panel.main)
    shown = {box.index for box in page}
    cells = [
        f"{size[0]}×{size[1]}",
        f"{drawn} · {drawn / (size[0] * size[1]):.0%}",
        "; ".join("★ " * box.panel.main + box.panel.title for box in page),
        waiting(figure, shown, len(arrange(figure, *room(concept, size)))),
        "; ".join(filter(None, map(cut, page))) or "nothing",
    ]
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def waiting(figure: Figure, shown: set[int], pages: int) -> str:
    """Name the panels of the other pages."""
    titles = [panel.title for i, panel in enumerate(figure.panels) if i not in shown]
    return f"{'; '.join(titles)} ({pages} pages)" if titles else "nothing"


def cut(box: Box) -> str:
    """Say what of a panel is not whole, by how it looks."""
    lines = text(box)
    found = []
    if isinstance(box.panel, Table):
        if more := re.match(r"[▲▼].* more", lines[-1]):
            found.append(f"rows {more[0]}")
        hidden = plan(box.panel, box.width, box.height - TITLE, None, 0).hidden
        gone = [box.panel.columns[i].title for i in hidden if not box.panel.columns[i].bar]
        found += [f"without {', '.join(gone)}"] if gone else []
    if isinstance(box.panel, Heatmap):
        places = heatmap_plan(box.panel, box.width, box.height - TITLE, None)
        if places.overview is None and places.grid is not None and places.grid.window:
            found.append(" ".join(lines[-1].split()))
    if isinstance(box.panel, Tokens) and "… " in lines[-1]:
        found.append(f"…{lines[-1].rpartition('…')[2]}")
    if "\n".join(lines).count("…") > own(box.panel).count("…") + isinstance(box.panel, Tokens):
        found.append("words")
    return f"{box.panel.title}: {', '.join(found)}" if found else ""
