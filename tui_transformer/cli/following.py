"""A prompt that follows: what is presented is told as it comes, and what is asked is answered."""

from __future__ import annotations

from asyncio import Event
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from tui_transformer.classroom.seat import LOST
from tui_transformer.classroom.showing import freed, sent, state_of
from tui_transformer.cli.asking import FollowedLines, to_ask
from tui_transformer.cli.followed import Questions, followed
from tui_transformer.controls import BadValue
from tui_transformer.lessons.asking import read_guess
from tui_transformer.lessons.records import Ask
from tui_transformer.lines.commands import COMMANDS, listed
from tui_transformer.lines.lesson import ASKED, LOOKING, chosen
from tui_transformer.lines.prompt import Prompt
from tui_transformer.lines.telling import choices
from tui_transformer.lines.typed import Command
from tui_transformer.ui.attendance import Attendance

if TYPE_CHECKING:
    from tui_transformer.classroom.messages import Page, State
    from tui_transformer.classroom.room import Member
    from tui_transformer.lessons.run import Run
    from tui_transformer.progress import Keeper
    from tui_transformer.session import Session
    from tui_transformer.ui.seated import Attend

WORDS: Final = {"away": "away", "hand": "hand", "ask": "ask", "chalk": "chalk", "pin": "why"}
LOOKED: Final = LOOKING | {"explain", "words", "tasks", "list", "quit"}
ASKED_ALL: Final = ASKED | {"quit"}  # what else is computed might tell too much
NOT_YET: Final = "That is not asked yet; you hear when everybody is asked."
NOT_ASKED: Final = "Nothing is asked of you now."


class Following(Prompt):
    """One person at a line who follows a class, until they try for themselves."""

    def __init__(self, keeper: Keeper, how: Attend, ascii: bool) -> None:
        super().__init__(keeper, ascii)
        self.lesson: FollowedLines = FollowedLines(self, keeper)
        self.seat = self.lesson.seat = Attendance(self, how)
        self.seat.keys = WORDS
        self.woken = Event()  # there may be something to tell
        self._name = how.name
        self._news: list[str] = []
        self._came: State | None = None  # and is not opened yet
        self._page: Page | None = None
        self._kept: dict[str, Session] = {}  # what was tried, by concept
        self._questions = Questions()
        self._presented = False
        self._own = {
            "away": Command("", "try for yourself from here", lambda _, rest: self._away()),
            "return": Command("", "back to what is presented", lambda _, rest: self._return()),
            "hand": Command(
                "", "raise a hand, or take it down", lambda _, rest: self.seat.raise_hand()
            ),
            "class": Command("", "where you are in it", lambda _, rest: self.say(self.where)),
            "ask": Command(
                " [NUMBER] CHANGE", "with the chalk: ask everybody", lambda _, rest: self._ask(rest)
            ),
            "tell": Command("", "with the chalk: tell the answer", lambda _, rest: self._tell()),
            "chalk": Command("", "give the chalk back", lambda _, rest: self.seat.chalk()),
        }
        self.commands = {**COMMANDS, **self._own}

    @property
    def where(self) -> str:
        """Say in a sentence where the person is in the class."""
        if self.seat.over:
            lost = f"The presenter of {self._name} is gone, and is looked for."
            free = f"{self.seat.over} You play freely; quit leaves."
            return lost if self.seat.over == LOST else free
        if self.seat.presents:
            return "You have the chalk: others see what you do; chalk gives it back."
        hand = " Your hand is up." if self.seat.hand else ""
        if self.seat.away:
            return f"You are away from {self._name}; return goes back.{hand}"
        return f"You follow {self._name}; away lets you try for yourself.{hand}"

    # ── what the class asks of a place ─────────────────────────────────────────────────

    def draw_soon(self) -> None:
        """There may be something to tell."""
        self.woken.set()

    def say(self, *lines: str) -> None:
        """Put lines into what is told next."""
        self._news += lines
        self.woken.set()

    def show_state(self, state: State) -> None:
        """Take what is presented, to be told next; of several the last."""
        self._came = state
        self.woken.set()

    def let_go(self) -> None:
        """Let the person play freely from what was shown last, with what they can undo."""
        self._open()
        told, session = self._told, self.session
        if session is not None:
            self.lesson.see(None, new=True)
            self._page = None
            self.arrive(freed(session, self._kept.get(session.concept.id)))
            if told is not None and told.concept.id == session.concept.id:
                self._told = self.session if told.model is session.model else told

    def hold_on(self) -> None:
        """Keep what the person did, and follow from now on."""
        if self.session is not None and self.lesson.run is None:
            self._kept[self.session.concept.id] = self.session

    def question(self) -> None:
        """Ask everybody what the page asks."""
        self.take_question("")

    def take_question(self, text: str) -> None:
        """Ask everybody what becomes of a number, or what the page asks."""
        self.seat.ask_all(to_ask(self, text))
        self.say("Everybody is asked; tell tells the answer.")

    def choose_hand(self, hands: list[Member], give: Callable[[int], None]) -> None:
        """Hand the chalk to the hand that was up first."""
        give(hands[0].number)

    # ── what is typed ──────────────────────────────────────────────────────────────────

    def answer(self, line: str) -> list[str]:
        """Do what a line says, and return what there is to say."""
        refused = super().answer(line)
        news, self._news = self._news, []
        return [*news, *refused]

    def _obey(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        run = self.lesson.run
        if name in self._own:
            self._own[name].run(self, rest.strip())
        elif self.seat.held:
            self._look(run, name, rest.strip(), line)
        else:
            super()._obey(line)
            if name == "help" and run is not None:
                self.say(*listed(self._own))

    def _look(self, run: Run | None, name: str, rest: str, line: str) -> None:
        """Do what changes nothing, and tells nothing of what is asked; or take an answer."""
        may = ASKED_ALL if run is not None and run.phase == "ask" else LOOKED
        if name == "help":
            self.say(*listed(self._own))
            self.say(*listed({word: COMMANDS[word] for word in COMMANDS if word in may}))
            self.say("A number or words answer what everybody is asked.")
        elif name == "show" and not rest:
            self.lesson.retell()
            self._told = None
        elif name in may:
            COMMANDS[name].run(self, rest)
        elif line and not (isinstance(run and run.task, Ask) and name not in COMMANDS):
            raise BadValue(self.seat.led)
        elif line and run is not None:
            self._vote(run, line)

    def _vote(self, run: Run, line: str) -> None:
        """Answer what everybody is asked; the last answer counts."""
        task = run.task
        assert isinstance(task, Ask)
        if not self.seat.voting(run):
            raise BadValue(NOT_YET if run.phase == "ask" and not self.seat.over else NOT_ASKED)
        guess = chosen(task, line) if task.choices else read_guess(task, line)
        if guess is None:
            raise BadValue(f"That is no choice here. {choices(task)}")
        self.seat.vote(guess)
        given = task.choices[int(guess)].text if task.choices else line
        self.say(f"Your answer is in: {given}. Another one takes its place.")

    def _away(self) -> None:
        if not self.seat.held or self.seat.over:
            raise BadValue(self.where)
        self.seat.go_or_come()
        self.say(f"You try for yourself; return goes back to {self._name}.")

    def _return(self) -> None:
        if not self.seat.away:
            raise BadValue(self.where)
        self.seat.go_or_come()
        self.say(f"You follow {self._name} again.")

    def _ask(self, rest: str) -> None:
        if self.seat.presents and not self.seat.over:
            self.take_question(rest)
        else:
            self.seat.ask()

    def _tell(self) -> None:
        if not self.seat.presents or self.seat.asked is None or self.seat.told is not None:
            raise BadValue("You have asked nothing.")
        self.lesson.tell_all()

    # ── what is told ───────────────────────────────────────────────────────────────────

    def open_what_came(self) -> None:
        """Open the last state that came, of those that are followed."""
        if self.seat.held:
            self._open()

    def _open(self) -> None:
        """Open the last state that came; what cannot be opened gets a sentence."""
        state, self._came = self._came, None
        if state is None:
            return
        try:
            arrived, new = sent(state, self.session, self.lesson.run, self._page, self.seat.mine)
        except BadValue as problem:
            self.say(str(problem))
            return
        self._page, self.session = arrived.page, arrived.session
        self.lesson.see(arrived.run, new)

    def tell(self) -> list[str]:
        """Tell what is new: what was said, what is shown, what is asked and was answered."""
        self.open_what_came()
        lines, self._news = self._news, []
        if self._presented and self.seat.held:
            lines.append(f"The chalk is back. {self.where}")
        self._presented = self.seat.presents
        if self.seat.held:
            lines += self._followed()
        elif self.changed():
            lines += super().tell()
        if self.seat.presents and self.session is not None:
            state = state_of(self.session, self.lesson.run, 0, False)
            self.seat.share(state, self.lesson.run)
        return [*lines, *self._questions.news(self.seat, self.lesson.run, lines[-1:])]

    def _followed(self) -> Iterator[str]:
        """Tell what is presented: all of another concept or page, else what changed."""
        session, before, self._told = self.session, self._told, self.session
        if session is None:
            return
        if self.lesson.run is not None:
            yield from self.lesson.tell() if self.lesson.untold else ()
            return
        yield from followed(session, before)
