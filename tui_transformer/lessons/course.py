"""The way through the lessons: which comes next, how one is opened, what is remembered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Final

from tui_transformer.lessons import library

if TYPE_CHECKING:
    from tui_transformer.lessons.records import Lesson
    from tui_transformer.lessons.run import Run
    from tui_transformer.progress import Progress

COURSE: Final = "course"  # in place of a lesson's name: all of them, one after the other
QUIZ: Final = "quiz"


def first(learnt: Iterable[str], after: str = "") -> str:
    """Name the first lesson that is not learnt, of those `after` one; empty where none is left."""
    names = library.shipped()
    rest = names[names.index(after) + 1 :] if after in names else names
    known = set(learnt)
    return next((name for name in rest if name not in known), "")


def opened(name: str, progress: Progress, today: date) -> tuple[Lesson, str]:
    """Open a lesson, and say what it is remembered as: nothing for a file, or for a quiz.

    `name` is a shipped one's id, a file, or `quiz` and maybe an id. Raises BadValue where there is
    none.
    """
    from tui_transformer.lessons.reading import parse

    word, _, only = name.partition(" ")
    if word == QUIZ:
        return _quiz(only.strip(), progress.due(today)), ""
    if name == COURSE:
        name = first(progress.learnt) or library.shipped()[0]
    if name in library.shipped():
        return library.load(name), name
    return parse(library.text_in(name)), ""


def _quiz(only: str, due: list[str]) -> Lesson:
    """Ask ten questions anew, those that were missed first."""
    import numpy as np

    from tui_transformer.lessons.quiz import LENGTH, as_lesson, drawn

    return as_lesson(tuple(islice(drawn(np.random.default_rng(), due, only), LENGTH)))


def remembered(progress: Progress, run: Run, at: int, name: str, today: date) -> Progress:
    """Remember how a step was answered, and the lesson of this name once it is learnt."""
    progress = progress.answer(run.lesson.steps[at].key, at not in run.missed, today)
    return progress.learn(name) if name and run.learnt else progress
