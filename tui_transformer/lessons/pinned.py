"""A question about the number that is pinned: what becomes of it after a change that is typed."""

from typing import Final

from tui_transformer import why
from tui_transformer.concept import Concept
from tui_transformer.controls import BadValue
from tui_transformer.figure import Figure
from tui_transformer.lessons.asked import read_within
from tui_transformer.lessons.asking import question
from tui_transformer.lessons.change import apply, read_changes, words_of
from tui_transformer.lessons.records import DIRECTIONS, Ask, Choice, Lesson, Prose, Step
from tui_transformer.lessons.tree import Pinned
from tui_transformer.link import words
from tui_transformer.model import Model

TITLE: Final = "What becomes of it?"


def about(concept: Concept, model: Model, number: str, typed: str) -> Lesson:
    """Make a lesson of one question: which way the number goes, or with `within` what it becomes.

    Nothing of the answer is computed. Raises BadValue where a change cannot be read.
    """
    parts = words(typed)
    within = None
    if "within" in parts:
        at = parts.index("within")
        within, parts = read_within(parts[at + 1 :]), parts[:at]
    changes = read_changes(parts, type(model))
    node = Pinned(number, lambda state: _value(concept, state, number))
    choices = () if within else tuple(Choice(one, one) for one in DIRECTIONS)
    ask = Ask(0, node, changes, within, choices)
    asked = Prose(0, f"What becomes of {number} with {words_of(changes)}?")
    step = Step(0, TITLE, (asked,), concept, model, ask)
    return Lesson("a question", (step,))


def answered(lesson: Lesson) -> None:
    """Raise BadValue where a question about a pinned number has no answer that can be told."""
    step = lesson.steps[0]
    assert isinstance(step.task, Ask)
    after = apply(step.task.changes, step.model)
    ahead = step.concept.ahead
    if ahead is not None and ahead(after) is not after:
        raise BadValue("That takes long to compute: play up to it first, then ask.")
    _ = question(step.task, step.model).answer


def _value(concept: Concept, model: Model, number: str) -> float:
    """Find what a number is in a state: as `--why` does, else by its working's name."""
    figure = concept.look(model)
    found = _in(figure, number)
    return float(why.find(model, figure, number).value) if found is None else found


def _in(figure: Figure, number: str) -> float | None:
    for panel in figure.panels:
        for row, column in panel.cells():
            working = panel.why(row, column)
            if working is not None and working.name == number:
                return float(working.value)
    return None
