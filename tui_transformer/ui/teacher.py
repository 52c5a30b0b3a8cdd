"""Taking a lesson on the screen: which keys do what there, and what is remembered of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol

from tui_transformer.progress import Keeper

if TYPE_CHECKING:
    from tui_transformer.lessons.records import Lesson
    from tui_transformer.lessons.run import Run
    from tui_transformer.session import Session

# Where a task is to be done these are commands as ever; what opens another state is not.
_WALKING = ("up", "down", "left", "right", "k", "j", "h", "l", "tab", "shift+tab", "w", "m")
_CHANGING = ("shift+left", "shift+right", "H", "L", "enter", "ctrl+j", "+", "-", "u", "U")
LOOKING = frozenset((*_WALKING, "home", "end", "pagedown", "pageup", "ctrl+f", "ctrl+b"))
DOING = LOOKING | frozenset((*_CHANGING, "space", ".", ",", "<", ">"))
_OPENING = ("enter", "ctrl+j")
ALWAYS = frozenset(("?", "f1", "q", "o", "ctrl+p"))


class Classroom(Protocol):
    """The screen that a lesson is taken on."""

    session: Session | None

    def enter(self, session: Session) -> None:
        """Show a session from its first page on."""

    def arrive(self, session: Session) -> None:
        """Open a state for free play."""

    def draw_soon(self) -> None:
        """Draw once all waiting keys have been applied."""

    def refuse(self, sentence: str) -> None:
        """Say why something cannot be opened."""


class Teacher:
    """Holds the lesson that is being taken, if one is."""

    def __init__(self, room: Classroom, keeper: Keeper) -> None:
        self._room = room
        self._keeper = keeper
        self.run: Run | None = None
        self._id = ""
        self._goes_on = False  # whether the next lesson follows

    def learn(self, name: str) -> None:
        """Open a lesson: a shipped one by its id, one in a file, a quiz, or the whole course."""
        from tui_transformer.controls import BadValue
        from tui_transformer.lessons.course import COURSE, opened

        try:
            lesson, self._id = opened(name, self._keeper.progress, date.today())
        except BadValue as problem:
            self._room.refuse(str(problem))
            return
        self._goes_on = name == COURSE
        self.begin(lesson)

    def begin_at(self, concept_id: str) -> bool:
        """Open the lesson of a concept; False where there is none, or it is learnt already.

        A tour opens by its name, as often as one likes: there is no concept behind it.
        """
        from tui_transformer.lessons import library

        learnt = concept_id in self._keeper.progress.learnt
        wanted = concept_id in library.tours() or (concept_id in library.shipped() and not learnt)
        if wanted:
            self.learn(concept_id)
        return wanted

    def begin(self, lesson: Lesson) -> None:
        """Open the first page of a lesson."""
        from tui_transformer.lessons.run import Run

        self._show(Run.of(lesson))

    def leave(self) -> None:
        """Play freely from the state in sight, with everything that the concept has."""
        run, self.run = self.run, None
        if run is not None:
            from tui_transformer.concepts import load
            from tui_transformer.session import Session

            self._room.arrive(Session(load(run.step.concept.id), run.session.model))

    def entered(self, session: Session) -> None:
        """Hear what comes in sight: a lesson that is somewhere else has been left."""
        if self.run is not None and self.run.session is not session:
            self.run = None

    def changed(self, session: Session) -> None:
        """Hear that somebody has changed the session."""
        if self.run is not None:
            self._note(self.run.changed(session))

    def press(self, name: str) -> bool:
        """Do what a key does in a lesson; False where it is a command as ever."""
        run = self.run
        if run is None or name in ALWAYS:
            return False
        if name == "escape" and run.session.pin is None and run.session.fold is None:
            self.leave()
            return True
        if name in ("n", "N"):
            self._show(run.next() if name == "n" else run.back())
            return True
        if run.phase == "ask":
            self._note(asked(run, name))
            return True
        if run.phase == "do" and name in ("r", "t"):
            self._show(run.again()) if name == "r" else self._note(run.hint())
            return True
        if name in _OPENING and run.session.closed:
            return False  # to look into a fold changes nothing
        return name not in (DOING if run.phase == "do" else LOOKING) and name != "escape"

    def _note(self, run: Run) -> None:
        """Take a run over that shows the same page; what was told is remembered."""
        before, self.run = self.run, run
        if before is not None and run.session is not before.session:
            self._room.session = run.session
        if before is not None and run.phase != before.phase:
            self._remember(run, run.at)
        self._room.draw_soon()

    def _show(self, run: Run) -> None:
        """Show a page; after the last one, the concept with all its keys."""
        before, self.run = self.run, run
        if before is not None and before.at not in before.missed and before.at in run.missed:
            self._remember(run, before.at)
        if run.ended:
            self._end()
        else:
            self._room.enter(run.session)

    def _end(self) -> None:
        """After the last page: the next lesson of the course, else free play."""
        from tui_transformer.lessons.course import first
        from tui_transformer.lessons.library import load

        following = first(self._keeper.progress.learnt, self._id) if self._goes_on else ""
        if following:
            self._id = following
            self.begin(load(following))
        else:
            self.leave()

    def _remember(self, run: Run, at: int) -> None:
        """Remember an answer, and the lesson once it is learnt."""
        from tui_transformer.lessons.course import remembered

        progress = self._keeper.progress
        self._keeper.update(remembered(progress, run, at, self._id, date.today()))


def asked(run: Run, name: str) -> Run:
    """What a key does while something is asked."""
    choices = getattr(run.task, "choices", ())
    if name in ("enter", "ctrl+j"):
        return run.take()
    if not choices:
        return _typed(run, name)
    if name.isdecimal():
        return run.hold(int(name) - 1)
    steps = {"left": -1, "right": 1, "up": -1, "down": 1, "h": -1, "l": 1, "k": -1, "j": 1}
    return run.hold((run.held + steps[name]) % len(choices)) if name in steps else run.refuse()


def _typed(run: Run, name: str) -> Run:
    """A number is typed letter by letter."""
    if name in ("backspace", "ctrl+h"):
        return run.type(run.typed[:-1])
    if len(name) == 1 and (name.isalnum() or name in ".,-+*/^−()%"):
        return run.type(run.typed + name)
    return run.refuse()
