"""A sheet of lines over the figure: the map, help, prose and every list to choose from.

Some lines are choices; the arrows walk from one to the next and scroll the rest along.
Where a sheet can be filtered, typing narrows it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast

from rich.cells import cell_len
from textual import events
from textual.geometry import Size

from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.fit import fit, wrap
from tui_transformer.render.palette import Palette
from tui_transformer.ui.layout import ADVICE, is_foreign
from tui_transformer.ui.lines import LineWidget
from tui_transformer.ui.stage import Action, Content, Row, Stage, Text

if TYPE_CHECKING:
    from tui_transformer.ui.keymap import Keymap

    class Keyed(Protocol):
        """Whoever knows how keys are called here."""

        keymap: Keymap


class Sheet(LineWidget):
    """Shows a content and walks through its choices."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.content: Content | None = None
        self.filter = ""
        self.held = 0
        self.top = 0
        self.rows: Sequence[Row] = ()
        self.choices: list[tuple[int, int, Action]] = []  # line, run, what it does
        self._broken_for = 0  # columns

    def open(self, content: Content) -> None:
        """Show a content from its start."""
        self.content, self.filter, self.top = content, "", 0
        self.display = True
        self.held, self._broken_for = content.start, 0
        self._fill(follow=content.filterable)

    @property
    def filterable(self) -> bool:
        """Say whether typing narrows what is shown."""
        return self.content is not None and self.content.filterable

    @property
    def goes_back(self) -> bool:
        """Say whether backspace leads back to the sheet before."""
        return self.content is not None and self.content.back is not None

    @property
    def is_first(self) -> bool:
        """Say whether nothing lies behind it."""
        return self.content is not None and self.content.first

    def close(self) -> None:
        """Go away."""
        self.content = None
        self.display = False

    def on_resize(self) -> None:
        """Break the lines anew for another width; for another height they are as they were."""
        if self._space.width == self._broken_for:
            self._settle(follow=self.filterable)
        else:
            self._fill(follow=self.filterable)

    def _fill(self, follow: bool) -> None:
        if self.content is None or not self._space.width:
            return
        self._broken_for = self._space.width
        width = self._broken_for - 4
        rows = self.content.rows(width, self.filter)
        self.rows = [line for row in rows for line in _broken(self._spelled(row), width)]
        self.choices = [
            (y, x, run.action)
            for y, row in enumerate(self.rows)
            for x, run in enumerate(row)
            if run.action is not None
        ]
        self.held = max(min(self.held, len(self.choices) - 1), 0)
        self._settle(follow)

    def _settle(self, follow: bool) -> None:
        """Scroll to where lines are, and draw them."""
        if self.content is None:
            return
        if follow:
            self._follow()
        self.top = max(min(self.top, len(self.rows) - self._room), 0)
        self.draw()

    def _spelled(self, row: Row) -> Row:
        told = cast("Keyed", self.screen).keymap.told
        return tuple(run._replace(text=self.palette.spell(told(run.text))) for run in row)

    @property
    def _space(self) -> Size:
        """Its size; before it has one, the screen's, so that keys typed ahead find their rows."""
        return self.size if self.size.width else self.screen.size

    @property
    def _room(self) -> int:
        """How many rows fit under the title."""
        return max(self._space.height - 2, 1)

    def _follow(self) -> None:
        """Scroll so that the held choice can be seen."""
        if self.choices:
            line = self.choices[self.held][0]
            first = 0 if self.held == 0 else line  # the first choice shows what stands above
            self.top = max(min(self.top, first), line - self._room + 1)

    def narrow(self, text: str) -> None:
        """Filter by what was typed."""
        self.filter, self.held, self.top = text, 0, 0
        self._fill(follow=True)

    def move(self, step: int) -> None:
        """Walk to the next choice; where there is none in sight, scroll."""
        held = self.held + step
        if 0 <= held < len(self.choices) and self._in_sight(self.held):
            line = self.choices[held][0]
            if self.top - 2 <= line <= self.top + self._room + 1:
                self.held = held
                self._follow()
                self.draw()
                return
        self.scroll(step)

    def _in_sight(self, choice: int) -> bool:
        return self.top <= self.choices[choice][0] < self.top + self._room

    def scroll(self, lines: int) -> None:
        """Move the text; the held choice comes along at the edge."""
        self.top = max(min(self.top + lines, len(self.rows) - self._room), 0)
        seen = [i for i in range(len(self.choices)) if self._in_sight(i)]
        if seen and self.held not in seen:
            self.held = seen[0] if lines > 0 else seen[-1]
        self.draw()

    def to_end(self, way: int) -> None:
        """Go to the first line and choice, or to the last ones."""
        self.scroll(way * len(self.rows))
        if self.choices:
            last = 0 if way < 0 else len(self.choices) - 1
            self.held = last if self._in_sight(last) else self.held
        self.draw()

    @property
    def scrolls(self) -> bool:
        """Say whether there is more than fits."""
        return len(self.rows) > self._room

    def chosen(self) -> Action | None:
        """What enter does now."""
        return self.choices[self.held][2] if self.choices and self._in_sight(self.held) else None

    def choice_at(self, x: int, y: int) -> Action | None:
        """What a click does there; it takes hold of the choice."""
        line, column = self.top + y - 1, 2
        if not 0 <= line < len(self.rows) or y < 1:
            return None
        for run, text in enumerate(self.rows[line]):
            if text.action is not None and (
                column <= x - 0 < column + cell_len(text.text) or len(self.rows[line]) == 1
            ):
                self.held = [(c[0], c[1]) for c in self.choices].index((line, run))
                self.draw()
                return text.action
            column += cell_len(text.text)
        return self._whole_row(line)

    def _whole_row(self, line: int) -> Action | None:
        """What a line stands for as a whole, if that is one thing; what goes on below it too."""
        here = [i for i, choice in enumerate(self.choices) if choice[0] == line]
        along = any(run.along for run in self.rows[line])
        above = [i for i, choice in enumerate(self.choices) if choice[0] < line]
        found = here if len(here) == 1 else above[-1:] if along and not here else []
        if not found:
            return None
        self.held = found[0]
        self.draw()
        return self.choices[self.held][2]

    def on_click(self, event: events.Click) -> None:
        """Do what the line under the mouse stands for; what says that there is more scrolls."""
        if event.y < 1:
            self._rolled(self._way(int(event.x)) * self._room)
            return
        cast(Stage, self.screen).choose(self.choice_at(int(event.x), int(event.y)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll."""
        self._rolled(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        self._rolled(-3)

    def _rolled(self, lines: int) -> None:
        self.scroll(lines)
        cast(Stage, self.screen).draw_footer()  # what can be opened may have gone out of sight

    def draw(self) -> None:
        """Draw what is in sight."""
        if self.content is None or not self.size.width:
            return
        self.show(self._drawn(self.content, self.size.width, self.size.height, self.palette))

    def _drawn(self, content: Content, width: int, height: int, palette: Palette) -> Lines:
        canvas = Canvas(width, height, palette)
        bar = palette.role("plain", bold=True, reverse=True)
        canvas.put(0, 0, " " * width, bar)
        beyond = palette.spell(self._beyond())
        room = width - 3 - cell_len(beyond)
        title = palette.spell_parts(content.title)
        if content.filterable:
            title += palette.spell(self._typed(room - len(title)))
        canvas.put(1, 0, fit(title, room), bar)
        canvas.right(width - 1, 0, beyond, palette.role("plain", reverse=True))
        held = self.choices[self.held][:2] if self.choices else None
        for y, row in enumerate(self.rows[self.top : self.top + self._room]):
            x = 2
            for run, text in enumerate(row):
                here = held == (self.top + y, run)
                style = palette.role(text.role, bold=text.bold or here, reverse=here)
                if here:
                    canvas.put(x - 1 if x == 2 else 0, y + 1, "▸", palette.role("cursor"))
                x = canvas.put(x, y + 1, text.text, style)
        if not self.rows:
            nothing = "Nothing has that in its name; esc clears it."
            canvas.put(2, 1, nothing, palette.role("muted"))
            if is_foreign(self.filter):
                canvas.put(2, 2, fit(ADVICE, width - 3), palette.role("plain"))
        return canvas.lines()

    def _typed(self, room: int) -> str:
        """What is typed, or its end where it is too long: there the next letter goes."""
        room = max(room - 5, 1)
        long = len(self.filter) > room
        return f"  /{'…' * long}{self.filter[-room:]}_"

    def _way(self, x: int) -> int:
        """Say which way there is more, where that stands in the title."""
        beyond = self.palette.spell(self._beyond())
        at = x - (self.size.width - 1 - cell_len(beyond))
        if not 0 <= at < cell_len(beyond):
            return 0
        above = self.palette.spell(f"▲ {self.top} more") if self.top else ""
        return -1 if at < cell_len(above) else 1

    def _beyond(self) -> str:
        """Say how many lines there are above and below those in sight."""
        below = len(self.rows) - self.top - self._room
        parts = [
            f"{sign} {lines} more" for sign, lines in (("▲", self.top), ("▼", below)) if lines > 0
        ]
        return "  ".join(parts)


def _broken(row: Row, width: int) -> list[Row]:
    """Break a row that is too long: its last run goes on below, as far in as it began."""
    if not row or width < 12 or sum(cell_len(run.text) for run in row) <= width:
        return [row]
    *before, last = row
    start = sum(cell_len(run.text) for run in before)
    if start > width // 2:  # no room beside the rest: below it, a little in
        opens = last.along or any(run.action for run in before)
        below = (Text("    "), last._replace(along=opens))
        return [*_broken(tuple(before), width), *_broken(below, width)]
    own = len(last.text) - len(last.text.lstrip())
    indent = min(own + 2 if not before else own, width // 2)
    lines = wrap(last.text.strip(), max(width - start - indent, 4))
    first = last._replace(text=" " * own + lines[0])
    opens = last.along or any(run.action for run in row)
    rest = [
        (Text(" " * (start + indent)), last._replace(text=line, action=None, along=opens))
        for line in lines[1:]
    ]
    return [(*before, first), *rest]
