"""What a mouse can take hold of: the controls, the figure, and where its pages are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events

from tui_transformer.figure import Figure, Pin, same
from tui_transformer.panels import Field
from tui_transformer.render.canvas import Lines
from tui_transformer.render.layout import alone, arrange
from tui_transformer.render.page import PanelCache, draw_page, working_lines
from tui_transformer.render.panel import beyond_in, cell_in, point_in
from tui_transformer.render.spelled import spelled
from tui_transformer.render.strips import Page, reading_order
from tui_transformer.ui import actions
from tui_transformer.ui.column import column
from tui_transformer.ui.control_line import GAUGE
from tui_transformer.ui.lines import LineWidget
from tui_transformer.ui.page_sign import signed
from tui_transformer.ui.spots import Spot

if TYPE_CHECKING:
    from tui_transformer.session import Session
    from tui_transformer.ui.keyboard import Desk
    from tui_transformer.ui.stage import Stage


class ControlsView(LineWidget):
    """Every control with its gauge; click to choose, click or drag a gauge, turn the wheel."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.tells_task = False  # whether a task to be done stands below the controls
        self._above = 0
        self._spots: tuple[Spot, ...] = ()
        self._drawn: tuple[object, ...] = ()  # what was held when it was drawn
        self._dragged: int | None = None  # the column up to which a gauge was dragged
        self._fine = False  # whether by fine steps

    def draw(self, session: Session) -> None:
        """Draw the controls of a session; what is held comes in sight when it is another."""
        held = (session.concept.id, session.at, session.inside, self.size)
        drawn = column(session, *self.size, self.palette, self._above, held != self._drawn)
        self._drawn, self._above, self._spots = held, drawn.above, drawn.spots
        self.tells_task = drawn.tells_task
        keymap = cast("Desk", self.screen).keymap
        self.show(keymap.redrawn(drawn.lines, self.palette.role("key")))

    @property
    def stage(self) -> Stage:
        """The screen that holds the session."""
        return self.screen  # type: ignore[return-value]

    def _spot(self, event: events.MouseEvent) -> Spot | None:
        """Find what is drawn under the mouse."""
        x, y = int(event.x), int(event.y)
        return next((s for s in self._spots if s.y == y and s.start <= x < s.end), None)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Do what is written there; on a gauge, take the value there."""
        spot = self._spot(event)
        if spot is None or self.stage.session is None:
            return
        match spot.does:
            case "close":
                self.stage.change(lambda session: session.close())
            case "preset":
                self.stage.change(lambda session: session.preset(spot.number))
            case "tasks":
                actions.challenges(self.stage)
            case "scroll":
                self._scroll(spot.number)
            case "word" if spot.number == self.stage.session.at:
                self._next_word()
            case _:
                self.stage.hold(spot.number)
        if spot.does == "flip":
            self.stage.change(lambda session: session.flip())
        if spot.does == "gauge":
            self._dragged, self._fine = int(event.x), event.shift
            self.capture_mouse()
            if not self._fine:
                self._place(int(event.x))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the gauge that is held: to the mouse, or with shift by a fine step a column."""
        if self._dragged is None:
            return
        x = int(event.x)
        if self._fine:
            self._turn(x - self._dragged, fine=True)
        else:
            self._place(x)
        self._dragged = x

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the gauge go."""
        if self._dragged is not None:
            self._dragged = None
            self.release_mouse()

    def _next_word(self) -> None:
        """Go on to the next word of a choice, from its last to its first; a text is typed."""
        session = self.stage.session
        if session is not None and session.knob.control.kind == "text":
            self.stage.type_value()
        elif session is not None and session.nudge(1).model is not session.model:
            self._turn(1, fine=False)
        else:
            self._turn(-1000, fine=False)

    def _place(self, x: int) -> None:
        room = max(self.size.width - GAUGE - 2, 1)
        self.stage.change(lambda session: session.place(session.knob, (x - GAUGE) / room))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Turn the number under the mouse up, or scroll."""
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Turn the number under the mouse down, or scroll."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, amount: int) -> None:
        spot = self._spot(event)
        if spot is not None and spot.does in ("gauge", "word", "cell", "flip"):
            self.stage.hold(spot.number)
            self._turn(amount, event.shift)
        else:
            self._scroll(-amount)

    def _turn(self, amount: int, fine: bool) -> None:
        """Turn what is held by whole steps, or by the finest that it has."""
        if amount:
            self.stage.change(lambda s: s.nudge(amount * (s.knob.control.fine if fine else 1.0)))

    def _scroll(self, rows: int) -> None:
        """Show other rows, where not all are in sight."""
        self._above = max(self._above + rows, 0)
        self.stage.draw_soon()


WHEEL = 3  # rows of a table that a turn goes on by


class FigureView(LineWidget):
    """The panels, page by page; click a number to pin it, click in a plane to move a point."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cache = PanelCache()
        self.pages: tuple[Page, ...] = ((),)
        self.page = 0
        self._followed: Pin | None = None
        self._arranged: tuple[object, tuple[Page, ...]] = (None, ())
        self.zoomed = False
        self.held: int | None = None  # a panel that stays in sight, whatever is pinned
        self.sign = ""
        self._turns: dict[int, int] = {}  # where the keys for other pages are written
        self._drawn: tuple[Figure | None, Lines] = (None, [])  # the last picture, unsigned

    def look(self, figure: Figure) -> None:
        """Make what the page in sight shows of a figure, beside the screen if called there."""
        pages = self._pages(figure)
        for box in pages[min(self.page, len(pages) - 1)]:
            box.panel.complete()

    def _pages(self, figure: Figure) -> tuple[Page, ...]:
        """Lay a figure out, once for each size."""
        size = self.size
        width, height = size.width - 1, size.height
        key, pages = self._arranged
        if key != (figure, width, height, self.palette.ascii):
            key = figure, width, height, self.palette.ascii
            pages = arrange(spelled(figure) if self.palette.ascii else figure, width, height)
            self._arranged = key, pages
        return pages

    def draw(self, figure: Figure, pin: Pin | None, follow: bool = False) -> None:
        """Draw the page in sight; a newly pinned cell brings its page with it.

        To `follow` is to turn to what has changed, where nothing has on the page in sight.
        """
        width, height = self.size.width - 1, self.size.height
        self.pages = self._pages(figure)
        if self.zoomed:
            figure = spelled(figure) if self.palette.ascii else figure
            self.pages = alone(figure, figure.main if pin is None else pin.panel, width, height)
        wanted = pin.panel if pin is not None and pin != self._followed else None
        wanted, follow = (wanted, follow) if self.held is None else (self.held, False)
        self.page = next(
            (i for i, page in enumerate(self.pages) if any(box.index == wanted for box in page)),
            self.page,
        )
        self._followed = pin
        self.page = min(self.page, len(self.pages) - 1)
        lines = draw_page(self.pages[self.page], width, height, self.palette, pin, self.cache)
        before, drawn = self._drawn
        if follow and before is not None and before is not figure and lines == drawn:
            self.page = self._changed(before, figure)
            lines = draw_page(self.pages[self.page], width, height, self.palette, pin, self.cache)
        self._drawn = figure, [*lines]
        there = len(self.pages)
        self.sign, self._turns = signed(lines, self.page, there, self.size.width, self.palette)
        self.show(lines)

    def formula(self, session: Session, width: int) -> Lines:
        """Draw how the pinned number came about, or the figure's own, in a width."""
        return working_lines(session.working, width, self.palette, margin=1)

    def _changed(self, before: Figure, now: Figure) -> int:
        """The first page with a panel that looks different; the one in sight where none does."""
        if len(before.panels) != len(now.panels):
            return self.page
        for at, page in enumerate(self.pages):
            if any(not same(before.panels[b.index], now.panels[b.index]) for b in page):
                return at
        return self.page

    def order(self) -> tuple[int, ...]:
        """List the panels as they are read: page by page, from the top, from the left."""
        return reading_order(self._arranged[1])

    def in_sight(self, pin: Pin | None) -> int:
        """Name a panel of the page in sight: the pinned one, else the first."""
        shown = [box.index for box in self.pages[min(self.page, len(self.pages) - 1)]]
        pinned = pin is not None and pin.panel in shown
        return pin.panel if pin is not None and pinned else min(shown, default=0)

    def turn(self, step: int) -> bool:
        """Go to another page; False where there is none."""
        self.held = None
        page = min(max(self.page + step, 0), len(self.pages) - 1)
        moved = page != self.page
        self.page = page
        return moved

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Pin the cell under the mouse, or move the point of a plane there."""
        screen: Stage = self.screen  # type: ignore[assignment]
        session = screen.session
        if session is None:
            return
        x, y = int(event.x), int(event.y)
        for start, step in self._turns.items():
            if y == 0 and start <= x < start + len("PgDn"):
                actions.page(screen, step)
                return
        for box in self.pages[self.page]:
            cell = cell_in(box, x, y, session.pin)
            if cell is not None:
                pin = Pin(box.index, *cell)
                screen.change(lambda s, pin=pin: s.pin_cell(pin))  # type: ignore[misc]
                return
            point = point_in(box, x, y)
            if point is not None and isinstance(box.panel, Field) and box.panel.sets:
                changes = {box.panel.sets: (round(point[0], 2), round(point[1], 2))}
                screen.change(lambda s, c=changes: s.set(**c))  # type: ignore[misc]
                return

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go on to rows that are hidden below, or to the next page."""
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go back to rows that are hidden above, or to the page before."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, way: int) -> None:
        if (screen := cast("Desk", self.screen)).session is None:
            return
        for box in self.pages[min(self.page, len(self.pages) - 1)]:
            pin = beyond_in(box, int(event.x), int(event.y), screen.session.pin, way * WHEEL)
            if pin is not None:
                screen.change(lambda s, pin=pin: s.pin_cell(pin))  # type: ignore[misc]
                return
        if screen.page(way):
            screen.draw_soon()
