"""What is written in a plot or a field: labels, notes, heads of arrows, and the legend."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from rich.cells import cell_len

from tui_transformer.pieces import Arrow, Mark, Note, Points, Rule
from tui_transformer.render.board import Board, Cell, bits
from tui_transformer.render.canvas import Canvas
from tui_transformer.render.curves import DOTS_ACROSS, DOTS_DOWN, Run
from tui_transformer.render.fit import clauses, fit
from tui_transformer.render.marks import Cloud, Look, says_itself
from tui_transformer.text import visible

_HEADS, _ASCII_HEADS = "→↗↑↖←↙↓↘", "><^v"
_LETTER_EVERY = 12  # cells from one letter on a curve to the next
_SHORTEST = 4  # a label in the legend is not cut shorter than this


def draw_texts(
    board: Board,
    cloud: Cloud,
    found: Sequence[Look],
    cells: Mapping[int, list[Cell | None]],
    runs: Sequence[Run],
) -> None:
    """Write everything that is text, what must stand at its place first."""
    marks = cloud.marks
    for owner, mark in enumerate(marks):
        place = cells[owner][-1] if isinstance(mark, Note | Arrow) else None
        if place and isinstance(mark, Note):
            _note(board, mark, place)
        elif place and isinstance(mark, Arrow):
            board.write(*place, _head(board, *_way(board, cloud, owner)), mark)
    if any(says_itself(mark) for mark in marks):
        _labels(board, cloud, cells, runs)
    _letters(board, marks, found, runs)


def _labels(
    board: Board, cloud: Cloud, cells: Mapping[int, list[Cell | None]], runs: Sequence[Run]
) -> None:
    """Write the labels that stand beside marks, where they cover least."""
    marks = cloud.marks
    kept = [board.solid if isinstance(mark, Points) else board.taken for mark in marks]
    rules = {owner for owner, mark in enumerate(marks) if isinstance(mark, Rule)}
    for row, column, text, owner in runs:
        if owner not in rules:
            kept[owner][row] |= bits(column, len(text))
    for owner, mark in enumerate(marks):
        if isinstance(mark, Rule) and mark.label:
            board.write_best(_along(board, mark), mark.label, mark)
        elif isinstance(mark, Points):
            names = mark.labels or ((mark.label,) if len(cells[owner]) == 1 else ())
            for cell, name in zip(cells[owner], names, strict=False):
                if cell and name:
                    board.write_best(_around(board, cell, name), name, mark)
        elif isinstance(mark, Arrow) and mark.label and (head := cells[owner][1]):
            leftward = _way(board, cloud, owner)[0] < 0
            board.write_best(_around(board, head, mark.label, leftward), mark.label, mark)


def _note(board: Board, mark: Note, place: Cell) -> None:
    text = fit(visible(mark.text), board.frame.columns)
    board.write(min(place[0], board.frame.columns - cell_len(text)), place[1], text, mark)


def _head(board: Board, right: float, up: float) -> str:
    """The character an arrow ends with: the way it points on the screen."""
    if not (math.isfinite(right) and math.isfinite(up)) or right == up == 0:
        return "·"
    if board.palette.ascii:
        return _ASCII_HEADS[right < 0 if abs(right) >= abs(up) else 2 + (up < 0)]
    return _HEADS[round(math.atan2(up, right) / (math.pi / 4)) % 8]


def _way(board: Board, cloud: Cloud, owner: int) -> tuple[float, float]:
    """How far an arrow goes to the right and up, in dots, which are square."""
    part, frame = cloud.of(owner), board.frame
    start_x, end_x = (frame.x.share(cloud.x[part]) * frame.columns * DOTS_ACROSS).tolist()
    start_y, end_y = (frame.y.share(cloud.y[part]) * frame.rows * DOTS_DOWN).tolist()
    return end_x - start_x, end_y - start_y


def _around(board: Board, cell: Cell, text: str, leftward: bool = False) -> Iterable[Cell]:
    """The places for a text beside a cell, the best first."""
    (column, row), size = cell, min(cell_len(visible(text)), board.frame.columns)
    sides = [(column + 2, row), (column - 1 - size, row)]
    middle = min(max(column - size // 2, 0), board.frame.columns - size)
    return (
        *(reversed(sides) if leftward else sides),
        (column + 1, row),
        (column - size, row),
        (middle, row - 1),
        (middle, row + 1),
    )


def _along(board: Board, mark: Rule) -> Iterable[Cell]:
    """The places for the label of a rule: on it or beside it, at its ends first."""
    frame, size = board.frame, min(cell_len(visible(mark.label)), board.frame.columns)
    last = frame.rows - 1
    if mark.upright:
        column = frame.x.place(mark.at, frame.columns)
        if column is None:
            return ((-1, -1),)
        return ((x, y) for y in (0, last, 1, last - 1) for x in (column + 1, column - size))
    up = frame.y.place(mark.at, frame.rows)
    if up is None:
        return ((-1, -1),)
    row, end = last - up, frame.columns - size
    return ((end, row), (0, row), (end, row - 1), (end, row + 1), (0, row - 1), (0, row + 1))


def _letters(
    board: Board, marks: Sequence[Mark], found: Sequence[Look], runs: Sequence[Run]
) -> None:
    """Put the letter of a curve on its right end, and where colours are few every some cells,
    so that it is known without colour."""
    lettered = [owner for owner, look in enumerate(found) if look.letter]
    if not lettered:
        return
    cells: dict[int, list[Cell]] = {owner: [] for owner in lettered}
    few = board.palette.colors != "full"
    for row, column, text, owner in runs:
        if owner in cells and few:
            cells[owner] += [(c, row) for c in range(column, column + len(text))]
        elif owner in cells:
            cells[owner].append((column + len(text) - 1, row))
    for order, owner in enumerate(lettered):
        free = [cell for cell in cells[owner] if not board.solid[cell[1]] >> cell[0] & 1]
        offset = (order * _LETTER_EVERY // len(lettered) + 3) % _LETTER_EVERY
        wanted = [cell for cell in free if few and cell[0] % _LETTER_EVERY == offset]
        for column, row in dict([*wanted, max(free)] if free else []).items():
            board.write(column, row, found[owner].letter, marks[owner])


# ── the legend ─────────────────────────────────────────────────────────────────────────


def legend_width(found: Iterable[Look]) -> int:
    """How much room the legend would like."""
    return sum(cell_len(look.swatch) + 3 + cell_len(look.label) for look in found if look.label)


def legend_lines(found: Iterable[Look], start: int, end: int) -> int:
    """How many lines the names need so that all are whole: 2 where that helps, else 1."""
    named = tuple(look for look in found if look.label)
    first = _whole(named, end - start)
    return 2 if first < len(named) and _closer(named[first:], end) else 1


def legend(
    canvas: Canvas,
    marks: Sequence[Mark],
    found: Sequence[Look],
    start: int,
    end: int,
    lines: int = 1,
) -> None:
    """Name the marks on the top lines, at their right end, as far as there is room."""
    entries = [(look, mark) for look, mark in zip(found, marks, strict=True) if look.label]
    first = len(entries) if lines < 2 else _whole(tuple(look for look, _ in entries), end - start)
    _legend(canvas, entries[:first], start, end, 0)
    _legend(canvas, entries[first:], 0, end, 1)


def _whole(looks: tuple[Look, ...], room: int) -> int:
    """Count the first marks whose names are whole on one line."""
    return next((n for n in range(len(looks), 0, -1) if _closer(looks[:n], room)), 0)


def _legend(
    canvas: Canvas, entries: list[tuple[Look, Mark]], start: int, end: int, line: int
) -> None:
    while entries:
        looks = tuple(look for look, _ in entries)
        texts, gap = _closer(looks, end - start) or (_cut(looks, end - start), 1)
        if texts:
            break
        entries.pop()
    else:
        return
    x = end - sum(cell_len(text) + gap for text in texts) + gap
    for text, (_, mark) in zip(texts, entries, strict=True):
        sign, _, name = text.partition(" ")
        x = canvas.put(x, line, f"{sign} ", canvas.palette.role(mark.role, mark.dim))
        x = canvas.put(x, line, name, canvas.palette.role("muted" if mark.dim else mark.role)) + gap


@lru_cache(maxsize=256)
def _closer(looks: tuple[Look, ...], room: int) -> tuple[list[str], int] | None:
    """Write the names whole, closer together where it must be: first without the lines beside
    their letters, then without their last clauses; None where even that is too wide."""
    for clause in (-1, 0):
        for gap, bare in ((2, False), (2, True), (1, True)):
            texts = [
                f"{(bare and look.letter) or look.swatch} {clauses(visible(look.label))[clause]}"
                for look in looks
            ]
            wide = sum(cell_len(text) + gap for text in texts) - gap
            if wide <= room and len(set(texts)) == len(looks):
                return texts, gap
    return None


def _cut(looks: Sequence[Look], room: int) -> list[str]:
    """Cut the longest names until all fit; none where they could not be told apart."""
    signs = [look.letter or look.swatch for look in looks]
    sizes = [cell_len(look.label) for look in looks]
    room -= sum(cell_len(sign) + 2 for sign in signs) - 1
    most = max(sizes)
    while most > _SHORTEST and room < sum(min(size, most) for size in sizes):
        most -= 1
    named = [fit(look.label, most) for look in looks]
    # Names that are alike where they were cut would say nothing.
    apart = len(set(named)) == len({look.label for look in looks})
    if not apart or room < sum(min(size, most) for size in sizes):
        return []
    return [f"{sign} {name}" for sign, name in zip(signs, named, strict=True)]
