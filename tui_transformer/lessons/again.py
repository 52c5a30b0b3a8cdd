"""Asked again: a question drawn anew, with other numbers, until its answer is clear-cut."""

from typing import Final

import numpy as np

from tui_transformer.controls import BadValue, Real, Several
from tui_transformer.lessons.asking import Question
from tui_transformer.lessons.change import exact
from tui_transformer.lessons.evaluate import condition
from tui_transformer.lessons.records import Ask, Step, Varied, key
from tui_transformer.lessons.said import changed_by_drawing
from tui_transformer.lessons.scope import Scope
from tui_transformer.lessons.vary import drawn
from tui_transformer.model import Model
from tui_transformer.records import dataclass

TRIES: Final = 300


@dataclass(frozen=True, eq=False)
class Again:
    """A question of a step, asked in another state or about another change.

    `text` is how it is asked. `keeps_story` says whether the step's paragraphs are true here; if
    not, the two numbers and the working are told instead.
    """

    step: Step
    question: Question
    text: str
    keeps_story: bool

    @property
    def key(self) -> str:
        """What it is known by: concept, expression and change."""
        return key(self.step, self.question.changes)


def ask_again(step: Step, rng: "np.random.Generator", tries: int = TRIES) -> Again | None:
    """Draw a question anew; None for a step that asks nothing, and where no draw is clear-cut.

    Without anything to draw it is asked as it stands.
    """
    ask = step.task
    if not isinstance(ask, Ask) or step.skipped:
        return None
    if not ask.vary and not ask.variants:
        return Again(step, Question(ask, step.model, ask.changes), step.question, True)
    forms = [(ask.changes, step.question), *((v.changes, v.question) for v in ask.variants)]
    for _ in range(tries):
        changes, text = forms[int(rng.integers(len(forms)))]
        try:
            question = Question(ask, _opening(step.model, ask.vary, rng), changes)
            if _holds(ask, question.model) and is_clear(question):
                return Again(step, question, text, _keeps_story(step, question))
        except BadValue:  # this draw cannot be asked: the next one may
            continue
    return None


def _opening(state: Model, vary: tuple[Varied, ...], rng: "np.random.Generator") -> Model:
    """Draw the state in which it is asked, in the order of the controls."""
    wanted = {name: getattr(state, name) for name in state.controls()}
    by_name, now = {one.name: one for one in vary}, state
    for name in wanted:
        if name in by_name:
            wanted[name] = drawn(by_name[name], now, rng)
            now = now.replace(**{name: wanted[name]})
    return exact(type(state), wanted)


def _holds(ask: Ask, model: Model) -> bool:
    return ask.when is None or condition(ask.when, Scope(model))


def is_clear(question: Question) -> bool:
    """Say whether an answer is clear-cut; raises BadValue where there is none.

    A choice must stay right when a drawn real number moves by one step; a number must be more
    than twice the tolerance away from what it was.
    """
    answer = question.answer
    if answer.tolerance is not None:
        before = answer.before
        return not isinstance(before, float) or abs(answer.after - before) > 2 * answer.tolerance
    return all(near.answer.choice == answer.choice for near in _neighbours(question))


def _neighbours(question: Question) -> list[Question]:
    """List the same question one step away, either way, in every real number that is drawn."""
    found, model = [], question.model
    for name in (one.name for one in question.ask.vary):
        control, value = model.controls()[name], getattr(model, name)
        if not isinstance(control, Real | Several):
            continue
        for index in control.knobs(value):
            for amount in (-1, 1):
                moved = control.nudge(value, amount, model, index)
                if not np.array_equal(moved, value):
                    beside = model.replace(**{name: moved})
                    found.append(Question(question.ask, beside, question.changes))
    return found


def _keeps_story(step: Step, question: Question) -> bool:
    """Say whether the step's paragraphs are true of a drawn question, as far as can be told.

    Every `expect` holds; the change is the one they speak of, and they say no number of the
    opening state that is another one now.
    """
    ask = question.ask
    if question.changes is not ask.changes or (ask.vary and changed_by_drawing(step, ask)):
        return False
    try:
        scope = Scope(question.after, question.model)
        return all(condition(one.condition, scope) for one in step.expects)
    except BadValue:
        return False
