"""`tfx learn ID --json` and `tfx check FILE …`: lessons without a screen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tui_transformer.cli.options import Refused
from tui_transformer.cli.stream import spelled, speller

if TYPE_CHECKING:
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
        from tui_transformer.link import did_you_mean
        from tui_transformer.text import shorten, visible

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
