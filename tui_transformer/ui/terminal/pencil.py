"""Writes cells to a terminal, with as few bytes as it can."""

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
            self._text.append(change(self._pen, self._plain))
            self._pen = self._plain
        text = "".join(self._text)
        self._text.clear()
        self._x = self._y = None
        return text

    def write(self, y: int, row: list[Cell], columns: list[int]) -> None:
        """Write these columns of a row, from left to right."""
        add = self._text.append
        pen = self._pen
        for place, x in enumerate(columns):
            cell = row[x]
            if cell.width == 0:
                continue
            if x != self._x or y != self._y:
                self._go(x, y, row)
            target = cell.pen
            if target is not pen and (cell.text != " " or pen is None or pen.blank is not target):
                if cell.text == " ":
                    target = self._pen_for_blanks(row, columns[place:])
                add(change(pen, target))
                self._pen = pen = target
            add(cell.text if cell.sure or cell.width == 1 else "  \b\b" + cell.text)
            self._x = x + cell.width if cell.sure and x + cell.width < len(row) else None

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
        return cell.sure and cell.pen is not None and cell.pen is self._pen

    def _pen_for_blanks(self, row: list[Cell], columns: list[int]) -> Pen:
        """Choose the pen for spaces: that of the text after them where it will do."""
        blank = row[columns[0]]
        for x in columns:
            if row[x] is not blank:
                pen = row[x].pen
                if pen is not None and pen.blank is blank.pen:
                    return pen
                break
        return self._pens.for_blank(self._pen, blank.pen or self._plain)
