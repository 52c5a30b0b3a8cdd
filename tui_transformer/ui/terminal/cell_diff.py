"""An app that sends its terminal the cells that change, instead of the regions that were drawn."""

import os
from typing import Any, Final

from rich.color import ColorSystem
from rich.console import RenderableType
from rich.control import Control
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, ReturnType
from textual.driver import Driver
from textual.screen import Screen

from tui_transformer.ui.terminal.painter import Painter, pieces

# A frame of this length travels in one network packet: no terminal shows half of
# it, so it needs no brackets that say where a frame begins and ends.
_ONE_PACKET: Final = 1200
_NO_CURSOR_NO_WRAPPING: Final = "\x1b[?25l\x1b[?7l"
_PLAIN: Final = "\x1b]8;;\x1b\\\x1b[m"


class CellDiffApp(App[ReturnType]):
    """An app whose frames are compared, cell by cell, with what the terminal shows already.

    `TFX_CELL_DIFF=0` in the environment leaves the drawing to Textual. So does the first fault
    found here, which is kept in `cell_diff_fault`. A terminal that does not keep up (which the
    driver says, in `behind`) misses frames, and gets the newest one from `catch_up`; one that is
    far away is asked after each (`ask_after`), and on a `slow` line colours are coarse.
    """

    cell_diff_fault: Exception | None = None
    _missed_frame = False
    _diffs_cells = os.environ.get("TFX_CELL_DIFF") != "0"
    _painter: Painter | None = None

    def redraw(self) -> None:
        """Send the whole screen again, as if nothing were known of what the terminal shows."""
        if self._painter is not None:
            self._painter.forget()
        if self._driver is not None and self._running and not self.is_headless:
            self._driver.write(_NO_CURSOR_NO_WRAPPING)
        self._missed_frame = True
        self.catch_up()

    def catch_up(self) -> None:
        """Send what the terminal has missed, if it has."""
        if self._missed_frame and self._running and self._screen_stack:
            self._missed_frame = False
            self.screen.refresh()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send a frame, in the place of Textual's method of this name."""
        driver = self._driver
        if driver is None or not self._can_send(driver, renderable):
            super()._display(screen, renderable)
            return
        if getattr(driver, "behind", False):
            self._missed_frame = True
        elif (frame := self._frame(driver, renderable)) is None:
            super()._display(screen, renderable)
            return
        elif frame:
            self._send(driver, frame)
        self.post_display_hook()

    def _can_send(self, driver: Driver, renderable: RenderableType | None) -> bool:
        """Say whether this frame is to be sent at all, and is one that covers a terminal."""
        return (
            isinstance(renderable, LayoutUpdate | ChopsUpdate)
            and not (self._batch_count or self._closed)
            and self._running
            and not (self.is_headless or driver.is_inline)
        )

    def _frame(self, driver: Driver, update: Any) -> str | None:
        """Return the bytes for a frame, or None where Textual is to draw it."""
        if not self._diffs_cells:
            return None
        try:
            if self._painter is None:
                self._painter = Painter(self.console._color_system or ColorSystem.TRUECOLOR)
            self._painter.coarse = getattr(driver, "slow", False)
            keeps_pen = getattr(driver, "keeps_pen", False)
            return self._painter.paint(pieces(update), self.size, plain=not keeps_pen)
        except Exception as fault:
            self.cell_diff_fault = fault
            self._diffs_cells = False
            driver.write(_PLAIN)
            return None

    def painted(self) -> str:
        """Return the bytes of the whole screen, whether there is a terminal or not."""
        assert self._driver is not None
        return self._frame(self._driver, self.screen._compositor.render_full_update()) or ""

    def _send(self, driver: Driver, frame: str) -> None:
        # The cursor is hidden, but where it is an input method shows its candidates.
        if hasattr(self.focused, "cursor_screen_offset"):
            place = self.screen.outer_size.clamp_offset(self.cursor_position)
            frame += Control.move_to(*place).segment.text
        if self._sync_available and len(frame) > _ONE_PACKET:
            frame = f"{SYNC_START}{frame}{SYNC_END}"
        if ask := getattr(driver, "ask_after", None):
            frame += ask(frame)
        driver.write(frame)
        driver.flush()
