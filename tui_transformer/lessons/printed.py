"""A lesson as a record that any program can read: its steps, with every answer worked out."""

from collections.abc import Iterable
from typing import Any

from tui_transformer.controls import BadValue
from tui_transformer.lessons.again import Again
from tui_transformer.lessons.asking import Answer, Question, question
from tui_transformer.lessons.change import words_of
from tui_transformer.lessons.doing import reached, solved
from tui_transformer.lessons.evaluate import condition
from tui_transformer.lessons.functions import Thing
from tui_transformer.lessons.patience import TooLong, patience
from tui_transformer.lessons.records import Ask, BadLesson, Do, Fault, Lesson, Prose, Step
from tui_transformer.lessons.scope import Scope
from tui_transformer.link import link_to
from tui_transformer.model import Model, jsonable


def lesson(lesson: Lesson) -> dict[str, Any]:
    """Make a record of a lesson. Raises BadLesson where an answer cannot be worked out."""
    return {"title": lesson.title, "steps": [_patient(one) for one in lesson.steps]}


def step(step: Step) -> dict[str, Any]:
    """Make a record of a step as the lesson has it."""
    task: dict[str, Any] = {
        "kind": "look",
        "question": None,
        "expression": None,
        "after": None,
        "choices": None,
        "answer": None,
        "tolerance": None,
    }
    end = step.model
    try:
        match step.task:
            case Ask() as ask:
                asked = question(ask, step.model)
                task = _ask(asked, step.question, not step.skipped)
                end = end if step.skipped else asked.after
            case Do() as do:
                task, end = _do(step, do)
    except BadValue as problem:
        raise BadLesson((Fault(step.task.line if step.task else 0, str(problem)),)) from None
    return _page(step, step.link, task, end)


def _patient(one: Step) -> dict[str, Any]:
    """Make a record of a step. Raises BadLesson too where it takes longer than anybody waits."""
    try:
        with patience():
            return step(one)
    except TooLong as problem:
        raise BadLesson((Fault(one.line, f"This step {problem}."),)) from None


def again(drawn: Again) -> dict[str, Any]:
    """Make a record of a question that was drawn anew, as of a step."""
    asked, one = drawn.question, drawn.step
    opened = link_to(one.concept.id, asked.model)
    page = _page(one, opened, _ask(asked, drawn.text, True), asked.after, asked.model)
    return page if drawn.keeps_story else page | {"before": "", "after_text": ""}


def _page(
    step: Step, opened: str, task: dict[str, Any], end: Model, start: Model | None = None
) -> dict[str, Any]:
    scope = Scope(end, start or step.model)
    record: dict[str, Any] = {
        "heading": step.heading,
        "before": "\n\n".join(step.story),
        "link": opened,
        "task": task,
        "after_text": _text(step.after),
        "expects": [
            {
                "expression": expect.condition.text,
                "holds": None if step.skipped else _holds(expect.condition, scope),
            }
            for expect in step.expects
        ],
    }
    return record | ({"skipped": step.skipped} if step.skipped else {})


def _ask(asked: Question, text: str, computed: bool) -> dict[str, Any]:
    ask = asked.ask
    answer = asked.answer if computed else None
    return {
        "kind": "ask",
        "question": text,
        "expression": ask.expression.text,
        "after": words_of(asked.changes),
        "choices": [choice.text for choice in ask.choices] or None,
        "meanings": [choice.meaning for choice in ask.choices] or None,
        "answer": None if answer is None else _worth(answer.after, answer.choice, ask),
        "tolerance": None if answer is None else _tolerance(answer),
        "values": None
        if answer is None
        else {"before": _plain(answer.before), "after": _plain(answer.after)},
    }


def _tolerance(answer: Answer) -> float | None:
    """How far off counts as right; where a direction is asked for, what counts as the same."""
    within, before = answer.ask.within, answer.before
    if answer.ask.asks_direction and within is not None and isinstance(before, float):
        return within.around(before)
    return answer.tolerance


def _worth(after: Thing, choice: int | None, ask: Ask) -> Thing:
    return _plain(after) if choice is None else ask.choices[choice].text


def _do(step: Step, do: Do) -> tuple[dict[str, Any], Model]:
    end = step.model if step.skipped else solved(do, step.model)
    task = {
        "kind": "do",
        "question": step.question,
        "expression": do.condition.text,
        "after": words_of(do.solution),
        "choices": None,
        "answer": None if step.skipped else reached(do, end),
        "tolerance": None,
        "only": list(do.only),
        "hint": do.hint or None,
    }
    return task, end


def _holds(node: Any, scope: Scope) -> bool:
    try:
        return condition(node, scope)
    except BadValue:
        return False


def _plain(thing: Thing) -> Any:
    """Write a whole number as one, an array as a list."""
    found = jsonable(thing)
    return int(found) if isinstance(found, float) and found == round(found) else found


def _text(paragraphs: Iterable[Prose]) -> str:
    return "\n\n".join(one.text for one in paragraphs)
