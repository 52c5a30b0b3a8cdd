"""The Textual application: one screen, one look at a time."""

from __future__ import annotations

import dataclasses
import gc
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from textual.filter import LineFilter
from textual.screen import Screen

from tui_transformer import kiosk
from tui_transformer.configuration import Configuration
from tui_transformer.progress import Keeper
from tui_transformer.render.palette import ANSI, DARK, LIGHT, PLAIN, Palette, fitting
from tui_transformer.themes import is_known, look
from tui_transformer.ui.instrument import Instrument
from tui_transformer.ui.keymap import Keymap, keymap
from tui_transformer.ui.terminal.at_once import AtOnceApp
from tui_transformer.ui.terminal.cell_diff import CellDiffApp
from tui_transformer.ui.terminal.driver import TerminalDriver
from tui_transformer.ui.terminal.line_filter import VISIBLE
from tui_transformer.ui.terminal.once import OnceApp

if TYPE_CHECKING:
    from tui_transformer.ui.recorder import Recorder
    from tui_transformer.ui.seated import Attend

COLLECTED = (3_000, 10, 10)  # a picture makes as many objects, and hardly any in a circle
LOOKS = (DARK, LIGHT, ANSI)


class TfxApp(CellDiffApp[None], OnceApp[None], AtOnceApp[None]):
    """Runs the instrument."""

    CSS_PATH = "tfx.tcss"
    TITLE = "tfx"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False

    def __init__(
        self,
        link: str,
        keeper: Keeper,
        palette: Palette,
        lesson: str = "",
        keys: Keymap | None = None,
        animated: bool = True,
        record: str = "",
        attend: Attend | None = None,
    ) -> None:
        self._keys, self._animated = keys or Keymap(), animated
        self.keeper = keeper
        self.link = link
        self.lesson, self._record, self._attend = lesson, record, attend
        self.recorder: Recorder | None = None
        super().__init__(driver_class=TerminalDriver)
        self.palette = fitting(palette, self.console.color_system)
        self._textual_theme()
        self.stylesheet.set_variables(self.get_css_variables())

    def _textual_theme(self) -> None:
        """An ansi theme lets the terminal's own colours through; the others stay exact."""
        if self.palette.themed is not None:
            self.theme = self.palette.name
        else:
            own = self.palette.colors != "full"
            self.theme = (
                "ansi-dark" if own else f"textual-{'dark' if self.palette.dark else 'light'}"
            )

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Let no control character through, whichever of Textual's widgets shows it."""
        return [*super().get_line_filters(), VISIBLE]

    def get_default_screen(self) -> Instrument:
        """There is only one."""
        if self._attend is None:
            instrument = Instrument(self.keeper, self.palette, self.link, self.lesson)
        else:
            from tui_transformer.ui.attending import Attending

            instrument = Attending(self.keeper, self.palette, self._attend, self.link, self.lesson)
        if self._record:
            from tui_transformer.ui.recorder import Recorder

            self.recorder = instrument.recorder = Recorder(instrument, self._record)
        instrument.keymap, instrument.player.animated = self._keys, self._animated
        return instrument

    @property
    def instrument(self) -> Instrument:
        """The screen, with its type."""
        assert isinstance(self.screen, Instrument)
        return self.screen

    def next_look(self) -> None:
        """Go from dark to light to the terminal's own colours, from a theme to the first."""
        names = [palette.name for palette in LOOKS]
        at = names.index(self.palette.name) if self.palette.name in names else -1
        self.wear(names[(at + 1) % len(LOOKS)])

    def wear(self, name: str) -> None:
        """Take a look by its name, and remember it."""
        wanted = look(name)
        if self.palette.colors == "none":
            self.instrument.say("NO_COLOR is set: colours stay off.")
            return
        fits = fitting(wanted, self.console.color_system)
        if fits.colors != wanted.colors:
            self.instrument.say("This terminal has sixteen colours: they are all its own.")
            return
        self.palette = dataclasses.replace(fits, ascii=self.palette.ascii)
        self._textual_theme()
        self.keeper.update(dataclasses.replace(self.keeper.progress, theme=name))
        self.instrument.repaint(self.palette)
        fewer = wanted.themed is not None and fits.themed is None
        self.instrument.say(f"Look: {name}{', in the 256 colours of this terminal' * fewer}.")

    def to_shell(self) -> None:
        """Stop until the shell wakes the program again; the clock does not run meanwhile."""
        if self._driver is None or not self._driver.can_suspend:
            self.instrument.say("There is no shell to go back to.")
            return
        self.instrument.player.stop()
        self.instrument.draw_soon()
        self.action_suspend_process()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Hold back what Textual paints before the first picture is complete."""
        if self.revealed:
            super()._display(screen, renderable)
            session = self.instrument.session
            if session is None or session.ready:
                kiosk.computed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Of the actions that come with Textual, such as a screenshot, keep only leaving."""
        return action == "quit"

    def reveal(self, complete: bool) -> None:
        """Show the first picture as one, instead of blank screens that fill up."""
        if complete and not self.revealed:
            self.revealed = True
            self.screen.refresh()
            if not gc.isenabled():  # it was left out while everything was loaded
                gc.freeze()  # nothing of that becomes garbage, and is not searched again
                gc.set_threshold(*COLLECTED)
                gc.enable()
            if self.instrument.session is None:
                self.instrument.load_soon()


def choose_palette(theme: str | None, remembered: str, ascii_only: bool) -> Palette:
    """Decide on a look: asked for, forced by the environment, remembered, or fitting."""
    if "NO_COLOR" in os.environ:
        palette = PLAIN
    elif theme or is_known(remembered):
        palette = look(theme or remembered)
    else:
        palette = DARK
    return dataclasses.replace(palette, ascii=ascii_only)


def build(
    link: str,
    theme: str | None,
    ascii_only: bool,
    state: Path | None,
    lesson: str = "",
    configuration: Configuration | None = None,
    fits: str = "",
    record: str = "",
    attend: Attend | None = None,
) -> TfxApp:
    """Make the application with what is remembered and configured; else in the look that `fits`."""
    configured = configuration or Configuration()
    keys = keymap(configured.keys)
    keeper = Keeper(state)
    palette = choose_palette(theme or configured.theme, keeper.progress.theme or fits, ascii_only)
    return TfxApp(link, keeper, palette, lesson, keys, configured.animations, record, attend)
