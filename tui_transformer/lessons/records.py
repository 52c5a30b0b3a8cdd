"""A lesson as frozen records: what stands in its file, with line numbers; no answer among it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tui_transformer.concept import Concept
from tui_transformer.controls import BadValue
from tui_transformer.lessons.change import Change, words_of
from tui_transformer.lessons.tree import Node
from tui_transformer.link import link_to
from tui_transformer.model import Model

DIRECTIONS: Final = ("larger", "smaller", "the same")


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong in a line of a file (0: in all of it), in one sentence, cause first."""

    line: int
    sentence: str


class BadLesson(BadValue):
    """A file that breaks the contract; `faults` are all that were found, by line."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        first = faults[0]
        super().__init__(f"line {first.line}: {first.sentence}" if first.line else first.sentence)


@dataclass(frozen=True)
class Prose:
    """A paragraph (or another line of text), as Markdown."""

    line: int
    text: str


@dataclass(frozen=True)
class Choice:
    """What can be chosen, and what it means: a direction, a number, a text, yes, no or none."""

    text: str
    meaning: str


@dataclass(frozen=True)
class Reply:
    """What is told to who chose a choice."""

    line: int
    choice: str
    text: str


@dataclass(frozen=True)
class Within:
    """How far from the truth still counts: so much, or so many percent of it."""

    amount: float
    percent: bool = False

    def around(self, number: float) -> float:
        """How far from this number still counts."""
        return abs(number) * self.amount / 100 if self.percent else self.amount


@dataclass(frozen=True)
class Varied:
    """A control that is drawn when it is asked again: in a range, among texts, or anyhow."""

    name: str
    low: float | None = None
    high: float | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class Variant:
    """Another change that can be asked about, with its question."""

    line: int
    changes: tuple[Change, ...]
    question: str


@dataclass(frozen=True)
class Ask:
    """What becomes of an expression after a change; without choices a number is asked for."""

    line: int
    expression: Node
    changes: tuple[Change, ...]
    within: Within | None = None
    choices: tuple[Choice, ...] = ()
    replies: tuple[Reply, ...] = ()
    vary: tuple[Varied, ...] = ()
    when: Node | None = None
    variants: tuple[Variant, ...] = ()

    @property
    def asks_direction(self) -> bool:
        """Say whether it asks how the expression changes, not what it becomes."""
        return bool(self.choices) and all(one.meaning in DIRECTIONS for one in self.choices)

    def reply(self, choice: int) -> str:
        """What is told to who chose this; nothing where nothing is written."""
        text = self.choices[choice].text
        return next((reply.text for reply in self.replies if reply.choice == text), "")


@dataclass(frozen=True)
class Do:
    """A condition to be met by changing controls, of all or of `only` some."""

    line: int
    condition: Node
    only: tuple[str, ...] = ()
    hint: str = ""
    solution: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Expect:
    """What must hold in the state in which a step ends."""

    line: int
    condition: Node


@dataclass(frozen=True, eq=False)
class Step:
    """One page: a state of a concept, what is read before, what is asked or done, what after.

    `block` are the lines of its block as they stand. `skipped` says, where a published model is
    not on this computer, that the step cannot be taken.
    """

    line: int
    heading: str
    before: tuple[Prose, ...]
    concept: Concept
    model: Model
    task: Ask | Do | None = None
    after: tuple[Prose, ...] = ()
    expects: tuple[Expect, ...] = ()
    show: tuple[str, ...] = ()
    panels: tuple[str, ...] = ()
    pin: str = ""
    compare: tuple[Change, ...] = ()
    block: tuple[Prose, ...] = ()
    skipped: str = ""

    @property
    def link(self) -> str:
        """The command that opens its state."""
        return link_to(self.concept.id, self.model)

    @property
    def question(self) -> str:
        """What is asked, or what is to be done: the last paragraph before the block."""
        return self.before[-1].text if self.task and self.before else ""

    @property
    def story(self) -> tuple[str, ...]:
        """The paragraphs before the question."""
        return tuple(one.text for one in (self.before[:-1] if self.task else self.before))

    @property
    def key(self) -> str:
        """What the question is known by when its prose is edited: concept, expression, change."""
        return key(self)


@dataclass(frozen=True, eq=False)
class Lesson:
    """A title and steps; `other` is what else the file says of itself."""

    title: str
    steps: tuple[Step, ...]
    line: int = 1
    language: str = ""
    author: str = ""
    other: Mapping[str, Any] = field(default_factory=dict)


def key(step: Step, changes: tuple[Change, ...] | None = None) -> str:
    """Name a question (or a task) by concept, expression and change."""
    match step.task:
        case Ask(expression=expression, changes=own):
            after = words_of(own if changes is None else changes)
            return f"{step.concept.id} ask {expression.text} after {after}"
        case Do(condition=condition):
            return f"{step.concept.id} do {condition.text}"
    return f"{step.concept.id} look {step.link}"
