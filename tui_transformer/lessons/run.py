"""A lesson as it is taken: which step, what was guessed, what is told. Without a terminal.

A run is frozen; every action returns the next one. What is asked is drawn from the state that the
step opens, and from nothing else: the change is looked at when somebody has answered.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from tui_transformer.concept import Concept
from tui_transformer.controls import BadValue
from tui_transformer.figure import Figure, Pin
from tui_transformer.lessons.asking import Answer, Told, question, read_guess
from tui_transformer.lessons.change import apply
from tui_transformer.lessons.doing import allowed, reached
from tui_transformer.lessons.patience import TooLong, patience
from tui_transformer.lessons.records import Ask, Do, Lesson, Step
from tui_transformer.model import Model
from tui_transformer.panels import Panel
from tui_transformer.records import dataclass
from tui_transformer.session import Session
from tui_transformer.session.pictures import Pictures

Phase = Literal["look", "ask", "told", "do", "done"]
GUESS_FIRST = "First your guess; n skips, esc plays freely."


@dataclass(frozen=True, eq=False)
class Run:
    """A lesson, the step it is at, and what has become of it.

    `held` is the choice that enter takes, `typed` the number. `answered` are the steps whose
    question was answered or whose task was reached, `missed` those that come back in the quiz.
    """

    lesson: Lesson
    at: int
    phase: Phase
    session: Session
    held: int = 0
    typed: str = ""
    answer: Answer | None = None
    told: Told | None = None
    said: str = ""
    hinted: bool = False
    answered: frozenset[int] = frozenset()
    missed: frozenset[int] = frozenset()
    ended: bool = False

    @classmethod
    def of(cls, lesson: Lesson, at: int = 0) -> Run:
        """Begin a lesson at a step."""
        return cls(lesson, at, *_opened(lesson.steps[at]))

    @property
    def step(self) -> Step:
        """The page that is open."""
        return self.lesson.steps[self.at]

    @property
    def task(self) -> Ask | Do | None:
        """What is asked or to be done here."""
        return None if self.step.skipped else self.step.task

    @property
    def learnt(self) -> bool:
        """Say whether every question was answered and every task reached, but for skipped steps."""
        steps = enumerate(self.lesson.steps)
        wanted = {i for i, step in steps if step.task is not None and not step.skipped}
        return wanted <= self.answered

    # ── from page to page ──────────────────────────────────────────────────────────────

    def next(self) -> Run:
        """Go on; a question that was not answered, or a task that was not reached, is missed."""
        left = self._missing() if self.phase in ("ask", "do") else self
        if self.at + 1 == len(self.lesson.steps):
            return dataclasses.replace(left, ended=True)
        return left._to(self.at + 1)

    def back(self) -> Run:
        """Return to the page before."""
        return self._to(max(self.at - 1, 0))

    def again(self) -> Run:
        """Open the page anew."""
        return self._to(self.at)

    def _to(self, at: int) -> Run:
        run = Run.of(self.lesson, at)
        return dataclasses.replace(run, answered=self.answered, missed=self.missed)

    def _missing(self) -> Run:
        return dataclasses.replace(self, missed=self.missed | {self.at})

    # ── asking ─────────────────────────────────────────────────────────────────────────

    def hold(self, choice: int) -> Run:
        """Hold a choice; nothing is said before it is taken."""
        if not isinstance(self.task, Ask) or not 0 <= choice < len(self.task.choices):
            return self
        return dataclasses.replace(self, held=choice, said="")

    def type(self, text: str) -> Run:
        """Let the number that is typed be this."""
        return dataclasses.replace(self, typed=text[:40], said="")

    def take(self) -> Run:
        """Answer with what is held or typed; what cannot be read gets a sentence."""
        if self.phase != "ask" or not isinstance(self.task, Ask):
            return self
        try:
            guess = self.held if self.task.choices else read_guess(self.task, self.typed)
        except BadValue as problem:
            return dataclasses.replace(self, said=str(problem))
        return self.tell(guess)

    def tell(self, guess: int | float | None = None) -> Run:
        """Tell the answer, beside a guess if there is one."""
        if self.phase != "ask" or not isinstance(self.task, Ask):
            return self
        asked = question(self.task, self.step.model)
        try:
            with patience():
                answer = asked.answer
        except BadValue as problem:
            return dataclasses.replace(self, said=str(problem))
        except TooLong as problem:
            return dataclasses.replace(self, said=f"The answer {problem}; n goes on without.")
        told = None if guess is None else answer.told(guess)
        right = told is not None and told.right
        return dataclasses.replace(
            self,
            phase="told",
            session=_told(self.step, self.session, asked.after),
            answer=answer,
            told=told,
            answered=self.answered | {self.at},
            missed=self.missed - {self.at} if right else self.missed | {self.at},
        )

    # ── doing ──────────────────────────────────────────────────────────────────────────

    def changed(self, session: Session) -> Run:
        """Take over a session that somebody has changed, and see whether the task is reached."""
        run = dataclasses.replace(self, session=session)
        if self.phase == "do" and isinstance(self.task, Do) and reached(self.task, session.model):
            kept = self.answered | {self.at}
            return dataclasses.replace(run, phase="done", answered=kept, said="")
        return run

    def hint(self) -> Run:
        """Give the hint; asked again, the solution."""
        if not isinstance(self.task, Do):
            return self
        words = " ".join(change.text for change in self.task.solution)
        if self.task.hint and not self.hinted:
            return dataclasses.replace(
                self, hinted=True, said=f"{self.task.hint} (once more: a solution)"
            )
        return dataclasses.replace(self, said=f"One solution: {words}")

    def refuse(self) -> Run:
        """Say that a guess comes first."""
        return dataclasses.replace(self, said=GUESS_FIRST if self.phase == "ask" else "")


def _opened(step: Step) -> tuple[Phase, Session]:
    """Open the state of a step, with what it shows and nothing else."""
    task = None if step.skipped else step.task
    phase: Phase = "ask" if isinstance(task, Ask) else "do" if isinstance(task, Do) else "look"
    # The first `show`, else what may be changed; else all controls.
    only = step.show or (allowed(task, step.model) if isinstance(task, Do) and task.only else ())
    model, pinned = step.model, None
    if step.compare and phase != "ask":
        model, pinned = apply(step.compare, step.model), step.model
    session = Session(_shown(step, step.panels), model, pinned=pinned, only=frozenset(only))
    return phase, dataclasses.replace(session, pin=_pin(session, step.pin))


def _told(step: Step, session: Session, after: Model) -> Session:
    """The state after the change compared with the opening one: with every panel there is."""
    told = dataclasses.replace(session, model=after, pinned=step.model, said="")
    if not step.panels:
        return told
    whole = dataclasses.replace(told, concept=_whole(step), pictures=Pictures())
    return dataclasses.replace(whole, pin=_pin(whole, step.pin))


def asked_figure(step: Step) -> Figure:
    """The figure that is shown while something is asked."""
    return _shown(step, step.panels).look(step.model)


def _shown(step: Step, panels: tuple[str, ...]) -> Concept:
    """The concept as a step shows it: without presets and tasks, and with these panels alone."""

    def view(model: Model) -> Figure:
        figure = step.concept.view(model)
        if not panels:
            return figure
        rows = (tuple(p for p in row if _is_shown(p, panels)) for row in figure.rows)
        return dataclasses.replace(figure, rows=tuple(row for row in rows if row))

    return dataclasses.replace(step.concept, view=view, presets={}, challenges=())


def _whole(step: Step) -> Concept:
    """The concept with all panels, those large that the question was asked over.

    The view's own main panel stays large beside them, if it has but one.
    """
    concept = _shown(step, ())

    def view(model: Model) -> Figure:
        figure = concept.view(model)
        mains = sum(panel.main and not _is_shown(panel, step.panels) for panel in figure.panels)
        rows = tuple(tuple(_sized(p, step.panels, mains == 1) for p in row) for row in figure.rows)
        return dataclasses.replace(figure, rows=rows)

    return dataclasses.replace(concept, view=view)


def _sized(panel: Panel, asked: tuple[str, ...], keeps: bool) -> Panel:
    """A panel, large if it was asked over, or if it was large and `keeps` to that."""
    return dataclasses.replace(panel, main=_is_shown(panel, asked) or (keeps and panel.main))


def _is_shown(panel: Panel, titles: tuple[str, ...]) -> bool:
    return panel.title in titles or panel.key in titles


def _pin(session: Session, name: str) -> Pin | None:
    """Find the cell of a number that is to be looked at: the first that belongs to it."""
    if not name:
        return None
    for i, panel in enumerate(session.figure.panels):
        for row, column in panel.cells():
            working = panel.why(row, column)
            if working is not None and working.name == name:
                return Pin(i, row, column)
    return None
