"""The one screen of the program: a session, or a sheet over it.

A key becomes a change of the session; the screen is then drawn from the session as it is.
Keys that come faster than pictures are all applied, and drawn once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.content import Content as PlainContent
from textual.screen import Screen
from textual.widget import Widget

from tui_transformer.render.canvas import Lines
from tui_transformer.render.palette import Palette
from tui_transformer.state import Keeper
from tui_transformer.ui import actions, keyboard, parts
from tui_transformer.ui.contents import connection_words, contents
from tui_transformer.ui.entry import EntryLine
from tui_transformer.ui.lines import LineWidget
from tui_transformer.ui.player import Player
from tui_transformer.ui.sheet import Action, Content, Sheet, Text
from tui_transformer.ui.worker import PATIENCE, FigureWorker

if TYPE_CHECKING:
    from tui_transformer.session import Session
    from tui_transformer.ui.app import TfxApp
    from tui_transformer.ui.views import ControlsView, FigureView

SMALL = 80  # columns below which a sentence may need two lines
COMFORTABLE = 100  # columns from which the controls get longer gauges
LOAD_AFTER = 0.3  # seconds until what draws is loaded: the map comes first


class Instrument(Screen[None]):
    """Holds the session of every concept that was opened, and shows one of them."""

    AUTO_FOCUS = ""

    def __init__(self, keeper: Keeper, palette: Palette, link: str = "") -> None:
        super().__init__()
        self.keeper = keeper
        self.palette: Palette = palette
        self.link = link
        self.player: Player = Player(self)
        self.worker = FigureWorker(self._draw_when_done)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.session: Session | None = None
        self.sessions: dict[str, Session] = {}
        self.trail: list[str] = []
        self.hinted: set[tuple[str, int]] = set()
        self.advised = False  # how to leave with a keyboard that has no Latin letters
        self.explained_last = False  # whether the explanation was opened after the pin
        self._waiting = False
        self._arriving = False
        self._message = keeper.complain()
        self._formula: Lines = []

    # ── parts ──────────────────────────────────────────────────────────────────────────

    def compose(self) -> ComposeResult:
        """Start with the sheet alone, or with the whole instrument."""
        self._fit(self.app.size.width)
        if self.link:
            yield from self._instrument()
        yield Sheet(id="sheet")
        yield EntryLine(id="entry")
        yield LineWidget(id="footer")

    def _instrument(self) -> Iterator[Widget]:
        from tui_transformer.ui.body import Body
        from tui_transformer.ui.views import ControlsView, FigureView

        yield LineWidget(id="title")
        yield LineWidget(id="says")
        yield Body(ControlsView(id="controls"), FigureView(id="figure"), LineWidget(id="prose"))
        yield LineWidget(id="formula")
        yield LineWidget(id="status")

    def on_resize(self, event: events.Resize) -> None:
        """Lay the parts out for another width."""
        self._fit(event.size.width)

    def _fit(self, width: int) -> None:
        """Choose a layout; Textual's breakpoints would lay everything out twice at the start."""
        self.set_class(width < SMALL, "-small")
        self.set_class(width >= COMFORTABLE, "-comfortable")
        self.set_class(width >= actions.WIDE, "-wide")

    def on_mount(self) -> None:
        """Open what the command line asked for, or the map."""
        self._loop = asyncio.get_running_loop()
        self._give_colours(self.palette)
        if self.link:
            self._open_first(self.link)
        else:
            actions.show_map(self)
            self.set_timer(LOAD_AFTER, self._load_ahead)

    def _open_first(self, link: str) -> None:
        from tui_transformer.controls import BadValue

        try:
            self.open_link(link)
        except BadValue as problem:
            self.refuse(str(problem))

    def _load_ahead(self) -> None:
        """Load NumPy and what draws while the person reads the map."""
        from threading import Thread

        def load() -> None:
            import tui_transformer.session
            import tui_transformer.ui.views  # noqa: F401

        Thread(target=load, daemon=True).start()

    @property
    def sheet(self) -> Sheet:
        """The sheet over the figure."""
        return self.query_one("#sheet", Sheet)

    @property
    def entry(self) -> EntryLine:
        """The line to type in."""
        return self.query_one("#entry", EntryLine)

    @property
    def figure_view(self) -> FigureView:
        """The panels."""
        return cast("FigureView", self.query_one("#figure"))

    @property
    def controls_view(self) -> ControlsView:
        """The controls."""
        return cast("ControlsView", self.query_one("#controls"))

    def _line(self, name: str) -> LineWidget:
        return self.query_one(f"#{name}", LineWidget)

    # ── opening ────────────────────────────────────────────────────────────────────────

    def open_link(self, command: str) -> None:
        """Open the state that a command line describes; raises BadValue where it cannot be."""
        from tui_transformer.link import open_command
        from tui_transformer.session import Session

        session = Session(*open_command(command))
        self.open(session.concept.id, session)

    def open(self, concept_id: str, session: Session | None = None) -> None:
        """Open a concept where the person left it, or in a given state."""
        if self.session is not None and self.session.concept.id != concept_id:
            self.trail.append(self.session.concept.id)
        self.enter(concept_id, session)

    def enter(self, concept_id: str, session: Session | None = None) -> None:
        """Show a concept, without a way back to the one before."""
        session = session or self.sessions.get(concept_id) or self._opened(concept_id)
        if session is None:
            return
        session = session.with_stars(self.keeper.progress.goals_of(concept_id))
        self.player.halt()
        self.session = session
        self.change(lambda session: session)
        self.player.follow()
        self.keeper.update(self.keeper.progress.visit(concept_id))
        self.sheet.close()
        if not self.query("#body"):
            self.mount(*self._instrument(), before="#sheet")
            self._give_colours(self.palette)
        self._arriving = True
        self.draw_soon()

    def _opened(self, concept_id: str) -> Session | None:
        """Open a concept anew; where its weights cannot be used, say so instead."""
        from tui_transformer.concepts import load
        from tui_transformer.controls import BadValue
        from tui_transformer.session import Session

        try:
            return Session.open(load(concept_id))
        except BadValue as problem:
            self.refuse(str(problem))
            return None

    def refuse(self, sentence: str) -> None:
        """Say why something cannot be opened, where the person is looking."""
        if self.session is None:
            self.show_sheet(Content("tfx", lambda width, typed: [(Text(sentence),)]))
        else:
            self.say(sentence)

    def _arrive(self) -> None:
        """Do what is done once for every concept that is opened."""
        if self.session is not None:
            self._line("title").tooltip = PlainContent(connection_words(self.session.concept.id))
            self.figure_view.page = 0
            self._arriving = False
            if self._message:
                self.session, self._message = self.session.say(self._message), ""

    # ── the life of a change ───────────────────────────────────────────────────────────

    def change(self, change: Callable[[Session], Session]) -> None:
        """Move to another session; the one and only way anything here changes."""
        if self.session is not None:
            session = change(self.session)
            self.session = session if self.app.is_headless else session.within_reach()
            if self.session.playing and not self.player.running:
                self.player.follow()
            self.draw_soon()

    def say(self, text: str) -> None:
        """Put one line in the status bar."""
        if self.session is None:
            self._message = text
        self.change(lambda session: session.say(text))

    def draw_soon(self) -> None:
        """Draw once all waiting keys have been applied."""
        if not self._waiting:
            self._waiting = True
            self.call_later(self._draw_now)

    def _draw_now(self) -> None:
        self._waiting = False
        if not self.app.is_running:
            return  # it is being taken apart, and what would be drawn on may be gone
        try:
            self.draw()
        except MemoryError:
            session = cast("Session", self.session)
            if not session.before and session.model.same(session.concept.model()):
                raise
            self._step_back(session.undo() if session.before else session.reset())

    def _step_back(self, session: Session) -> None:
        """Return to a state before, where a picture needs more memory than there is."""
        self.session = session.say("That needs more memory than there is; this was before.")
        self.player.stop()
        self.draw_soon()

    def draw(self) -> None:
        """Draw everything from the session; parts that look the same are left alone."""
        self.draw_footer()
        if self.session is not None and self.figure_view.size.width:
            self._draw_session()
        complete = self.sheet.display or self.session is not None
        cast("TfxApp", self.app).reveal(complete and self.size.width > 0)

    def _draw_session(self) -> None:
        from tui_transformer.render.page import working_lines

        if self._arriving:
            self._arrive()
        if not self._ready():
            return
        session, width, palette = self._noticed(), self.size.width, self.palette
        small = parts.too_small(width, self.size.height)
        shown = session.say(small) if small and not session.said else session
        self.figure_view.draw(session.figure, session.pin)
        self.controls_view.draw(session)
        self._line("title").show(parts.title(session, width, palette))
        says = parts.sentence(session, width, palette)
        self.set_class(len(says) > 1, "-long")
        self._line("says").show(says)
        self._formula = working_lines(session.working, width, palette, margin=1)
        self._show_below(parts.status(shown, width, palette, self.figure_view.sign))
        self._draw_prose(session)

    def _show_below(self, status: Lines) -> None:
        """Show formula and status; what is said on more than one line lies over the formula."""
        lower = (self._formula + status)[-parts.LOWER :]
        self._line("formula").show(lower[:-1])
        self._line("status").show(lower[-1:])

    def _ready(self) -> bool:
        """Say whether the figure is there; while it is computed, only controls and status move."""
        session = cast("Session", self.session)
        patience = PATIENCE if self.player.keys_come or not session.playing else 0.0
        if self.worker.ready(session, None if self.app.is_headless else patience):
            return True
        self.controls_view.draw(session)
        if session.playing:
            return False
        self._show_below(
            parts.status(session.say("… computing"), self.size.width, self.palette, "")
        )
        return False

    def _draw_when_done(self) -> None:
        """Called by the worker's thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the program has ended meanwhile
                self._loop.call_soon_threadsafe(self.draw_soon)

    def on_unmount(self) -> None:
        """Compute nothing more that nobody would see."""
        self.worker.stop()
        self._loop = None

    def _noticed(self) -> Session:
        """See whether a challenge has just been met, and remember where the person is."""
        session = cast("Session", self.session)
        self.session = session.noticed()
        concept = session.concept
        self.sessions[concept.id] = self.session
        progress = self.keeper.progress
        for i in self.session.solved - session.solved:
            progress = progress.solve(concept.id, concept.challenges[i].goal)
        self.keeper.update(progress)
        if complaint := self.keeper.complain():
            self.session = self.session.say(complaint)
        return self.session

    def _draw_prose(self, session: Session) -> None:
        """Show the explanation beside the figure, where there is room."""
        prose = self._line("prose")
        if prose.display and prose.size.width and self.has_class("-explained"):
            from tui_transformer.ui.beside import prose_lines

            prose.show(prose_lines(session, prose.size.width, prose.size.height, self.palette))

    def draw_footer(self) -> None:
        """Show the keys that matter now."""
        keys = keyboard.shown(self)
        self._line("footer").show(parts.footer(keys, self.size.width, self.palette))

    # ── keys and mouse ─────────────────────────────────────────────────────────────────

    def on_key(self, event: events.Key) -> None:
        """Hear a key."""
        event.stop()
        event.prevent_default()
        self.player.key()
        keyboard.press(self, event)

    def on_paste(self, event: events.Paste) -> None:
        """Hear a paste."""
        event.stop()
        keyboard.paste(self, event.text)

    def on_click(self, event: events.Click) -> None:
        """Choose what is clicked on a sheet."""
        if self.sheet.display and event.widget is self.sheet:
            self.choose(self.sheet.choice_at(int(event.x), int(event.y)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll the sheet."""
        if self.sheet.display:
            self.sheet.scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll the sheet back."""
        if self.sheet.display:
            self.sheet.scroll(-3)

    def hold(self, at: int) -> None:
        """Take hold of a knob by its place."""
        self.change(lambda session: session.choose(at - session.at))

    def page(self, step: int) -> None:
        """Show other panels."""
        if self.session is not None and self.figure_view.turn(step):
            self.draw_soon()

    # ── typing ─────────────────────────────────────────────────────────────────────────

    def type_value(self) -> None:
        """Open the line to type a value for the held control."""
        if self.session is not None:
            self.entry.open(*self.session.asks())
            self.draw_footer()

    def take_value(self) -> None:
        """Take what was typed; what cannot be used gets a sentence, and nothing changes."""
        from tui_transformer.controls import BadValue

        if self.session is None:
            return
        try:
            session = self.session.answer(self.entry.typed.text)
        except BadValue as problem:
            self.entry.complain(str(problem))
            return
        self.close_entry()
        self.change(lambda _: session)

    def close_entry(self) -> None:
        """Stop typing."""
        self.entry.close()
        self.draw_footer()

    # ── sheets ─────────────────────────────────────────────────────────────────────────

    def show_sheet(self, content: Content) -> None:
        """Lay a sheet over the figure."""
        self.player.stop()
        self.sheet.open(content)
        self.draw_footer()

    def close_sheet(self) -> None:
        """Take the sheet away; the map with nothing behind it stays."""
        if self.session is not None:
            self.sheet.close()
        elif not self.sheet.is_first:
            self.sheet.open(contents(self.keeper.progress))
        self.draw_footer()

    def choose(self, action: Action | None) -> None:
        """Do what a line of a sheet stands for."""
        if action is not None:
            if self.session is not None:
                self.sheet.close()
            action(self)
            self.draw_footer()

    # ── the rest of the program ────────────────────────────────────────────────────────

    def quit(self) -> None:
        """Leave the program."""
        self.app.exit()

    def redraw(self) -> None:
        """Draw every cell again, for a terminal that somebody else has written to."""
        cast("TfxApp", self.app).redraw()

    def next_look(self) -> None:
        """Change the colours, and remember them."""
        cast("TfxApp", self.app).next_look()

    def _give_colours(self, palette: Palette) -> None:
        self.palette = palette
        for widget in self.query(LineWidget):
            widget.palette = palette

    def repaint(self, palette: Palette) -> None:
        """Draw everything in other colours."""
        self._give_colours(palette)
        self.sheet.draw()
        self.entry.draw()
        self.draw()
        self.refresh()
