"""Taking part in a class: who presents, what was asked, who is away; without a look at the screen.

Whoever has the chalk sends what they see; everybody else sees what is sent, until they try for
themselves.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from tui_transformer.classroom.hub import Hub
from tui_transformer.classroom.messages import (
    Ask,
    Away,
    Back,
    BadMessage,
    Bye,
    Chalk,
    Drawn,
    Message,
    NoClass,
    Raise,
    State,
    Tally,
    Tell,
    Vote,
    next_id,
)
from tui_transformer.classroom.pace import Paced
from tui_transformer.classroom.seat import LOST, Seat, join
from tui_transformer.text import shorten
from tui_transformer.ui.seated import Attend, Seated, question_of
from tui_transformer.ui.terminal import idle

if TYPE_CHECKING:
    from tui_transformer.classroom.room import Member
    from tui_transformer.lessons.run import Run

AGAIN: Final = 2.0  # seconds after which a presenter who is gone is looked for again
WHAT_IF: Final = "a change, as temperature=0.5 or logits[0]+=1; “within 0.05” asks for the number"


class Classroom(Protocol):
    """The screen of somebody in a class."""

    def say(self, text: str) -> None:
        """Put one line in the status bar."""

    def draw_soon(self) -> None:
        """Draw once all waiting keys have been applied."""

    def show_state(self, state: State) -> None:
        """Show what was sent."""

    def let_go(self) -> None:
        """Let the person play freely from what is in sight."""

    def hold_on(self) -> None:
        """Keep what the person did, and follow from now on."""

    def question(self) -> None:
        """Ask what is on the screen, or tell it; or let a question be typed."""

    def take_question(self, text: str) -> None:
        """Take a question that was typed."""

    def choose_hand(self, hands: list[Member], give: Callable[[int], None]) -> None:
        """Let one of several be chosen."""


class Attendance(Seated):
    """One person in a class."""

    def __init__(self, screen: Classroom, how: Attend) -> None:
        super().__init__(how)
        self._screen = screen
        self._seat: Seat | None = None
        self._paced = Paced(lambda message: None)
        self._sent: State | None = None
        self._owes = False  # whether the class waits to hear that what was sent is drawn
        self._looking: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to take part."""
        if self._how.door is not None:
            self._hub = Hub(self._how.door, self._hear)
            self._hub.changed_to = self._screen.draw_soon
            await self._hub.open()
            self._paced = Paced(self._hub.send)
        elif self._how.connection is not None:
            await self._sit(self._how.connection)

    async def _sit(self, connection: socket.socket) -> None:
        seat = self._seat = Seat(self._hear)
        await seat.open(connection)
        self._paced = Paced(seat.send)
        self.over, self.presents, self.hand = "", False, False
        self.asked = self.told = self.tally = self.mine = None  # of the class before
        if self.away:
            seat.send(Away())

    def close(self, why: str) -> None:
        """Leave; who opened the class closes it, and everybody hears why."""
        self._paced.stop()
        if self._looking is not None:
            self._looking.cancel()
        if self._hub is not None:
            self._hub.close(why)
        if self._seat is not None:
            self._seat.close()

    # ── what arrives ───────────────────────────────────────────────────────────────────

    def _hear(self, message: Message) -> None:
        idle.shown()
        match message:
            case State():
                self.state, self._owes = message, self._hub is None
                if self.held:
                    self._screen.show_state(message)
            case Ask():
                self.asked, self.told, self.tally, self.mine = message, None, None, None
            case Tell():
                self.told = message
                if self.state is not None and not self.presents:
                    self._log(self.state)  # who has the chalk may have no log
            case Tally():
                self.tally = message
            case Chalk():
                self._chalk(message.yours)
            case Bye():
                self._end(message.why)
        self._screen.draw_soon()

    def _chalk(self, mine: bool) -> None:
        if mine == self.presents:
            return
        if mine:
            self.presents, self.away, self.hand, self._sent = True, False, False, None
            self._screen.let_go()
            self._screen.say("You have the chalk: others see what you do.")
        else:
            self._screen.hold_on()
            self.presents = False

    def _end(self, why: str) -> None:
        self.over, self.presents = why, False
        if why == LOST and self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look())
        elif not self.away and why != LOST:
            self._screen.let_go()
        self._screen.say(why)

    async def _look(self) -> None:
        """Look for the presenter again: whoever comes back finds everybody."""
        loop = asyncio.get_running_loop()
        while self.over:
            await asyncio.sleep(AGAIN)
            try:
                how = self._how
                connection = await loop.run_in_executor(None, join, how.path, how.called)
            except NoClass:
                continue
            await self._sit(connection)
        self._looking = None

    # ── what is sent ───────────────────────────────────────────────────────────────────

    def drawn(self) -> None:
        """Say that what was sent is drawn: it is the turn of others now."""
        if self._owes:
            self._owes = False
            self._send(Drawn())

    def share(self, state: State, run: Run | None) -> None:
        """Send what is seen, if it is something else; a question that is left is over."""
        if not self.presents or self.over:
            return
        if state != self._sent:
            self._sent = state
            self._send(state)
        if self.asked is None or self.told is not None:
            return
        here = run is not None and question_of(run) == self.asked.question
        if not here or run is None or run.phase != "ask":
            truth = run.answer.text if here and run is not None and run.answer else ""
            self.told = Tell(self.asked.id, shorten(truth, 100))
            self._send(self.told)
            self._log(state)

    def _log(self, state: State) -> None:
        tally = self._hub.room.tally() if self._hub is not None else None
        if self._how.log is None or tally is None or self.asked is None or self.told is None:
            return
        if self.told.truth:
            said = self._how.log.told(
                state.link, self.asked.question, self.told.truth, tally.counts
            )
            if said:
                self._screen.say(said)

    def _send(self, message: Message) -> None:
        try:
            self._paced.send(message)
        except BadMessage as problem:
            self._screen.say(str(problem))

    def ask_all(self, run: Run) -> None:
        """Ask everybody what a page asks."""
        choices = tuple(shorten(one.text, 100) for one in getattr(run.task, "choices", ()))
        self.asked = Ask(next_id(self.asked), question_of(run), choices)
        self.told = self.tally = None
        self._send(self.asked)

    def vote(self, guess: float) -> None:
        """Answer what is asked."""
        if self.asked is not None:
            self.mine = guess
            self._send(Vote(self.asked.id, guess))

    # ── keys ───────────────────────────────────────────────────────────────────────────

    def go_or_come(self) -> None:
        """Try for oneself, or come back."""
        if self.presents:
            self._screen.say("You present: others see what you do.")
        elif self.over and self.over != LOST:
            self._screen.say(self.over)
        elif self.away:
            self._screen.hold_on()
            self.away = False
            self._send(Back())
            if self.state is not None:
                self._screen.show_state(self.state)
        else:
            self.away = True
            self._send(Away())
            self._screen.let_go()
        self._screen.draw_soon()

    def raise_hand(self) -> None:
        """Raise a hand, or take it down."""
        if self.presents or self.over:
            self._screen.say("Hands are raised by those who follow.")
            return
        self.hand = not self.hand
        self._send(Raise(self.hand))
        down = f"Your hand is up; {self.keys['hand']} takes it down."
        self._screen.say(down if self.hand else "It is down.")

    def ask(self) -> None:
        """Ask everybody, or tell what was asked."""
        if self.presents and not self.over:
            self._screen.question()
        else:
            self._screen.say("Only who has the chalk can ask.")

    def take(self, text: str) -> None:
        """Take a question that was typed."""
        self._screen.take_question(text)

    def chalk(self) -> None:
        """Hand the chalk on, or take it back."""
        if self._hub is None and self.presents:
            self._send(Chalk())
        elif self._hub is None:
            key = self.keys["hand"]
            self._screen.say(f"{key} raises a hand; who presents can hand you the chalk.")
        elif not self.presents:
            self._hub.take_back()
        elif not self._hub.room.hands:
            self._screen.say("No hand is up.")
        else:
            self._screen.choose_hand(self._hub.room.hands, lambda number: self._send(Chalk(number)))
