"""Marks drawn on the plane of a plot or a field: curves, rules, points, arrows and texts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from tui_transformer.figure import Arrow, Line, Mark, Note, Points, Rule
from tui_transformer.render.axes import Frame
from tui_transformer.render.canvas import Canvas, Lines, fit
from tui_transformer.render.curves import DOTS_ACROSS, DOTS_DOWN, Run, Strokes, rasterise
from tui_transformer.render.marks import Cloud, Look, looks
from tui_transformer.render.palette import Palette
from tui_transformer.render.paths import segments
from tui_transformer.text import visible

_HEADS = "→↗↑↖←↙↓↘"
_ASCII_HEADS = "><^v"
_LETTER_EVERY = 12  # cells from one letter on a curve to the next


class Board:
    """The plane of a panel. What is written on it stays within it."""

    def __init__(self, canvas: Canvas, frame: Frame) -> None:
        self.canvas, self.frame, self.palette = canvas, frame, canvas.palette
        self.taken: set[tuple[int, int]] = set()
        self._mixed_widths = False

    def inks(self, mark: Mark, row: int, column: int, count: int) -> Sequence[Style | None]:
        """The styles of a mark in neighbouring cells; None where it lies behind."""
        return [self.palette.role(mark.role, mark.dim)] * count

    def write(self, column: int, row: int, text: str, mark: Mark) -> None:
        """Write text on a row of the plane."""
        frame = self.frame
        size = cell_len(text)
        if not 0 <= row < frame.rows or column < 0 or column + size > frame.columns:
            return
        inks = self.inks(mark, row, column, size)
        self.taken.update((row, column + i) for i in range(size))
        self._mixed_widths |= size != len(text)
        for character in text:
            self.canvas.put(frame.left + column, frame.top + row, character, inks[0])
            width = cell_len(character)
            column, inks = column + width, inks[width:] or inks

    def free(self, column: int, row: int, size: int) -> int:
        """How many of some cells are within the plane and empty."""
        if not (0 <= row < self.frame.rows and 0 <= column <= self.frame.columns - size):
            return -1
        return sum((row, c) not in self.taken for c in range(column, column + size))

    def lines(self) -> Lines:
        """The finished panel."""
        if self._mixed_widths:
            _mend(self.canvas)
        return self.canvas.lines()


def _mend(canvas: Canvas) -> None:
    """Blank the halves of wide characters of which the other half was overwritten."""
    for chars in canvas.chars:
        for i, (here, after) in enumerate(pairwise([*chars, " "])):
            wide = cell_len(here) == 2
            if wide and after != "":
                chars[i] = " "
            if after == "" and not wide:
                chars[i + 1] = " "


# ── strokes ────────────────────────────────────────────────────────────────────────────


def draw_marks(board: Board, cloud: Cloud, found: tuple[Look, ...] | None = None) -> None:
    """Draw all marks but columns, from the back to the front, and their texts."""
    found = looks(cloud.marks, board.palette) if found is None else found
    frame = board.frame
    across = frame.x.share(cloud.x) * frame.columns
    up = frame.y.share(cloud.y) * frame.rows
    groups = []
    for dim in (True, False):
        groups += _rules(cloud, frame, dim)
        groups += _curves(cloud, found, across, up, frame, dim)
        groups += _dots(cloud, found, across, up, frame, dim)
    runs = rasterise(groups, frame.columns, frame.rows)
    _paint(board, cloud.marks, runs)
    _letters(board, cloud.marks, found, runs)
    for owner, mark in enumerate(cloud.marks):
        if isinstance(mark, Arrow):
            _head(board, mark)
        if isinstance(mark, Points) and (mark.labels or mark.label):
            _names(board, mark, owner, cloud)
        elif isinstance(mark, Rule) and mark.label:
            _rule_label(board, mark)
    for mark in cloud.marks:
        if isinstance(mark, Note):
            _note(board, mark)


def _rules(cloud: Cloud, frame: Frame, dim: bool) -> Iterable[Strokes]:
    right, bottom = frame.columns - 1, frame.rows - 1
    for owner, mark in enumerate(cloud.marks):
        if not isinstance(mark, Rule) or mark.dim != dim:
            continue
        if mark.upright:
            column = frame.x.place(mark.at, frame.columns)
            if column is not None:
                yield Strokes([column], [0], [column], [bottom], [owner], "┊")
        else:
            up = frame.y.place(mark.at, frame.rows)
            if up is not None:
                yield Strokes([0], [bottom - up], [right], [bottom - up], [owner], "─")


def _curves(cloud: Cloud, found: tuple[Look, ...], across: np.ndarray, up: np.ndarray,
            frame: Frame, dim: bool) -> Iterable[Strokes]:
    """Lines and arrows, as braille dots or, where a look has a glyph, as that."""
    chosen = np.array([isinstance(mark, Line | Arrow) and mark.dim == dim
                       for mark in cloud.marks], bool)[cloud.owners]
    if not chosen.any():
        return
    owners, across, up = cloud.owners[chosen], across[chosen], up[chosen]
    dots = not any(found[owner].glyph for owner in owners[:1])
    columns, rows = frame.columns, frame.rows
    if dots:
        columns, rows = columns * DOTS_ACROSS, rows * DOTS_DOWN
        across, up = across * DOTS_ACROSS, up * DOTS_DOWN
    pieces = segments(across, up, owners, columns, rows)
    for part in [slice(None)] if dots else _parts(pieces.owners):
        x0, y0, x1, y1, whose = (values[part] for values in pieces)
        yield Strokes(x0.tolist(), (rows - 1 - y0).tolist(), x1.tolist(),
                      (rows - 1 - y1).tolist(), whose.tolist(),
                      "" if dots else found[whose[0]].glyph)


def _parts(owners: np.ndarray) -> Iterable[slice]:
    edges = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(owners)]
    return (slice(start, end) for start, end in pairwise(edges) if end > start)


def _dots(cloud: Cloud, found: tuple[Look, ...], across: np.ndarray, up: np.ndarray,
          frame: Frame, dim: bool) -> Iterable[Strokes]:
    for owner, mark in enumerate(cloud.marks):
        if not isinstance(mark, Points) or mark.dim != dim:
            continue
        cells = [cell for cell in _cells(across[cloud.of(owner)], up[cloud.of(owner)], frame)
                 if cell]
        places = list(dict.fromkeys(cells))
        x, y = [column for column, _ in places], [row for _, row in places]
        yield Strokes(x, y, x, y, [owner] * len(x), found[owner].glyph)


def _cells(across: np.ndarray, up: np.ndarray, frame: Frame) -> list[tuple[int, int] | None]:
    """The cell of each point; None outside the plane."""
    edge = 1e-6
    inside = ((across >= -edge) & (across <= frame.columns + edge)
              & (up >= -edge) & (up <= frame.rows + edge))
    x = np.clip(np.where(inside, across, 0), 0, frame.columns - 1).astype(int).tolist()
    y = np.clip(np.where(inside, up, 0), 0, frame.rows - 1).astype(int).tolist()
    return [(column, frame.rows - 1 - row) if seen else None
            for column, row, seen in zip(x, y, inside.tolist(), strict=True)]


def _paint(board: Board, marks: tuple[Mark, ...], runs: Iterable[Run]) -> None:
    left, top = board.frame.left, board.frame.top
    ascii_only = board.palette.ascii
    for row, column, text, owner in runs:
        mark, count = marks[owner], len(text)
        if isinstance(mark, Rule):
            text = text.replace("┊", ":").replace("─", "-") if ascii_only else text
        else:
            board.taken.update((row, c) for c in range(column, column + count))
        chars, styles = board.canvas.chars[top + row], board.canvas.styles[top + row]
        inks = board.inks(mark, row, column, count)
        for place, (character, ink) in enumerate(zip(text, inks, strict=True), left + column):
            if ink is not None:
                chars[place], styles[place] = character, ink


# ── texts ──────────────────────────────────────────────────────────────────────────────


def _letters(board: Board, marks: tuple[Mark, ...], found: tuple[Look, ...],
             runs: Sequence[Run]) -> None:
    """Put the letter of a curve on it every few cells, so that it is known without colour."""
    lettered = [owner for owner, look in enumerate(found) if look.letter]
    for order, owner in enumerate(lettered):
        cells = sorted((column + i, row) for row, column, text, whose in runs if whose == owner
                       for i in range(len(text)))
        offset = (order * _LETTER_EVERY // len(lettered) + 3) % _LETTER_EVERY
        wanted = [cell for cell in cells if cell[0] % _LETTER_EVERY == offset]
        wanted = wanted or cells[len(cells) // 2 :][:1]
        for column, row in {column: row for column, row in wanted}.items():
            board.write(column, row, found[owner].letter, marks[owner])


def _head(board: Board, mark: Arrow) -> None:
    """Draw an arrow's head where it ends, and its label beyond."""
    frame = board.frame
    cell = frame.cell(mark.x1, mark.y1)
    if cell is None:
        return
    column, row = cell
    begin = frame.x.share(np.array([mark.x0, mark.x1])), frame.y.share(
        np.array([mark.y0, mark.y1]))
    right = float(begin[0][1] - begin[0][0]) * frame.columns * DOTS_ACROSS
    up = float(begin[1][1] - begin[1][0]) * frame.rows * DOTS_DOWN
    if not (math.isfinite(right) and math.isfinite(up)):
        return
    if right == up == 0:
        head = "·"
    elif board.palette.ascii:
        head = _ASCII_HEADS[(right < 0) if abs(right) >= abs(up) else 2 + (up < 0)]
    else:
        head = _HEADS[round(math.atan2(up, right) / (math.pi / 4)) % 8]
    board.write(column, row, head, mark)
    if mark.label:
        _beside(board, mark, column, row, mark.label, rightward=right >= 0)


def _names(board: Board, mark: Points, owner: int, cloud: Cloud) -> None:
    """Write each point's name beside it; a point alone may have the label of its mark."""
    part, frame = cloud.of(owner), board.frame
    cells = _cells(frame.x.share(cloud.x[part]) * frame.columns,
                   frame.y.share(cloud.y[part]) * frame.rows, frame)
    names = mark.labels or ((mark.label,) if len(cells) == 1 else ())
    for cell, name in zip(cells, names, strict=False):
        if cell and name:
            _beside(board, mark, *cell, name)


def _beside(board: Board, mark: Mark, column: int, row: int, text: str,
            rightward: bool = True) -> None:
    """Write a text beside a cell: where it covers least, on the right if all are equal."""
    text = fit(visible(text), board.frame.columns)
    size = cell_len(text)
    right, left = (column + 2, row), (column - 1 - size, row)
    middle = min(max(column - size // 2, 0), board.frame.columns - size)
    places = [right, left] if rightward else [left, right]
    places += [(column + 1, row), (column - size, row), (middle, row - 1), (middle, row + 1)]
    x, y = max(places, key=lambda place: board.free(*place, size))
    board.write(x, y, text, mark)


def _rule_label(board: Board, mark: Rule) -> None:
    """Write a rule's label on it or beside it, at an end where it covers least."""
    frame = board.frame
    text = fit(visible(mark.label), frame.columns)
    size = cell_len(text)
    if mark.upright:
        column = frame.x.place(mark.at, frame.columns)
        if column is None:
            return
        places = [(x, y) for y in (0, frame.rows - 1, 1, 2)
                  for x in (column + 1, column - size)]
    else:
        up = frame.y.place(mark.at, frame.rows)
        if up is None:
            return
        row, end = frame.rows - 1 - up, frame.columns - size
        places = [(end, row), (0, row), (end, row - 1), (end, row + 1), (0, row - 1)]
    x, y = max(places, key=lambda place: board.free(*place, size))
    board.write(x, y, text, mark)


def _note(board: Board, mark: Note) -> None:
    cell = board.frame.cell(mark.x, mark.y)
    if cell is not None:
        text = fit(visible(mark.text), board.frame.columns)
        column = min(cell[0], board.frame.columns - cell_len(text))
        board.write(column, cell[1], text, mark)


def legend(canvas: Canvas, marks: Sequence[Mark], found: Sequence[Look], start: int,
           end: int) -> None:
    """Name the marks on the top line, at its right end, as far as there is room."""
    entries = [(look, mark) for look, mark in zip(found, marks, strict=True) if look.label]
    while entries:
        room = end - start - sum(cell_len(look.swatch) + 1 for look, _ in entries) - 2 * (
            len(entries) - 1)
        sizes = [cell_len(look.label) for look, _ in entries]
        most = max(sizes)
        while most > 3 and sum(min(size, most) for size in sizes) > room:
            most -= 1
        if sum(min(size, most) for size in sizes) <= room:
            break
        entries.pop()
    if not entries:
        return
    texts = [(f"{look.swatch} {fit(look.label, most)}", mark) for look, mark in entries]
    x = end - sum(cell_len(text) + 2 for text, _ in texts) + 2
    for text, mark in texts:
        x = canvas.put(x, 0, text, canvas.palette.role(mark.role, mark.dim)) + 2
