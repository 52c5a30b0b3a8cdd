"""The two widgets a mouse can take hold of: the controls and the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tui_transformer.figure import Field, Figure, Pin
from tui_transformer.render.layout import alone, arrange
from tui_transformer.render.page import PanelCache, draw_page
from tui_transformer.render.panel import cell_in, point_in
from tui_transformer.render.spelled import spelled
from tui_transformer.render.strips import Page
from tui_transformer.ui import actions, parts
from tui_transformer.ui.lines import LineWidget

if TYPE_CHECKING:
    from tui_transformer.session import Session
    from tui_transformer.ui.stage import Stage


class ControlsView(LineWidget):
    """Every control with its gauge; click to choose, click or drag a gauge, turn the wheel."""

    above = 0
    dragging = False

    def draw(self, session: Session) -> None:
        """Draw the controls of a session."""
        lines, self.above = parts.controls(
            session, self.size.width, self.size.height, self.palette, self.above
        )
        self.show(lines)

    @property
    def stage(self) -> Stage:
        """The screen that holds the session."""
        return self.screen  # type: ignore[return-value]

    def _knob_at(self, y: int) -> int | None:
        session = self.stage.session
        at = self.above + y
        return at if session is not None and 0 <= at < len(session.knobs) else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Choose the control; on its gauge, take the value there."""
        at = self._knob_at(int(event.y))
        if at is None:
            self._open_offer(int(event.y))
            return
        self.stage.hold(at)
        if event.x >= parts.gauge_start() - 1:
            self.dragging = True
            self.capture_mouse()
            self._place(int(event.x))

    def _open_offer(self, y: int) -> None:
        """Open the preset under the mouse; a challenge opens the list of them."""
        session = self.stage.session
        if session is None:
            return
        width, height = self.size
        room = height - len(session.knobs) - 1
        offers = parts.offered(session, room, width, self.palette)
        place = y - len(session.knobs) - 1
        number = offers[place].number if 0 <= place < len(offers) else -1
        if 0 <= number < len(session.concept.presets):
            self.stage.change(lambda s: s.preset(number + 1))
        elif number >= 0:
            actions.challenges(self.stage)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the gauge that is held."""
        if self.dragging:
            self._place(int(event.x))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the gauge go."""
        if self.dragging:
            self.dragging = False
            self.release_mouse()

    def _place(self, x: int) -> None:
        room = max(self.size.width - parts.gauge_start() - 2, 1)
        fraction = (x - parts.gauge_start()) / room
        self.stage.change(lambda session: session.place(session.knob, fraction))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Turn the control under the mouse up."""
        self._turn(int(event.y), 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Turn the control under the mouse down."""
        self._turn(int(event.y), -1)

    def _turn(self, y: int, amount: int) -> None:
        at = self._knob_at(y)
        if at is not None:
            self.stage.hold(at)
            self.stage.change(lambda session: session.nudge(amount))


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

    def look(self, figure: Figure) -> None:
        """Make what the page in sight shows of a figure, beside the screen if called there."""
        pages = self._pages(figure)
        for box in pages[min(self.page, len(pages) - 1)]:
            box.panel.complete()

    def _pages(self, figure: Figure) -> tuple[Page, ...]:
        """Lay a figure out, once for each size."""
        width, height = self.size.width - 1, self.size.height
        key, pages = self._arranged
        if key != (figure, width, height, self.palette.ascii):
            key = figure, width, height, self.palette.ascii
            pages = arrange(spelled(figure) if self.palette.ascii else figure, width, height)
            self._arranged = key, pages
        return pages

    def draw(self, figure: Figure, pin: Pin | None) -> None:
        """Draw the page in sight; a newly pinned cell brings its page with it."""
        width, height = self.size.width - 1, self.size.height
        self.pages = self._pages(figure)
        if self.zoomed:
            figure = spelled(figure) if self.palette.ascii else figure
            self.pages = alone(figure, figure.main if pin is None else pin.panel, width, height)
        if pin is not None and pin != self._followed:
            self.page = next(
                (
                    i
                    for i, page in enumerate(self.pages)
                    if any(box.index == pin.panel for box in page)
                ),
                self.page,
            )
        self._followed = pin
        self.page = min(self.page, len(self.pages) - 1)
        self.show(draw_page(self.pages[self.page], width, height, self.palette, pin, self.cache))

    def turn(self, step: int) -> bool:
        """Go to another page; False where there is none."""
        page = min(max(self.page + step, 0), len(self.pages) - 1)
        moved = page != self.page
        self.page = page
        return moved

    @property
    def sign(self) -> str:
        """Say which page is in sight, where there are several."""
        if len(self.pages) < 2:
            return ""
        return f"panels {self.page + 1}/{len(self.pages)}: PgUp PgDn"

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Pin the cell under the mouse, or move the point of a plane there."""
        screen: Stage = self.screen  # type: ignore[assignment]
        session = screen.session
        if session is None:
            return
        x, y = int(event.x), int(event.y)
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
        """Go on to the next page."""
        self.screen.page(1)  # type: ignore[attr-defined]

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go back to the page before."""
        self.screen.page(-1)  # type: ignore[attr-defined]
