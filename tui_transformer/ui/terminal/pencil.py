"""Writes cells to a terminal, with as few bytes as it can."""

from operator import is_not

from tui_transformer.ui.terminal.cells import Cell
from tui_transformer.ui.terminal.moves import move
from tui_transformer.ui.terminal.pens import Look, Pen, Pens, change


class Pencil:
    """Collects what is to be sent; the pen is kept from frame to frame, the cursor is not."""

    def __init__(self, pens: Pens) -> None:
        self._pens = pens
        self._plain = pens.looking(Look())
        self._pen: Pen | None = None
        self._x: int | None = None
        self._y: int | None = None
        self._text: list[str] = []

    def drop(self) -> None:
        """Take the terminal's pen as not known."""
        self._pen = None

    def take(self, *, plain: bool) -> str:
        """Return what was written since the last time, going back to plain text if asked to."""
        # A link is always ended: the sequence that begins text does not end it.
        if self._pen and (plain or self._pen.look.link):
            self._use(self._plain)
        text = "".join(self._text)
        self._text.clear()
        self._x = self._y = None
        return text

    def write(self, y: int, row: list[Cell], begin: int, end: int) -> None:
        """Write the cells of a row between two columns, none of them half a wide one."""
        cells = row[begin:end]
        if all([cell.plain for cell in cells]):
            self._write(y, row, begin, cells)
            return
        for x, cell in enumerate(cells, begin):
            if cell.plain:
                self._write(y, row, x, [cell])
            elif cell.width:
                self._write_odd(y, row, x, cell)

    def _write(self, y: int, row: list[Cell], x: int, cells: list[Cell]) -> None:
        """Write cells that are one character in one column each."""
        if x != self._x or y != self._y:
            self._go(x, y, row)
        texts = [cell.text for cell in cells]
        pens = [cell.pen for cell in cells]
        last = bytes(map(is_not, pens, pens[1:])) + b"\1"
        begin = 0
        while begin < len(cells):
            end = last.index(1, begin) + 1
            text = "".join(texts[begin:end])
            self._take_up(pens[begin], text, pens[end] if end < len(pens) else None)
            self._text.append(text)
            begin = end
        self._x = x + end if x + end < len(row) else None

    def _write_odd(self, y: int, row: list[Cell], x: int, cell: Cell) -> None:
        """Write a cell whose width terminals may not agree about."""
        if x != self._x or y != self._y:
            self._go(x, y, row)
        self._take_up(cell.pen, cell.text, None)
        end = x + cell.width
        if cell.width == 2 and not cell.sure:
            # A terminal that gives it one cell must not leave the other as it was.
            # In the last column the cursor stays on what it has written.
            self._text.append("  \b\b" if end < len(row) else "  \b")
        self._text.append(cell.text)
        self._x = end if cell.sure and end < len(row) else None

    def _take_up(self, pen: Pen, text: str, following: Pen | None) -> None:
        """Change to a pen for a text; for spaces, any that paints them alike."""
        held = self._pen
        if pen is held:
            return
        if pen.blank is pen and not text.strip(" "):
            if held and held.blank is pen:
                return
            blanks_too = following and following.blank is pen
            pen = following if blanks_too else self._pens.for_blank(held, pen)
        self._use(pen)

    def _use(self, pen: Pen) -> None:
        self._text.append(change(self._pen, pen))
        self._pen = pen

    def _go(self, x: int, y: int, row: list[Cell]) -> None:
        """Put the cursor there, writing again what is in between where that is no longer."""
        jump = move(self._x, self._y, x, y)
        if self._x is not None and y == self._y and 0 < x - self._x <= len(jump):
            between = row[self._x : x]
            if sum([cell.size for cell in between]) <= len(jump) and all(map(self._fits, between)):
                jump = "".join([cell.text for cell in between])
        self._text.append(jump)
        self._x, self._y = x, y

    def _fits(self, cell: Cell) -> bool:
        """Say whether a cell can be written with the pen as it is."""
        if cell.text == " " and self._pen is not None:
            return self._pen.blank is cell.pen
        return cell.plain and cell.pen is self._pen
