"""`tfx learn ID --json` and `tfx check FILE …`: lessons without a screen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tui_transformer.cli.options import Refused
from tui_transformer.cli.stream import spelled, speller

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_transformer.lessons.records import Lesson


def learn(options: Any) -> None:
    """Print a lesson with its answers, as JSON."""
    import json

    from tui_transformer.lessons import printed
    from tui_transformer.lessons.records import BadLesson

    if len(options.control) != 1:
        raise Refused("learn --json takes one lesson, as in: tfx learn softmax --json")
    name = options.control[0]
    try:
        record = printed.lesson(named(name))
    except BadLesson as problem:
        raise Refused(_located(name, problem.faults[0])) from None
    print(spelled(json.dumps(record, ensure_ascii=False, allow_nan=False)))


def listed(spell: Callable[[str], str]) -> None:
    """Print which lessons there are, in the order of the course, and the tours."""
    from tui_transformer.lessons.library import shipped, title_of

    wide = max(map(len, shipped()))
    print("tfx learn NAME opens a lesson, tfx learn the first one that is not learnt yet.\n")
    for name in shipped():
        print(spell(f"   {name:<{wide}}  {title_of(name)}"))


def quiz(options: Any) -> None:
    """Print the next question of the quiz with its answer, as JSON."""
    import json
    from datetime import date
    from itertools import islice

    import numpy as np

    from tui_transformer.lessons import printed
    from tui_transformer.lessons.quiz import drawn
    from tui_transformer.progress import load, state_file

    due = load(state_file())[0].due(date.today())
    for again in islice(drawn(np.random.default_rng(), due, quizzed(options.control)), 1):
        print(spelled(json.dumps(printed.again(again), ensure_ascii=False, allow_nan=False)))


def quizzed(asked: list[str]) -> str:
    """Say which lesson is quizzed; empty for all of them. Raises Refused where there is none."""
    from tui_transformer.lessons.library import shipped

    if len(asked) > 1:
        raise Refused("quiz takes one lesson or none, as in: tfx quiz softmax")
    if asked and asked[0] not in shipped():
        named(asked[0])
        raise Refused("only the lessons that come with the program are quizzed.")
    return asked[0] if asked else ""


def named(name: str) -> Lesson:
    """Find a shipped lesson by its id, or one of a person's by its path.

    Raises BadLesson where the file breaks the contract, Refused where there is none.
    """
    from tui_transformer import kiosk
    from tui_transformer.lessons.library import load, shipped, text_in
    from tui_transformer.lessons.reading import parse

    if name in shipped():
        return load(name)
    if not ("/" in name or name.endswith(".md")):
        from tui_transformer.text import did_you_mean, shorten, visible

        shown = visible(shorten(name, 30)) or "''"
        raise Refused(f"there is no lesson called {shown}.{did_you_mean(name, shipped())}")
    if kiosk.is_on():
        raise Refused("only the lessons that come with the program open here.")
    return parse(text_in(name))


def check(options: Any) -> int:
    """Print what is wrong with lessons, a line each; returns the exit status."""
    if not options.control:
        raise Refused("check takes files, as in: tfx check lesson.md")
    from tui_transformer.lessons.checking import check as look
    from tui_transformer.lessons.library import is_shipped, text_in
    from tui_transformer.lessons.records import BadLesson

    spell, status = speller(options.ascii), 0
    for name in options.control:
        try:
            report = look(text_in(name), shipped=is_shipped(name))
            faults, notes = report.faults, report.notes
        except BadLesson as problem:
            faults, notes = list(problem.faults), []
        for fault in faults:
            print(spell(_located(name, fault)))
            status = 2
        for note in notes:
            print(spell(f"{_located(name, note)} (no fault)"), file=sys.stderr)
    return status


def _located(name: str, fault: Any) -> str:
    """Write a fault with its file and line; what concerns the whole file is in its first line."""
    from tui_transformer.text import visible

    return f"{visible(name)}:{max(fault.line, 1)}: {fault.sentence}"
