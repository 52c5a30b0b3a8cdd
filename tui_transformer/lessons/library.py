"""Where lessons come from: those that are shipped, and files of a person's.

Shipped are one for each concept, which has its id, and tours through many, named `tour-…`.

Imports no NumPy: the map asks here which concepts have a lesson.
"""

from __future__ import annotations

import os
import stat
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui_transformer.lessons.records import Lesson

LARGEST: Final = 1_000_000  # bytes that are read of a file
_TEXTS: Final = Path(__file__).parent / "texts"


@cache
def shipped() -> tuple[str, ...]:
    """List the ids of the shipped lessons, in the order of the syllabus, then the tours."""
    from tui_transformer.concepts import entries

    names = {file.stem for file in _TEXTS.iterdir() if file.suffix == ".md"}
    course = [entry.id for entry in entries() if entry.id in names]
    return (*course, *sorted(names - set(course)))


def tours() -> tuple[str, ...]:
    """List the shipped lessons that belong to no concept: they lead through many."""
    return tuple(name for name in shipped() if name.startswith("tour-"))


@cache
def title_of(lesson_id: str) -> str:
    """The title of a shipped lesson, read without what opens its states."""
    lines = text_of(lesson_id).splitlines()
    return next(line.removeprefix("# ") for line in lines if line.startswith("# "))


def text_of(lesson_id: str) -> str:
    """The text of a shipped lesson. Raises KeyError where there is none."""
    if lesson_id not in shipped():
        raise KeyError(lesson_id)
    return (_TEXTS / f"{lesson_id}.md").read_text(encoding="utf-8")


@cache
def load(lesson_id: str) -> Lesson:
    """Read a shipped lesson. Raises KeyError where there is none."""
    from tui_transformer.lessons.reading import parse

    return parse(text_of(lesson_id))


def is_shipped(path: str) -> bool:
    """Say whether a file is one of the shipped lessons."""
    return Path(path).resolve().parent == _TEXTS.resolve()


def text_in(path: str) -> str:
    """Read a lesson's file. Raises BadLesson, with one sentence, where it cannot be read."""
    from tui_transformer.lessons.records import BadLesson, Fault

    try:
        data = _bytes(path)
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise BadLesson((Fault(line, "It is no text: a lesson is UTF-8."),)) from None
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise BadLesson((Fault(0, f"It cannot be read: {why}."),)) from None


def _bytes(path: str) -> bytes:
    """Read a regular file, and of it no more than a lesson can have; never wait for a pipe."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError("no regular file")
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"more than {LARGEST:,} bytes")
    return data
