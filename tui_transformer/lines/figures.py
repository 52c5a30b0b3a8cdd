"""A figure in words: tables and matrices row by row, plots in one sentence each."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.compare import name as called
from tui_transformer.figure import Figure, same
from tui_transformer.lines.curves import field_sentence, plot_sentence, say
from tui_transformer.lines.heard import cell, prose
from tui_transformer.panels import Field, Heatmap, Panel, Plot, Table, Tokens, Words
from tui_transformer.pieces import NEW, Bar, Cell, Token, is_number
from tui_transformer.render.table_cells import written

ROWS = 40  # of a table
LARGE = 600  # numbers of a matrix; more are told by their range
MOST = 20_000  # rows or numbers of what is asked for as a whole
COLUMNS = 24  # numbers of one row; more are told by their range
CHOSEN = ", chosen"


def figure_lines(figure: Figure, before: Figure | None = None) -> Iterator[str]:
    """Tell a figure panel by panel; with one that was told before, only what is new."""
    told = {_name(panel): panel for panel in before.panels} if before else {}
    still = []
    for panel in figure.panels:
        if _name(panel) in told and same(panel, told[_name(panel)]):
            still.append(prose(panel.title))
        else:
            yield from panel_lines(panel)
    if still:
        yield f"As before: {'; '.join(title for title in still if title)}."


def _name(panel: Panel) -> tuple[type, str]:
    return type(panel), called(panel)


def panel_lines(panel: Panel, whole: bool = False) -> Iterator[str]:
    """Tell one panel: its title, and what is in it a little in; `whole`, with every number."""
    title = prose(panel.title) + (f", {_outcome(panel)}" if panel.outcome else "")
    match panel:
        case Plot():
            yield f"{title}: {prose(plot_sentence(panel))}"
            return
        case Field():
            yield f"{title}: {prose(field_sentence(panel))}"
            return
        case Table():
            found = _table(panel, MOST if whole else ROWS)
        case Heatmap():
            found = _matrix(panel, whole)
        case Tokens():
            found = _tokens(panel)
        case Words():
            found = (prose(line) for text in panel.lines for line in text.split("\n"))
    yield f"{title}:"
    for line in found:
        if line.strip():
            yield f"  {line}"


def _outcome(panel: Panel) -> str:
    """Say what comparing found; of a picture, that what was is told, too."""
    if "dim" in panel.outcome[0]:
        return "compared"
    return ", ".join(filter(None, map(cell, panel.outcome[0].split(", "))))


# ── tables ─────────────────────────────────────────────────────────────────────────────


def _table(panel: Table, most: int) -> Iterator[str]:
    titles = [cell(column.title) for column in panel.columns]
    for i, cells in enumerate(panel.rows[:most]):
        yield _row(titles, cells) + CHOSEN * (i == panel.row)
    if len(panel.rows) > most:
        yield f"and {len(panel.rows) - most} more rows."


def _row(titles: list[str], cells: tuple[Cell, ...]) -> str:
    """Tell a row: its name, then each number behind the name of its column.

    A bar shows a number that stands beside it, and is told only where none does.
    """
    numbers = any(is_number(one.content) for one in cells)
    parts: list[str] = []
    name = ""
    for i, one in enumerate(cells):
        text = _content(one, bars=not numbers)
        if i == 0 and isinstance(one.content, str):
            name = text
        elif text:
            title = titles[i] if i < len(titles) else ""
            parts.append(f"{title} {text}".strip())
    return f"{name}: {', '.join(parts)}" if name and parts else name or ", ".join(parts)


def _content(one: Cell, bars: bool) -> str:
    if one.content is None:
        return ""
    if isinstance(one.content, Bar):
        return say(one.content.value) if bars else ""
    before = one.before
    if before is None or not one.changed:
        return _heard(one)
    was = "new" if before is NEW else f"was {_heard(replace(one, content=before, before=None))}"
    return f"{_heard(one)} ({was})"


def _heard(one: Cell) -> str:
    content = one.content
    return "no number" if is_number(content) and content != content else cell(written(one))


# ── matrices ───────────────────────────────────────────────────────────────────────────


def _matrix(panel: Heatmap, whole: bool) -> Iterator[str]:
    """Tell a matrix row by row, each number behind the name of its column.

    Of a large one its range is told, and the row that is chosen.
    """
    values = np.atleast_2d(np.asarray(panel.values, dtype=float))
    large = values.size > (MOST if whole else LARGE)
    if large:
        yield f"{values.shape[0]} × {_reach(panel, values)}"
    for i, row in enumerate(values):
        if not large or i == panel.row:
            name = cell(panel.rows[i]) if i < len(panel.rows) else f"row {i + 1}"
            yield f"{name}: {_numbers(panel, row, whole)}" + CHOSEN * (i == panel.row)


def _numbers(panel: Heatmap, row: Array, whole: bool) -> str:
    """Tell a row; columns that are only counted need no name."""
    if len(row) > COLUMNS and not whole:
        return _reach(panel, row)
    names = panel.columns if len(panel.columns) == len(row) else ()
    if not names or all(name.strip().isdecimal() for name in names):
        return ", ".join(_number(x, panel) for x in row)
    return ", ".join(f"{name} {_number(x, panel)}" for name, x in zip(names, row, strict=True))


def _reach(panel: Heatmap, values: Array) -> str:
    """Tell many numbers by how far they reach, and where the largest stands."""
    many = f"{values.shape[-1]} numbers"
    if not np.isfinite(values).any():
        return f"{many}, none of them finite"
    least, most = _number(np.nanmin(values), panel), _number(np.nanmax(values), panel)
    if least == most:
        return f"{many}, all {least}"
    *above, column = (int(at) for at in np.unravel_index(np.nanargmax(values), values.shape))
    at = [panel.rows[i] if i < len(panel.rows) else str(i + 1) for i in above]
    at.append(panel.columns[column] if column < len(panel.columns) else str(column + 1))
    return f"{many} from {least} to {most}, which is at {', '.join(at)}"


def _number(x: float, panel: Heatmap) -> str:
    return _heard(Cell(float(x), panel.style, panel.decimals))


# ── tokens ─────────────────────────────────────────────────────────────────────────────


def _tokens(panel: Tokens) -> Iterator[str]:
    """Tell a text in its pieces, on one line."""
    yield "; ".join(
        _token(token) + CHOSEN * (i == panel.token) for i, token in enumerate(panel.tokens)
    )


def _token(token: Token) -> str:
    shade = f" {say(token.strength)}" if token.strength is not None else ""
    note = f" ({cell(token.note)})" if token.note else ""
    return f"“{token.text}”{shade}{note}"
