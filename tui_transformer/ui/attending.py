"""The screen of somebody in a class: what it shows is sent, or what was sent is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import events

from tui_transformer.classroom.hub import GONE
from tui_transformer.classroom.messages import Page, State
from tui_transformer.classroom.seat import LOST
from tui_transformer.concepts import find
from tui_transformer.controls import BadValue
from tui_transformer.ui import keyboard
from tui_transformer.ui.attendance import WHAT_IF, Attendance
from tui_transformer.ui.front import Front
from tui_transformer.ui.instrument import Instrument
from tui_transformer.ui.opening import Opening
from tui_transformer.ui.player import Player
from tui_transformer.ui.pupil import Clock, Pupil
from tui_transformer.ui.seated import Attend
from tui_transformer.ui.stage import Content, Text

if TYPE_CHECKING:
    from tui_transformer.classroom.room import Member
    from tui_transformer.progress import Keeper
    from tui_transformer.render.palette import Palette
    from tui_transformer.session import Session
    from tui_transformer.ui.opening import Opened

WAIT: Final = 0.5  # seconds for the first state, before it is said that there is none
COMPUTING: Final = "… computing"


class Attending(Instrument):
    """An instrument in a class."""

    def __init__(
        self, keeper: Keeper, palette: Palette, how: Attend, link: str = "", lesson: str = ""
    ) -> None:
        super().__init__(keeper, palette, link, lesson)
        self._how = how
        self._whole = self._whole or how.door is None  # a state comes at any moment
        self.seat: Attendance = Attendance(self, how)
        self.teacher = self._pupil = Pupil(self, keeper, self.seat)
        self.player = Player(Clock(self, self.move))
        self._moving = False  # whether a state that was sent is being shown
        self._page: Page | None = None
        self._opening = Opening(self._show, self.call_later)
        self._kept: dict[str, Session] = {}  # what was tried, by concept
        self._zooms: dict[tuple[str, int], bool] = {}  # by lesson and step
        self._front = Front(how.keys, how.clock)

    def on_mount(self) -> None:
        """Open the class, or wait for what is sent; Textual asks the class above as well."""
        self.seat.keys = self.keymap.keys
        self.call_later(self.seat.open)
        if self._how.door is None:
            self.set_timer(WAIT, self._nothing_yet)
        if self._how.clock:
            self.set_interval(1, self.draw_footer)

    def _nothing_yet(self) -> None:
        if self.session is None and not self.sheet.display:
            name = self._how.name
            self.refuse(self.seat.over or f"You follow {name}; nothing is shown there yet.")

    def on_unmount(self) -> None:
        """Leave the class; a signal is no goodbye, be it of the terminal that was hung up."""
        self.seat.close(LOST if (self.app.return_code or 0) > 128 else GONE)

    # ── what is sent is shown ──────────────────────────────────────────────────────────

    def show_state(self, state: State) -> None:
        """Show what was sent; what cannot be opened gets a sentence."""
        from tui_transformer.classroom.showing import sent

        run = self.teacher.run
        work = partial(sent, state, self.session, run, self._page, self.seat.mine)
        if not self._opening.open(state, work):
            self.refuse(COMPUTING)

    def _show(self, state: State, opened: Opened) -> None:
        """Show what was opened, unless the person has gone away meanwhile."""
        if not self.seat.held:
            return
        if self.seat.said == COMPUTING:
            self.seat.said = ""
        try:
            arrived, new = opened.result()
        except BadValue as problem:
            self.refuse(str(problem))
            return
        run, here = self.teacher.run, self.session
        stays = here is not None and here.concept.id == arrived.session.concept.id and not new
        phase = run.phase if run else None
        self._page, self.teacher.run = arrived.page, arrived.run
        self._moving = True
        try:
            if stays and phase == (arrived.run.phase if arrived.run else None):
                self.change(lambda _: arrived.session)
                self._lay(state)
            else:
                self.enter(arrived.session)
        finally:
            self._moving = False
        self.player.follow()
        if self.seat.state is not None and self.seat.state is not state:
            self.show_state(self.seat.state)  # of the same page, sent meanwhile

    def _lay(self, state: State) -> None:
        """Show the panels that the presenter sees."""
        self.figure_view.held = state.page
        if self.zoomed != state.zoom:
            super().zoom(state.zoom)
            self.opened.note()

    def arrived(self, concept_id: str) -> None:
        """Do what is done for every state that is opened; zoom is remembered for each step."""
        zoomed = self._zooms.get(self._step(), False)
        super().arrived(concept_id)
        self.figure_view.held = None
        if self.seat.held and self.seat.state is not None:
            self._lay(self.seat.state)
        elif zoomed:
            self.zoom(True)

    def _step(self) -> tuple[str, int]:
        run = self.teacher.run
        return (run.lesson.title, run.at) if run else ("", -1)

    def zoom(self, zoomed: bool) -> None:
        """Give one panel all of the room, or take it away again."""
        super().zoom(zoomed)
        if self.teacher.run is not None:
            self._zooms[self._step()] = zoomed

    def let_go(self) -> None:
        """Let the person play freely from what is in sight, with what they can undo."""
        session = self.session
        if session is None:
            return
        from tui_transformer.classroom.showing import freed

        self.teacher.run = self._page = None
        self.figure_view.held = None
        session = freed(session, self._kept.get(session.concept.id))
        zoomed, page = self.zoomed, self.figure_view.page
        self.arrive(session)
        self.call_later(self._as_it_was, zoomed, page)

    def _as_it_was(self, zoomed: bool, page: int) -> None:
        if self.zoomed != zoomed and not self.seat.held:
            self.zoom(zoomed)
            self.figure_view.page = page
            self.draw_soon()

    def hold_on(self) -> None:
        """Keep what the person did, and follow from now on."""
        if self.session is not None and self.teacher.run is None:
            self._kept[self.session.concept.id] = self.session
        self.player.stop()

    # ── who follows changes nothing ────────────────────────────────────────────────────

    @property
    def is_held(self) -> bool:
        """Whether what the person does must wait until they try for themselves."""
        return self.seat.held and not self._moving

    def change(self, change: Callable[[Session], Session]) -> None:
        """Move to another session; who follows can look, and pin, but change nothing."""
        super().change(self._only_looking(change) if self.is_held else change)

    def _only_looking(self, change: Callable[[Session], Session]) -> Callable[[Session], Session]:
        def looked(session: Session) -> Session:
            new = change(session)
            same = new.model is session.model and new.pinned is session.pinned
            return new if same and new.playing == session.playing else session.say(self.seat.led)

        return looked

    def move(self, change: Callable[[Session], Session]) -> None:
        """Move on to what was computed."""
        super().change(change)

    def say(self, text: str) -> None:
        """Put one line in the status bar; in a lesson it stands on the strip up to the next key."""
        self.seat.said = text
        super().say(text)

    def enter(self, session: Session) -> None:
        """Show a concept in a state."""
        if self.is_held:
            self.say(self.seat.led)
        else:
            super().enter(session)

    def open(self, concept_id: str, asking: bool = False) -> None:
        """Open a concept where the person left it; before others without its lesson."""
        alone = self.seat.away or bool(self.seat.over)
        super().open(concept_id, asking and (alone or find(concept_id) is None))

    # ── what is shown is sent ──────────────────────────────────────────────────────────

    def draw(self) -> None:
        """Draw everything, and send what can be seen now."""
        self._picture.mark = self.seat.mark
        self._picture.room = self.seat.room(self.teacher.run)
        super().draw()
        if self.session is not None and self.seat.presents and self.figure_view.size.width:
            from tui_transformer.classroom.showing import state_of

            run = self.teacher.run
            panel = self.figure_view.in_sight(self.session.pin)
            self.seat.share(state_of(self.session, run, panel, self.zoomed), run)
        if not self.busy:
            self.seat.drawn()

    # ── asking ─────────────────────────────────────────────────────────────────────────

    def question(self) -> None:
        """Ask what is on the page, or tell it; else let one about what is pinned be typed."""
        run, session = self.teacher.run, self.session
        if run is not None and run.phase == "ask":
            if self.seat.voting(run):
                self._pupil.tell()
            else:
                self.seat.ask_all(run)
            self.draw_soon()
        elif run is not None:
            self.say("Nothing is asked on this page.")
        elif session is None or session.pin is None:
            keys = self.seat.keys
            said = (
                f"Pin a number first ({keys['pin']}); {keys['ask']} then asks what becomes of it."
            )
            self.say(said)
        else:
            self.seat.typing = True
            self.entry.open("what if", WHAT_IF, f"{session.knob.control.name}=")
            self.entry.fresh = False
            self.entry.draw()
            self.draw_footer()

    def take_question(self, text: str) -> None:
        """Take a change that was typed: everybody is asked what it does to the pinned number."""
        from tui_transformer.lessons.patience import TooLong, patience
        from tui_transformer.lessons.pinned import about, answered

        session = self.session
        if session is None:
            return
        try:
            lesson = about(session.concept, session.model, session.working.name, text)
            with patience():
                answered(lesson)
        except (BadValue, TooLong) as problem:
            self.entry.complain(str(problem))
            return
        self.close_entry()
        self.seat.ask_all(self._pupil.question(lesson, session))

    def close_entry(self) -> None:
        """Stop typing."""
        self.seat.typing = False
        super().close_entry()

    def choose_hand(self, hands: list[Member], give: Callable[[int], None]) -> None:
        """Hand the chalk to the only hand that is up, or to one that is chosen."""
        if len(hands) == 1:
            give(hands[0].number)
            return
        rows = [
            (Text(one.name or f"somebody ({i})", action=partial(_given, give, one.number)),)
            for i, one in enumerate(hands, 1)
        ]
        self.show_sheet(Content("Who gets the chalk?", lambda width, typed: rows))

    # ── keys ───────────────────────────────────────────────────────────────────────────

    def on_key(self, event: events.Key) -> None:
        """Hear a key, and show it if others are to see which."""
        self._front.press(event)
        self.seat.said = ""
        event.prevent_default()  # Textual would ask the class above as well
        super().on_key(event)
        self.draw_footer()

    def draw_footer(self) -> None:
        """Show the keys that matter now, those that were pressed, and how long a step is open."""
        run, session = self.teacher.run, self.session
        right = self._front.text(self._step(), session.concept.id if session else "", run is None)
        self.footer.tell(keyboard.shown(self), self.size.width, right)


def _given(give: Callable[[int], None], number: int, _: object) -> None:
    give(number)
