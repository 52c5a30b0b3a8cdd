"""What is remembered between runs: concepts seen, tasks solved, lessons learnt, answers missed.

One small JSON file in the platform's state directory, replaced as a whole, and only once the
disk has it, so that it is never half-written. Where it is missing or empty, the program starts
afresh; where it is unreadable or makes no sense it says so once, and where the file is. It never
loses a file that it did not understand.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tui_transformer.records import dataclass
from tui_transformer.text import visible

VERSION = 3
AGAIN = (1, 3, 9, 27)  # days after which a question that was missed is asked again
LARGEST = 1_000_000  # bytes; a state file is a few kilobytes
TRIES = 4000  # a millisecond apart, to be the only one who writes: a busy disk takes its time
LINE = 77  # characters of a sentence that a status line of 80 columns shows whole


@dataclass(frozen=True)
class Missed:
    """A question that was answered wrong: how often it was right since, and when it comes back."""

    right: int
    due: date


@dataclass(frozen=True)
class Progress:
    """How far a person has come, and how they like it to look.

    `learnt` are the lessons in which everything was answered; `missed` the questions that are to
    be asked again, by what they are known as. `earlier` are tasks that were solved when a preset or
    a single key could do it.
    """

    visited: frozenset[str] = frozenset()
    solved: frozenset[tuple[str, str]] = frozenset()
    theme: str = ""
    learnt: frozenset[str] = frozenset()
    missed: Mapping[str, Missed] = field(default_factory=dict)
    earlier: frozenset[tuple[str, str]] = frozenset()

    def visit(self, concept: str) -> Progress:
        """Remember that a concept was opened."""
        return replace(self, visited=self.visited | {concept})

    def solve(self, concept: str, goal: str) -> Progress:
        """Remember that a challenge was solved."""
        return replace(self, solved=self.solved | {(concept, goal)})

    def learn(self, lesson: str) -> Progress:
        """Remember that a lesson is learnt."""
        return replace(self, learnt=self.learnt | {lesson})

    def answer(self, question: str, right: bool, today: date) -> Progress:
        """Remember an answer: what was missed comes back, each time it was right later."""
        others = {key: missed for key, missed in self.missed.items() if key != question}
        before = self.missed.get(question)
        if not right:
            missed = Missed(0, today + timedelta(AGAIN[0]))
        elif before is None or before.right + 1 == len(AGAIN):
            return self if before is None else replace(self, missed=others)
        elif before.due > today:
            return self
        else:
            missed = Missed(before.right + 1, today + timedelta(AGAIN[before.right + 1]))
        return replace(self, missed=others | {question: missed})

    def due(self, today: date) -> list[str]:
        """List the questions that are to be asked again by now, the longest due first."""
        waiting = ((missed.due, key) for key, missed in self.missed.items())
        return [key for due, key in sorted(waiting) if due <= today]

    def goals_of(self, concept: str) -> frozenset[str]:
        """List the challenges solved in a concept, by their goals."""
        return frozenset(goal for solved, goal in self.solved if solved == concept)

    def solved_in(self, concept: str) -> int:
        """Count the challenges solved in a concept."""
        return len(self.goals_of(concept))

    def to_json(self) -> str:
        """Write it down."""
        import json

        record = {
            "version": VERSION,
            "theme": self.theme,
            "visited": sorted(self.visited),
            "solved": grouped(self.solved),
            "earlier": grouped(self.earlier),
            "learnt": sorted(self.learnt),
            "missed": {
                key: [missed.right, missed.due.isoformat()]
                for key, missed in sorted(self.missed.items())
            },
        }
        return json.dumps(record, ensure_ascii=False, indent=1)


def grouped(solved: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """List the goals of tasks by their concepts."""
    found: dict[str, list[str]] = {}
    for concept, goal in sorted(solved):
        found.setdefault(concept, []).append(goal)
    return found


def state_file() -> Path:
    """Say where it is kept."""
    from platformdirs import user_state_path

    return user_state_path("tfx") / "progress.json"


def load(path: Path) -> tuple[Progress, str]:
    """Read what was remembered, with a sentence where something is wrong with it."""
    import json

    try:
        if not path.exists():
            return Progress(), ""
        if not path.is_file():  # a pipe would be waited for, a device read for ever
            return Progress(), _sentence("Progress cannot be read (not a file)", path)
        if path.stat().st_size > LARGEST:
            return Progress(), _sentence("Too large to be our progress, left alone", path)
        text = path.read_text(encoding="utf-8")
        return _read(json.loads(text)) if text.strip() else Progress(), ""
    except OSError as problem:
        return Progress(), _sentence(f"Progress cannot be read ({problem.strerror})", path)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Progress(), _sentence("Damaged or from a newer tfx, left alone", path)


def _sentence(cause: str, path: Path) -> str:
    """Say what is wrong, then with which file; only the middle of its path is left out."""
    home, shown = os.path.expanduser("~"), str(path)  # noqa: PTH111 (a home may be unknown)
    if len(home) > 1 and shown.startswith(f"{home}/"):
        shown = "~" + shown.removeprefix(home)
    return f"{cause}: {_shortened(visible(shown), LINE - len(cause) - 3)}."


def _shortened(path: str, room: int) -> str:
    """Leave out folders in the middle of a path, or letters, until it fits."""
    parts, shown = path.split("/"), path
    for kept in range(len(parts) - 4, -1, -1):
        if len(shown) > room:
            shown = "/".join([*parts[: 1 + kept], "…", *parts[-2:]])
    if len(shown) > room:
        start = room // 3
        shown = f"{shown[:start]}…{shown[start + 1 - room :]}"
    return shown


def _read(record: Mapping[str, Any]) -> Progress:
    """Take a record that is ours to the last name: what is not known would be lost in saving."""
    version = record["version"]
    if type(version) is not int or version not in range(1, VERSION + 1):
        raise ValueError("another version")
    since = {"version": 1, "theme": 1, "visited": 1, "solved": 1} | {"learnt": 2, "missed": 2}
    if record.keys() != {name for name, at in (since | {"earlier": 3}).items() if at <= version}:
        raise ValueError("other names")
    solved, earlier = _pairs(record["solved"]), _pairs(record.get("earlier", {}))
    if version == 1:  # in the first version a preset or a single key could solve a task
        solved, earlier = frozenset(), solved
    return Progress(
        frozenset(_names(record["visited"])),
        solved,
        _names([record["theme"]])[0],
        frozenset(_names(record.get("learnt", []))),
        {key: _missed(*record["missed"][key]) for key in _names([*record.get("missed", {})])},
        earlier,
    )


def _pairs(record: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Take the goals of tasks by their concepts, in today's words."""
    from tui_transformer.concepts.reworded import REWORDED

    found = ((concept, goal) for concept in _names([*record]) for goal in _names(record[concept]))
    return frozenset((concept, REWORDED.get(goal, goal)) for concept, goal in found)


def _missed(right: Any, due: Any) -> Missed:
    """Take a question that was missed."""
    if type(right) is not int or not 0 <= right < len(AGAIN):
        raise ValueError("not a number of times")
    return Missed(right, date.fromisoformat(due))


def _names(items: Any) -> list[str]:
    """Make sure that a list has nothing but text that can be written again."""
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise TypeError("not a list of names")
    "".join(items).encode()  # lone surrogates raise a ValueError
    return items


def save(progress: Progress, path: Path) -> str:
    """Write it down as a whole; returns a sentence where that is not possible."""
    from tui_transformer import whole_file

    try:
        Path(os.path.realpath(path)).parent.mkdir(parents=True, exist_ok=True)
        whole_file.write(path, progress.to_json())
    except OSError as problem:
        return _sentence(f"Progress cannot be saved ({problem.strerror})", path)
    return ""


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let no other running tfx write meanwhile; one that does not come back is not waited for."""
    import time

    handle = None
    with suppress(OSError, ImportError):  # without locks the last who writes is merged all the same
        import fcntl

        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        for _ in range(TRIES):
            with suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(0.001)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def clear(path: Path) -> str:
    """Begin anew, but for the look; returns a sentence where that is not possible."""
    with _alone(path.parent):
        found, problem = load(path)
        return problem or save(Progress(theme=found.theme), path)


class Keeper:
    """Holds the progress of this run and writes it whenever it changes.

    A file that could not be understood is never written over. Progress that another
    running tfx saved in the meantime is merged in.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.progress, self.complaint = load(path) if path else (Progress(), "")
        self._writable = path is not None and not self.complaint

    def update(self, progress: Progress) -> None:
        """Take over a new state of things."""
        if progress == self.progress:
            return
        self.progress = progress
        if not self._writable or self._path is None:
            return
        with _alone(self._path.parent):
            problem = self._save(self._path)
        if problem:
            self.complaint, self._writable = problem, False

    def _save(self, path: Path) -> str:
        """Write it down with what others have saved; returns a sentence where that fails."""
        others, problem = load(path)
        if problem:
            return problem
        self.progress = replace(
            self.progress,
            visited=self.progress.visited | others.visited,
            solved=self.progress.solved | others.solved,
            learnt=self.progress.learnt | others.learnt,
            earlier=self.progress.earlier | others.earlier,
        )
        return save(self.progress, path)

    def complain(self) -> str:
        """Hand over what went wrong, once."""
        complaint, self.complaint = self.complaint, ""
        return complaint
