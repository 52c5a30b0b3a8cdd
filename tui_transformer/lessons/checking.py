"""`tfx check`: whether a file keeps to the contract, and every answer and number in it is true."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from tui_transformer.controls import BadValue
from tui_transformer.lessons.asking import Answer, question
from tui_transformer.lessons.checking_prose import in_steps, replies_missing, tells_answer
from tui_transformer.lessons.checking_states import draws, in_state
from tui_transformer.lessons.markdown import MOST_FAULTS
from tui_transformer.lessons.patience import MOST, TooLong, patience
from tui_transformer.lessons.reading import read
from tui_transformer.lessons.records import Ask, BadLesson, Fault, Lesson, Step

DRAWS = 40
"""How often a question is drawn to see whether its answer ever changes."""


@dataclass
class Report:
    """What breaks the contract, and what an author may want to know besides."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


def check(
    text: str,
    shipped: bool = False,
    draw: int = DRAWS,
    seed: int = 0,
    seconds: float | None = None,
) -> Report:
    """Check the text of a file, by the stricter rules of shipped lessons if it is one.

    Each question is drawn `draw` times, from a generator of this seed. What takes more than so
    many `seconds` of computing (20) is a fault, and its draws are left out.
    """
    try:
        reading = read(text)
    except BadLesson as problem:
        return Report(list(problem.faults))
    report = Report(list(reading.faults))
    rng = np.random.default_rng(seed)
    asked: dict[str, int] = {}
    slow = 0
    for step in reading.lesson.steps:
        if step.task is not None and asked.setdefault(step.key, step.line) != step.line:
            twice = f"The same is asked in line {asked[step.key]}: the quiz takes both for one."
            report.notes.append(Fault(step.line, twice))
        slow += _within(seconds, reading.lesson, step, shipped, report)
        if draw and isinstance(step.task, Ask) and not step.skipped and not slow:
            report.notes += _drawn(seconds, step, step.task, draw, rng)
        step.model.forget()
        if slow == MOST:
            left = "The steps after this one are left out: too many take too long."
            report.faults.append(Fault(step.line, left))
            break
    report.faults = sorted(set(report.faults))[:MOST_FAULTS]
    return report


def _within(
    seconds: float | None, lesson: Lesson, step: Step, shipped: bool, report: Report
) -> bool:
    """Check a step; says whether that takes too long."""
    try:
        with patience(seconds):
            _check_step(lesson, step, shipped, report)
    except TooLong as problem:
        report.faults.append(Fault(step.line, f"This step {problem}."))
        return True
    return False


def _drawn(
    seconds: float | None, step: Step, ask: Ask, times: int, rng: "np.random.Generator"
) -> list[Fault]:
    """Draw a question, as long as that does not take too long."""
    try:
        with patience(seconds):
            return [*draws(step, ask, times, rng)]
    except TooLong as problem:
        return [Fault(ask.line, f"Asked again, it {problem}: its draws are left out.")]


def _check_step(lesson: Lesson, step: Step, shipped: bool, report: Report) -> None:
    report.faults += in_steps(step, shipped)
    if step.skipped:
        report.notes.append(Fault(step.line, step.skipped))
        return
    answer: Answer | None = None
    if isinstance(step.task, Ask):
        try:
            answer = question(step.task, step.model).answer
        except BadValue as problem:
            report.faults.append(Fault(step.task.line, str(problem)))
            return
    report.faults += in_state(step)
    if answer is not None:
        report.faults += [*_told(lesson, step, answer, shipped)]


def _told(lesson: Lesson, step: Step, answer: Answer, shipped: bool) -> Iterator[Fault]:
    if shipped:
        yield from replies_missing(answer)
    for line, heading in ((step.line, step.heading), (lesson.line, lesson.title)):
        if tells_answer(heading, answer):
            yield Fault(line, f"“{heading}” tells the answer of a question: {answer.text}.")
