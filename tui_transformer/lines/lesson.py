"""A lesson at a prompt: asked in sentences, answered by number or in words."""

from datetime import date
from typing import Protocol

from tui_transformer.concepts import find, load
from tui_transformer.controls import BadValue
from tui_transformer.lessons import course, library
from tui_transformer.lessons.doing import allowed
from tui_transformer.lessons.records import Ask, Do, Lesson
from tui_transformer.lessons.run import Run
from tui_transformer.lines.commands import COMMANDS
from tui_transformer.lines.telling import answered, choices, done, marks, page
from tui_transformer.link import command_words
from tui_transformer.progress import Keeper
from tui_transformer.session import Session
from tui_transformer.text import and_list

GUESS_FIRST = "First your guess. next skips, leave plays freely, quit ends."
ELSEWHERE = "help lists what can be typed in a lesson; next goes on, leave plays freely."
ENDING = ("learn", "quiz", "list", "quit")
# Where something is asked, what else is computed might tell too much.
ASKED = frozenset(("controls", "link", "panels", "show"))
LOOKING = ASKED | frozenset(("values", "why"))
DOING = LOOKING | frozenset(("undo", "redo", "play"))
ALLOWED = {"ask": ASKED, "do": DOING}
HELP = (
    "A number or words  answer what is asked",
    "name=value  set a control, where something is to be done",
    "next  the next page; a question is skipped    back  the page before",
    "hint  what helps, then a solution    again  this page from its beginning",
    "show, controls, values, why  look again, as ever",
    "leave  play freely from here    quit  leave",
)


class Room(Protocol):
    """The prompt that a lesson is taken at."""

    session: Session | None

    def arrive(self, session: Session) -> None:
        """Open a state for free play."""

    def say(self, *lines: str) -> None:
        """Put lines into the answer."""


class LessonLines:
    """The lesson that is being taken, if one is, and what was told of it."""

    def __init__(self, room: Room, keeper: Keeper) -> None:
        self._room, self._keeper = room, keeper
        self.run: Run | None = None
        self._told: Run | None = None
        self._id, self._goes_on = "", False

    def learn(self, name: str) -> None:
        """Open a lesson, a quiz or the course. Raises BadValue where there is none."""
        lesson, self._id = course.opened(name, self._keeper.progress, date.today())
        self._goes_on = name == course.COURSE
        self._begin(lesson)

    def entered(self, session: Session) -> None:
        """Hear what comes in sight: a lesson that is somewhere else has been left."""
        if self.run is not None and self.run.session is not session:
            self.run = None

    @property
    def untold(self) -> bool:
        """Say whether there is something of it that was not told."""
        return self.run is not None and self.run is not self._told

    # ── what is typed ──────────────────────────────────────────────────────────────────

    def hears(self, line: str) -> bool:
        """Do what a line says in a lesson; False where it is a command as ever."""
        run = self.run
        if run is None:
            return False
        word = line.partition(" ")[0].casefold()
        if isinstance(run.task, Ask) and run.phase == "ask" and _is_choice(run.task, line):
            self._guessed(run, line)
        elif line.casefold() in _PAGES:
            self._page(line.casefold())
        elif word in ("help", "hint"):
            if word == "help":
                self._room.say(*HELP)
            else:
                self._hint(run)
        elif line.casefold() == "show":
            self.retell()
        elif word == "quit" or word in ALLOWED.get(run.phase, LOOKING):
            return False
        elif run.phase == "ask":
            return self._guessed(run, line)
        elif run.phase == "do" and "=" in word:
            self._refuse_others(run, line)
            return False
        elif _opens_something(line):
            return False
        else:
            raise BadValue(ELSEWHERE)
        return True

    def changed(self, session: Session | None) -> None:
        """Hear that a command has changed the session."""
        if self.run is not None and session is not None and session is not self.run.session:
            self._note(self.run.changed(session))

    def _page(self, word: str) -> None:
        run = self.run
        assert run is not None
        match word:
            case "next":
                self._show(run.next())
            case "back":
                self._show(run.back())
            case "again":
                self._show(run.again())
            case _:
                self._leave()

    def _hint(self, run: Run) -> None:
        if run.phase != "do":
            self._room.say(
                "There is nothing to be done here." if run.phase != "ask" else GUESS_FIRST
            )
            return
        self.run = self._told = run.hint()
        self._room.say(self.run.said)

    def _guessed(self, run: Run, line: str) -> bool:
        """Take a guess; False for the name of a concept that is no choice."""
        assert isinstance(run.task, Ask)
        if not run.task.choices:
            taken = run.type(line).take()
        else:
            choice = chosen(run.task, line)
            if choice is None and _opens_something(line):
                return False
            if choice is None and line.partition(" ")[0] in COMMANDS:
                raise BadValue(GUESS_FIRST)
            if choice is None:
                raise BadValue(f"That is no choice here. {choices(run.task)}")
            taken = run.hold(choice).take()
        if taken.phase == "ask":
            raise BadValue(taken.said)
        self._note(taken)
        return True

    @staticmethod
    def _refuse_others(run: Run, line: str) -> None:
        """Of the controls only those may be set that the task allows."""
        assert isinstance(run.task, Do)
        free = allowed(run.task, run.session.model)
        names = [word.partition("=")[0] for word in line.split() if "=" in word]
        for name in names:
            if name in run.session.model.controls() and name not in free:
                raise BadValue(f"{name} stays as it is here; you may change {and_list([*free])}.")

    # ── from page to page ──────────────────────────────────────────────────────────────

    def _begin(self, lesson: Lesson) -> None:
        self._show(Run.of(lesson))

    def _show(self, run: Run) -> None:
        """Show a page; after the last one, the next lesson of the course, or free play."""
        before, self.run = self.run, run
        if before is not None and before.at not in before.missed and before.at in run.missed:
            self._remember(run, before.at)
        if not run.ended:
            self._told, self._room.session = None, run.session
            return
        following = course.first(self._keeper.progress.learnt, self._id) if self._goes_on else ""
        if following:
            self._room.say("That was the last page; the next lesson begins.")
            self._id, self.run = following, None
            self._begin(library.load(following))
        else:
            self._room.say("That was the last page: you play freely now.")
            self._leave()

    def _leave(self) -> None:
        run, self.run = self.run, None
        if run is not None:
            self._room.arrive(Session(load(run.step.concept.id), run.session.model))

    def _note(self, run: Run) -> None:
        """Take over a run that shows the same page; what was answered is remembered."""
        before, self.run = self.run, run
        self._room.session = run.session
        if before is not None and run.phase != before.phase:
            self._remember(run, run.at)

    def _remember(self, run: Run, at: int) -> None:
        progress = self._keeper.progress
        self._keeper.update(course.remembered(progress, run, at, self._id, date.today()))

    # ── what is told ───────────────────────────────────────────────────────────────────

    def retell(self) -> None:
        """Let all of the page be told again."""
        self._told = None

    def tell(self) -> list[str]:
        """Tell what is new: a page, what became of a guess, how far a task is."""
        run, before = self.run, self._told
        assert run is not None
        self._told = run
        if before is not None and _is_told(run, before):
            return []
        if run.phase == "told":
            return [*answered(run), *self._onward]
        if before is None:
            return [*page(run, self._alone), *(self._onward if run.phase in _ENDED else ())]
        reached = run.phase == "done" != before.phase
        return [*done(run, before), *(self._onward if reached else ())]

    @property
    def _alone(self) -> bool:
        """Whether the person walks through the pages, and does what is to be done."""
        return True

    @property
    def _onward(self) -> tuple[str, ...]:
        return ("next goes on.",) if self._alone else ()


_ENDED = ("look", "told", "done")
_PAGES = ("next", "back", "again", "leave")


def _is_told(run: Run, before: Run) -> bool:
    """Say whether a run has nothing new to tell after another one of the same page."""
    same = run.phase == before.phase and run.session.model is before.session.model
    return same and not run.session.said


def _opens_something(line: str) -> bool:
    """Say whether a line opens a lesson, a concept or a state, which ends this lesson."""
    first = (command_words(line) or [""])[0]
    return first in ENDING or (first not in COMMANDS and find(first) is not None)


def _is_choice(ask: Ask, line: str) -> bool:
    """Say whether a line is a choice, word by word."""
    return any(choice.text.casefold() == line.casefold() for choice in ask.choices)


def chosen(ask: Ask, line: str) -> int | None:
    """Find which choice is meant: by its words, whole or begun, or by how it is counted."""
    typed = " ".join(line.casefold().split())
    texts = [" ".join(choice.text.casefold().split()) for choice in ask.choices]
    begun = [i for i, text in enumerate(texts) if text.startswith(typed)]
    if typed in texts:
        return texts.index(typed)
    if typed in marks(ask)[: len(texts)] and len(typed) == 1:
        return marks(ask).index(typed)
    return begun[0] if len(begun) == 1 else None
