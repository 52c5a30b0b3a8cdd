"""The column labels of a heatmap: across, downwards, or numbered, whichever can be read."""

from functools import lru_cache
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from tui_transformer.panels import Heatmap
from tui_transformer.pieces import Role
from tui_transformer.render.canvas import Lines
from tui_transformer.render.compact import box, initial, plain
from tui_transformer.render.fit import cells
from tui_transformer.render.heatmap_names import are_numbers, label
from tui_transformer.render.heatmap_plan import Grid
from tui_transformer.render.palette import Palette


class Names(NamedTuple):
    """What of a heatmap its labels are made of."""

    columns: tuple[str, ...]
    column_role: Role


def heads(panel: Heatmap, grid: Grid, lit: int | None, palette: Palette) -> Lines:
    """Draw the lines over the cells; the lit column is bold and has ▾ before its label."""
    return _heads(Names(panel.columns, panel.column_role), grid, lit, palette)


@lru_cache(maxsize=64)  # hardly a key changes one, and squares beside each other have the same
def _heads(panel: Names, grid: Grid, lit: int | None, palette: Palette) -> Lines:
    if not grid.above:
        return []
    if grid.head == "down":
        lines = [_down(panel, grid, lit, palette, k) for k in range(grid.above)]
    else:
        lines = [
            _numbers(grid, lit, palette, panel)
            if grid.head == "numbers"
            else _across(panel, grid, lit, palette)
        ]
    first = _corner(panel, grid, lit, palette)
    blank = Segment(" " * grid.margin, palette.base)
    return [[blank, *line] for line in lines[:-1]] + [[first, *lines[-1]]]


def _corner(panel: Names, grid: Grid, lit: int | None, palette: Palette) -> Segment:
    """Name the lit column before the labels, where its own is cut short."""
    text = "" if lit is None else label(panel.columns, lit)
    cut = cells(plain(text)) > (grid.above if grid.head == "down" else grid.wide - 1)
    if grid.head != "numbers" and not cut:
        text = ""
    name = initial(text, max(grid.margin - 1, 0), palette.ascii, right=True)
    return Segment(name + " " * (grid.margin > 0), _lit(panel, palette))


def _lit(panel: Names, palette: Palette) -> Style:
    return palette.role(panel.column_role, bold=True)


def _mark(palette: Palette) -> str:
    return "|" if palette.ascii else "▾"


def _across(panel: Names, grid: Grid, lit: int | None, palette: Palette) -> list[Segment]:
    """Write each label over its column, in the middle of it where it is shorter."""
    line = []
    room = max(grid.wide - 1, 0)
    for i in range(grid.column, grid.column + grid.columns):
        text = label(panel.columns, i)
        if not panel.columns and grid.window:
            text = str(i)
        inset = max((room - cells(plain(text))) // 2, 0)
        mark = _mark(palette) if i == lit else " "
        text = " " * inset + mark + initial(text, room - inset, palette.ascii)
        style = _lit(panel, palette) if i == lit else palette.base
        line.append(Segment(box(text, grid.wide, palette.ascii), style))
    return line


def _down(panel: Names, grid: Grid, lit: int | None, palette: Palette, k: int) -> list[Segment]:
    """Write one line of labels that run downwards and end just over their columns."""
    line = []
    for i in range(grid.column, grid.column + grid.columns):
        letters = list(box(label(panel.columns, i), grid.above, palette.ascii).rstrip())
        at = k - (grid.above - len(letters))
        letter = letters[at] if at >= 0 else " "
        last = k == grid.above - 1
        mark = _mark(palette) if i == lit and last else " "
        before = grid.wide - 1 - (grid.wide - 1) // 2
        text = (
            letter
            if not before
            else (
                " " * (before - 1) + mark + letter
                if cells(letter) == 1
                else mark * (before - 1) + letter
            )
        )
        style = _lit(panel, palette) if i == lit else palette.base
        line.append(Segment(box(text, grid.wide), style))
    return line


def _numbers(grid: Grid, lit: int | None, palette: Palette, panel: Names) -> list[Segment]:
    """Write as many column numbers as can stand apart; the lit one in any case."""
    line, taken = [" "] * (grid.columns * grid.wide), set[int]()
    span = range(0)
    order = range(grid.columns)
    named = are_numbers(panel.columns)
    if lit is not None and 0 <= lit - grid.column < grid.columns:
        text = _mark(palette) + (label(panel.columns, lit) if named else str(lit))
        end = (lit - grid.column + 1) * grid.wide
        text = text if end >= len(text) else text[0]
        span = range(end - len(text), end)
        line[span.start : span.stop] = text
        taken.update(range(span.start - 1, span.stop + 1))
    texts = [str(grid.column + i) for i in order]
    if named:
        texts = [label(panel.columns, grid.column + i) for i in order]
    for i in order[:: _step(grid, max(map(len, texts)))]:
        text = texts[i]
        end = (i + 1) * grid.wide
        start = end - len(text)
        if start >= 0 and taken.isdisjoint(range(start, end)):
            line[start:end] = text
    cut = "".join(line)
    return [
        Segment(cut[: span.start], palette.base),
        Segment(cut[span.start : span.stop], _lit(panel, palette)),
        Segment(cut[span.stop :], palette.base),
    ]


def _step(grid: Grid, longest: int) -> int:
    """Number every column, every second, every fifth: so that numbers stand apart."""
    steps = (1, 2, 5, 10, 20, 50, 100)
    return next((step for step in steps if step * grid.wide > longest), 200)
