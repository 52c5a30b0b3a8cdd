"""One person at a line: what they type goes to a command or to the controls, and is answered."""

from tui_transformer.concepts import entries, opens
from tui_transformer.controls import BadValue
from tui_transformer.lines.commands import COMMANDS, KEYS
from tui_transformer.lines.figures import figure_lines
from tui_transformer.lines.heard import prose
from tui_transformer.lines.lesson import LessonLines
from tui_transformer.link import assignments, command_words
from tui_transformer.progress import Keeper
from tui_transformer.session import Session
from tui_transformer.text import did_you_mean, shorten, visible
from tui_transformer.visits import Visits


class Prompt:
    """One person at a line: the session they are in, and what there is to say to them."""

    def __init__(self, keeper: Keeper, ascii: bool = False) -> None:
        self.session: Session | None = None
        self.commands = COMMANDS
        self.ascii = ascii
        self.ended = False
        self.visits = Visits(self, keeper)
        self.lesson = LessonLines(self, keeper)
        self._told: Session | None = None
        self._said: list[str] = []

    # ── what `Visits` asks of a place ──────────────────────────────────────────────────

    def enter(self, session: Session) -> None:
        """Take a concept in a state; all of it is told."""
        self.lesson.entered(session)
        self.session, self._told = session, None

    def arrive(self, session: Session) -> None:
        """Open a state for free play."""
        self.visits.arrive(session)

    def refuse(self, sentence: str) -> None:
        """Say why something cannot be opened."""
        self._said.append(sentence)

    # ── lines in, lines out ────────────────────────────────────────────────────────────

    def answer(self, line: str) -> list[str]:
        """Do what a line says, and return what there is to say."""
        self._said = []
        try:
            self._obey(line.strip())
            self.lesson.changed(self.session)
        except BadValue as problem:
            self._said.append(str(problem))
        return self._said

    def tell(self) -> list[str]:
        """Tell the state as it is now: what happened, what it shows, and all that is new in it."""
        session = self.session
        if session is None:
            return []
        if self.lesson.run is not None:
            self._told = session
            return self.lesson.tell()
        noticed = self.visits.note(session)
        lines = [f"{session.concept.title}."] if self._told is None else []
        lines += [text for text in dict.fromkeys((session.said, starred(noticed.said))) if text]
        before = self._told
        if before is None or before.model is not noticed.model:
            figure = noticed.figure
            lines += [prose(figure.says), *figure_lines(figure, before.figure if before else None)]
        self.session = self._told = noticed.say("")
        return lines

    def settled(self) -> bool:
        """Say whether the state can be told without waiting for what computes it."""
        session = self.session
        ahead = session.concept.ahead if session else None
        return session is None or ahead is None or ahead(session.model) is session.model

    def stop_waiting(self) -> None:
        """Be content with how far the computing has come."""
        if self.session is not None:
            nearest = self.session.from_nearest().halted()
            self.session = nearest.say("Stopped on the way.")

    def step_back(self) -> None:
        """Return to the state that was told last, where this one cannot be."""
        self.session = self._told

    def changed(self) -> bool:
        """Say whether there is a state that was not told yet."""
        if self.lesson.run is not None:
            return self.lesson.untold
        return self.session is not None and self.session is not self._told

    def _obey(self, line: str) -> None:
        if not line or self.lesson.hears(line):
            return
        line = KEYS.get(line, line)
        name, _, rest = line.partition(" ")
        if name in self.commands:
            self.commands[name].run(self, rest.strip())
            return
        words = command_words(line)
        if self.session is not None and words and "=" in words[0]:
            self.session = self.session.assign(assignments(self.session.concept, words))
        elif "=" in line or name == "tfx" or (words and opens(words[0]) is not None):
            self.follow(line)
        else:
            known = [*self.commands, *(entry.id for entry in entries())]
            shown = visible(shorten(name, 30))
            more = did_you_mean(name, known) or " help lists what there is."
            raise BadValue(f"There is no command {shown}.{more}")

    def follow(self, line: str) -> None:
        """Open the state that a link describes."""
        if problem := self.visits.follow(line):
            raise BadValue(problem)

    def learn(self, name: str) -> None:
        """Open a lesson, a quiz or the course."""
        self.lesson.learn(name)

    def here(self) -> Session:
        """The session, or a sentence that there is none."""
        if self.session is None:
            raise BadValue("Name a concept first, as in: softmax. list names all of them.")
        return self.session

    def say(self, *lines: str) -> None:
        """Put lines into the answer."""
        self._said += lines


def starred(said: str) -> str:
    """Say a star in words."""
    return said.replace("★ Task", "A star for task")
