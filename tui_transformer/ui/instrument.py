"""The one screen of the program: a session, or a sheet over it.

A key becomes a change of the session; the screen is then drawn from the session as it is.
Keys that come faster than pictures are all applied, and drawn once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from textual import events

from tui_transformer.progress import Keeper
from tui_transformer.render.palette import Palette
from tui_transformer.ui import actions, keyboard
from tui_transformer.ui.contents import contents
from tui_transformer.ui.frame import Frame
from tui_transformer.ui.opened import Opened
from tui_transformer.ui.picture import Picture
from tui_transformer.ui.player import Player
from tui_transformer.ui.stage import Action, Command, Content, Program, Text
from tui_transformer.ui.teacher import Teacher
from tui_transformer.ui.worker import PATIENCE, FigureWorker
from tui_transformer.visits import Visits

if TYPE_CHECKING:
    from tui_transformer.session import Session
    from tui_transformer.ui.recorder import Recorder


class Instrument(Frame):
    """Holds the session of every concept that was opened, and shows one of them."""

    def __init__(self, keeper: Keeper, palette: Palette, link: str = "", lesson: str = "") -> None:
        super().__init__(palette, whole=bool(link or lesson))
        self.keeper = keeper
        self._visits = Visits(self, keeper)
        self.teacher = Teacher(self, keeper)
        self.session: Session | None = None
        self.hinted: set[tuple[str, int]] = set()
        self.recorder: Recorder | None = None
        self.advised: set[str] = set()  # keys of which was said that they do nothing
        self.opened = Opened(self)
        self._link, self._lesson = link, lesson
        self._picture = Picture(self)
        self.player = Player(self)
        self._worker = FigureWorker(self._draw_when_done, self._picture.tell)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting = self._arriving = False
        self._message = keeper.complain()

    def on_mount(self) -> None:
        """Open what the command line asked for, or the map."""
        self._loop = asyncio.get_running_loop()
        self.give_colours(self.palette)
        if self._lesson:
            self.teacher.learn(self._lesson)
        elif self._link:
            self.refuse(self._visits.follow(self._link))
        elif self.seat is None or not self.seat.held:
            actions.show_map(self)

    # ── opening ────────────────────────────────────────────────────────────────────────

    def open(self, concept_id: str, asking: bool = False) -> None:
        """Open a concept where the person left it; `asking`, its lesson until that is learnt."""
        if not (asking and self.teacher.begin_at(concept_id)):
            self._visits.open(concept_id)

    def follow(self, command: str) -> None:
        """Open the state that was typed; where it cannot be, say why beside what was typed."""
        from tui_transformer.ui.sheets import go_to

        if problem := self._visits.follow(command):
            content = go_to(self.session, self.commands, refused=(command, problem))
            self.show_sheet(content, typed=command)

    def back(self) -> bool:
        """Return to the concept before; False where there is none."""
        return self._visits.back()

    def arrive(self, session: Session) -> None:
        """Open a state for free play."""
        self._visits.arrive(session)

    def enter(self, session: Session) -> None:
        """Show a concept in a state; a lesson that is not in this state ends."""
        self.player.halt()
        self.teacher.entered(session)
        self.session = session
        self.change(lambda session: session)
        self.player.follow()
        self.sheet.close()
        self.complete()
        self._arriving = True
        self.draw_soon()

    def refuse(self, sentence: str) -> None:
        """Say why something cannot be opened, where the person is looking."""
        if sentence and self.session is None:
            self.show_sheet(Content("tfx", lambda width, typed: [(Text(sentence),)]))
        elif sentence:
            self.say(sentence)

    # ── the life of a change ───────────────────────────────────────────────────────────

    def change(self, change: Callable[[Session], Session]) -> None:
        """Move to another session; the one and only way anything here changes."""
        if self.session is not None:
            self.session = change(self.session).from_nearest()
            self.teacher.changed(self.session)
            self.opened.note()
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
            # The first picture waits for Textual, which lays out what it is drawn on.
            (self.soon if self.program.revealed else self.call_later)(self._draw_now)

    def _draw_now(self) -> None:
        self._waiting = False
        if not self.app.is_running:
            return None  # it is being taken apart, and what would be drawn on may be gone
        if self.session is not None and not self.is_complete:
            return self.draw_soon()  # its parts come a moment later
        try:
            self.direct.display(self.draw)
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
        """Draw everything from the session."""
        if self.session is not None and self.is_complete and self.figure_view.size.width:
            if self._arriving:
                self._arriving = False
                self.arrived(self.session.concept.id)
                self.session = self.session.say(self._message or self.session.said)
                self._message = ""
            self._draw_session(self.session)
        self.draw_footer()  # which says what can be done with the figure, once that is there
        complete = self.sheet.display or self.session is not None
        self.program.reveal(complete and self.size.width > 0)

    def _draw_session(self, session: Session) -> None:
        self.set_class(session.fold is not None, "-inside")
        patience = PATIENCE if self.player.keys_come or not session.playing else 0.0
        ready = self._worker.ready(session, patience, self.figure_view.look)
        self.set_class(self.learning, "-lesson")
        if self.teacher.run is not None and ready:
            self._picture.draw_lesson(self.teacher.run)
        elif ready:
            self.session = self._visits.note(session)
            self._picture.draw(self.session)
        else:
            self._picture.draw_waiting(session)

    def _draw_when_done(self) -> None:
        """Called by the worker's thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the program has ended meanwhile
                self._loop.call_soon_threadsafe(self.draw_soon)

    def on_unmount(self) -> None:
        """Compute nothing more that nobody would see."""
        self._worker.stop()
        self._loop = None

    def draw_footer(self) -> None:
        """Show the keys that matter now."""
        self.footer.tell(keyboard.shown(self), self.size.width)

    # ── keys and mouse ─────────────────────────────────────────────────────────────────

    def on_key(self, event: events.Key) -> None:
        """Hear a key."""
        event.stop().prevent_default()
        self.player.key()
        keyboard.press(self, event)

    def on_paste(self, event: events.Paste) -> None:
        """Hear a paste."""
        event.stop()
        keyboard.paste(self, event.text)

    def hold(self, at: int) -> None:
        """Take hold of a knob by its place; the fold that it is in opens."""
        self.change(lambda session: session.hold(at))

    def page(self, step: int) -> bool:
        """Show other panels; False where there are none."""
        return self.session is not None and self.is_complete and self.figure_view.turn(step)

    # ── typing ─────────────────────────────────────────────────────────────────────────

    def type_value(self) -> None:
        """Open the line to type a value for the held control; a fold is opened first."""
        if self.session is not None and self.session.closed:
            self.change(lambda session: session.unfold())
        elif self.session is not None:
            self.entry.open(*self.session.asks())
            self.draw_footer()

    def close_entry(self) -> None:
        """Stop typing."""
        self.entry.close()
        self.draw_footer()

    # ── sheets ─────────────────────────────────────────────────────────────────────────

    def explain_beside(self, shown: bool) -> None:
        """Show the explanation beside the figure or below it, or take it away."""
        self.reading = 0
        self.set_class(shown, "-explained")
        self.opened.note()

    def read_on(self) -> bool:
        """Show the next page of the explanation below; False where there is none."""
        from tui_transformer.ui.beside import pages

        if self.session is None or self.wide:
            return False
        many = len(pages(self.session, self.size.width, self.palette))
        on = self.explained and self.reading + 1 < many
        self.reading += on
        self.draw_soon()
        return on

    def show_sheet(self, content: Content, typed: str = "") -> None:
        """Lay a sheet over the figure, filtered by what was typed."""
        self.player.stop()
        self.sheet.open(content)
        if typed:
            self.sheet.narrow(typed)
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

    @property
    def learning(self) -> bool:
        """Whether a lesson is being taken."""
        return self.teacher.run is not None

    @property
    def busy(self) -> bool:
        """Whether a picture is being computed beside it."""
        return self._worker.busy

    @property
    def commands(self) -> Sequence[Command]:
        """Every command that keys stand for here."""
        return self.keymap.commands

    @property
    def program(self) -> Program:
        """The application that this screen is shown by."""
        return cast("Program", self.app)

    def repaint(self, palette: Palette) -> None:
        """Draw everything in other colours."""
        self.recolour(palette)
        self.draw()
        self.refresh()
