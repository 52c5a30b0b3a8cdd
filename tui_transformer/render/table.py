"""Rows of numbers, words and bars, with the numbers' points below each other."""

from dataclasses import replace

from rich.segment import Segment
from rich.style import Style

from tui_transformer.panels import Table
from tui_transformer.pieces import NEW, Bar, Cell, Column, Role, is_number
from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.compact import box, plain
from tui_transformer.render.fit import cells
from tui_transformer.render.palette import Palette
from tui_transformer.render.run import Run
from tui_transformer.render.spelling import drawn
from tui_transformer.render.table_bar import bar_runs, draw_bar
from tui_transformer.render.table_cells import change, written
from tui_transformer.render.table_find import below
from tui_transformer.render.table_find import table_beyond as table_beyond
from tui_transformer.render.table_find import table_cell as table_cell
from tui_transformer.render.table_part import listed
from tui_transformer.render.table_plan import Place, Plan, has_titles, plan
from tui_transformer.render.table_rest import beside_title, in_title, named, needs_line
from tui_transformer.render.table_titles import titles

_DOWNWARDS = "│├┬┌╭╮●⊕◇"  # what goes on below it


def table_height(panel: Table, width: int) -> int:
    """Say how many lines a table needs to show all its rows, and to name columns that wait."""
    return len(panel.rows) + has_titles(panel) + needs_line(panel, width)


def table_tail(
    panel: Table, width: int, height: int, palette: Palette, pin: tuple[int, int] | None
) -> list[Segment]:
    """Name the columns that are hidden, for the line of the title."""
    places = plan(panel, width, height, pin, 0)
    spare = places.foot or height > places.head + places.rows
    text = in_title(panel, places.hidden, width)
    text = text if text or spare else beside_title(panel, places.hidden, width)
    return [Segment(palette.spell_parts(text), palette.role("muted"))] if text else []


def table_uses(panel: Table, width: int, height: int) -> tuple[int, int]:
    """Say how many columns and lines of its room a table takes."""
    places = plan(panel, width, height, None, 0)
    right = max((place.x + place.width for place in places.places), default=0)
    down = places.line(places.start + places.rows - 1) + 1 if places.rows else places.head
    return min(right + 1, width), min(down + places.foot, height)


def draw_table(
    panel: Table,
    width: int,
    height: int,
    palette: Palette,
    pin: tuple[int, int] | None = None,
    first: int = 0,
) -> Lines:
    """Draw a table into exactly width × height cells.

    `pin` is (row, column) of the table; `first` is the row a person has scrolled to, 0
    follows the pinned or lit row.
    """
    canvas = Canvas(width, height, palette)
    if width < 1 or height < 1:
        return canvas.lines()
    picture = _Picture(panel, canvas, plan(panel, width, height, pin, first))
    straight = picture.draw()
    return [straight[y] if y in straight else canvas.line(y) for y in range(height)]


class _Picture:
    """One table on one canvas."""

    def __init__(self, whole: Table, canvas: Canvas, places: Plan) -> None:
        self.whole, self.canvas, self.places = whole, canvas, places
        self.panel, self.pin = places.panel, places.pin
        self.palette = canvas.palette
        self.muted = self.palette.role("muted")

    def draw(self) -> dict[int, list[Segment]]:
        """Draw titles, rows, and what says that there is more.

        Rows in which nothing lies over anything else are not put on the canvas, but returned.
        """
        straight = {}
        if self.places.head:
            straight[0] = titles(self.places, self.panel.columns, self.canvas.width, self.palette)
        for row in range(self.places.start, self.places.start + self.places.rows):
            y = self.places.line(row)
            if self._is_straight(row):
                straight[y] = self._straight(row)
            else:
                self._row(row, y)
            if row < self.places.start + self.places.rows - 1:
                self._between(row, y)
        if self.places.foot:
            self._foot()
        elif self.canvas.height > self.places.head + self.places.rows:
            self._say(self._waiting(self.canvas.width))
        return straight

    def _is_straight(self, row: int) -> bool:
        """Say whether a row has no pin and is not compared, in characters of the screen's own."""
        held = self.pin is not None and self.pin[0] == row
        over = row == self.panel.row and any(place.x == 0 for place in self.places.places)
        if self.palette.ascii or held or over:
            return False
        return not any(
            cell.changed
            for cell in self.panel.rows[row]
            if cell.before is not None or isinstance(cell.content, Bar)
        )

    def _straight(self, row: int) -> list[Segment]:
        """Write a row from left to right."""
        found, lit, width = self.panel.rows[row], row == self.panel.row, self.canvas.width
        run = Run(self.palette.base)
        if lit and width > 1:
            run.add(0, "▸", self.palette.role("cursor", bold=True), 1)
        for place in self.places.places:
            if place.index >= len(found):
                break
            cell = found[place.index]
            role = self._role(cell, place)
            if isinstance(cell.content, Bar):
                run.add_runs(place.x, bar_runs(cell.content, place.width, self.palette, role, lit))
                continue
            style = self.palette.role("muted" if cell.content is None else role, bold=lit)
            text, at, wide = self._placed(row, cell, place)
            run.add(at, text, style, wide)
        run.add(width, "", self.palette.base, 0)
        return run.segments()

    def _placed(self, row: int, cell: Cell, place: Place) -> tuple[str, int, int]:
        """Say what stands in a cell, from which column on, and how many cells it takes."""
        text, left, wide = place.measure.texts[row]
        if wide > place.width:
            # Cut, a number would be another.
            number = is_number(cell.content)
            text = "…"[: place.width] if number else box(text, place.width, self.palette.ascii)
            left = wide = cells(text)
        return text, place.x + place.start(cell, wide, left), wide

    def _put(self, x: int, y: int, text: str, style: Style) -> None:
        self.canvas.put(x, y, drawn(text) if self.palette.ascii else plain(text), style)

    def _foot(self) -> None:
        """Say how many rows are hidden above and below; of a list, of how many these are."""
        above, hidden = self.places.start, below(self.panel, self.places)
        if self.panel.of:
            shown = listed(self.whole, self.places.kept) or self.places.rows
            rows = f"▲ {above} · " * bool(above) + f"{shown} of {self.panel.of}"
        else:
            parts = [f"{mark} {count}" for mark, count in (("▲", above), ("▼", hidden)) if count]
            rows = " ".join(parts) + " more"
        columns = self._waiting(self.canvas.width - cells(rows) - 2)
        self._say(f"{rows}  {columns}" if columns else rows)

    def _waiting(self, room: int) -> str:
        """Name the columns that are hidden, where the line of the title does not."""
        hidden, width = self.places.hidden, self.canvas.width
        text = "" if in_title(self.panel, hidden, width) else named(self.panel, hidden, width, room)
        return text if cells(text) <= room else ""

    def _say(self, text: str) -> None:
        text = box(text, self.canvas.width, self.palette.ascii)
        self._put(0, self.canvas.height - 1, text, self.muted)

    def _between(self, row: int, y: int) -> None:
        """Go on with the lines of a drawing in the first column, where rows stand apart."""
        first = self.panel.rows[row][:1]
        if not first or not isinstance(first[0].content, str) or not self.places.places:
            return
        place = self.places.places[0]
        text = "".join("│" if c in _DOWNWARDS else " " for c in first[0].content).rstrip()
        style = self.palette.role(self._role(first[0], place))
        for down in range(1, self.places.tall):
            self._put(place.x, y + down, text[: place.width], style)

    def _row(self, row: int, y: int) -> None:
        lit = row == self.panel.row
        if lit and self.canvas.width > 1:
            self._put(0, y, "▸", self.palette.role("cursor", bold=True))
        found = self.panel.rows[row]
        new = bool(found) and found[0].before is NEW
        if new and not lit:
            self._put(0, y, "+", self.muted)
        for place in self.places.places:
            if place.index < len(found):
                held = (row, place.index) == self.pin
                cell, spare = found[place.index], held and not place.measure.change
                self._cell(row, cell, place, y, lit, held)
                # The bracket of a pinned cell takes the gap that a sign would stand in.
                if cell.changed and not spare and not (new and place.measure.kind == "text"):
                    self._change(cell, place, y)

    def _cell(self, row: int, cell: Cell, place: Place, y: int, lit: bool, held: bool) -> None:
        role = self._role(cell, place)
        if isinstance(cell.content, Bar):
            parts = draw_bar(cell.content, place.width, self.palette, role, lit)
            for i, (character, style) in enumerate(parts):
                self.canvas.chars[y][place.x + i] = character
                self.canvas.styles[y][place.x + i] = style
            if held:
                self._brackets(place.x, place.x + place.width, y)
            return
        style = self.palette.role("muted" if cell.content is None else role, bold=lit)
        if held:
            style = self.palette.role(role, bold=True, reverse=True)
        text, start, wide = self._placed(row, cell, place)
        self._put(start, y, text, style)
        if held:
            self._brackets(start, start + wide, y)

    def _change(self, cell: Cell, place: Place, y: int) -> None:
        """Say behind what is in a cell how it differs from before."""
        measure, start = place.measure, place.x + place.width
        if measure.change:
            start = place.x + place.inset + measure.left + measure.right + 1
            text = change(cell, measure.change)
        elif measure.kind == "text":
            start = place.x + cells(written(cell))
            text = self._was(cell, self._end(place) - start)
        else:
            text = change(cell, 1)
        if self.palette.ascii:
            # Arrows have no ASCII shape that reads as more or less; signs do, before a number.
            text = drawn(text.replace("▲", "+").replace("▼", "-") if len(text) > 1 else text)
        if start + cells(text) <= self._end(place):
            self._put(start, y, text, self.muted)

    def _was(self, cell: Cell, room: int) -> str:
        """Say what word stood there before, where there is room; otherwise that one did."""
        if cell.before is NEW:
            return "+"
        was = self.palette.spell(f" ← {written(replace(cell, content=cell.before))}")
        return was if cells(was) <= room else "≠"

    def _end(self, place: Place) -> int:
        """Say where the room of a column ends: where the next begins, or the panel ends."""
        after = [other.x for other in self.places.places if other.x > place.x]
        return min(after, default=self.canvas.width)

    def _brackets(self, start: int, end: int, y: int) -> None:
        """Put brackets around a pinned cell, into the gaps beside it."""
        style = self.palette.role("cursor", bold=True, reverse=True)
        if start > 0:
            self.canvas.put(start - 1, y, "[", style)
        self.canvas.put(end, y, "]", style)

    def _column(self, index: int) -> Column:
        columns = self.panel.columns
        return columns[index] if index < len(columns) else Column("")

    def _role(self, cell: Cell, place: Place) -> Role:
        role = cell.role if cell.role != "plain" else self._column(place.index).role
        if self.palette.colors == "ansi" and is_number(cell.content) and role != "muted":
            return "plain"  # no other of sixteen colours is sure to be read
        return role
