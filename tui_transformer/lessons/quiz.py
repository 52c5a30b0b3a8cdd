"""The quiz: questions of the lessons asked again with other numbers, what was missed first."""

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from tui_transformer.lessons import library
from tui_transformer.lessons.again import Again, ask_again
from tui_transformer.lessons.records import Ask, Lesson, Prose, Step

LENGTH = 10  # questions of a quiz
SLOW = frozenset({"training", "real-model"})  # a draw of theirs takes too long to be redrawn


def drawn(
    rng: "np.random.Generator", due: Sequence[str] = (), only: str = "", new: int | None = None
) -> Iterator[Again]:
    """Draw questions, of one lesson or of all: those that are `due` first, by what they are known
    as, then others in any order, each once; at most `new` of these.

    What a tour asks as a concept's lesson does is asked as in the lesson, which comes first.
    """
    known: dict[str, Step] = {}
    for name in (only,) if only else library.shipped():
        for step in library.load(name).steps:
            if isinstance(step.task, Ask) and not step.skipped and step.concept.id not in SLOW:
                known.setdefault(step.key, step)
    steps = tuple(known.values())
    order = {key: at for at, key in enumerate(due)}
    missed = sorted((step for step in steps if step.key in order), key=lambda s: order[s.key])
    others = [step for step in steps if step.key not in order]
    mixed = [others[int(at)] for at in rng.permutation(len(others))]
    for step in (*missed, *(mixed if new is None else mixed[:new])):
        again = ask_again(step, rng)
        if again is not None:
            yield again


def as_lesson(questions: Sequence[Again]) -> Lesson:
    """Make a lesson of drawn questions, to be taken like any other."""
    return Lesson("Quiz", tuple(_step(question) for question in questions))


def _step(again: Again) -> Step:
    """The page of a drawn question: its story only where that is true of what was drawn."""
    step, question = again.step, again.question
    line = step.before[-1].line if step.before else step.line
    story = step.before[:-1] if again.keeps_story else ()
    return dataclasses.replace(
        step,
        before=(*story, Prose(line, again.text)),
        model=question.model,
        task=dataclasses.replace(question.ask, changes=question.changes),
        after=step.after if again.keeps_story else (),
        expects=(),
    )
