"""`tfx progress`: what is learnt, what comes back in the quiz, the stars; and beginning anew."""

import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

from tui_transformer.cli.options import Refused
from tui_transformer.cli.stream import spelled, speller
from tui_transformer.lessons.course import first
from tui_transformer.progress import Progress, clear, grouped, load, state_file
from tui_transformer.text import visible


def show(options: Any) -> int:
    """Print how far the person has come, or begin anew; returns the exit status."""
    if options.control:
        raise Refused("progress takes nothing after it but --json or --reset.")
    if options.text or options.svg is not None or options.lines or options.why:
        raise Refused("progress is printed as it is, or with --json.")
    found, problem = load(state_file())
    if problem:
        raise Refused(problem)
    if options.reset:
        return _reset(found, options)
    if options.yes:
        raise Refused("--yes goes with --reset.")
    if options.json:
        import json

        print(spelled(json.dumps(record(found), ensure_ascii=False)))
    else:
        _print(lines(found, date.today()), options.ascii)
    return 0


def record(progress: Progress) -> dict[str, Any]:
    """Make a record of it that any program can read."""
    missed = sorted(progress.missed.items(), key=lambda pair: (pair[1].due, pair[0]))
    return {
        "learnt": _in_order(progress),
        "next": first(progress.learnt),
        "visited": sorted(progress.visited),
        "quiz": [
            {"question": key, "due": one.due.isoformat(), "right": one.right} for key, one in missed
        ],
        "stars": grouped(progress.solved),
        "earlier_stars": grouped(progress.earlier),
    }


def lines(progress: Progress, today: date) -> Iterator[str]:
    """Say how far somebody has come, on a day."""
    from tui_transformer.lessons.library import shipped

    learnt = _in_order(progress)
    names = f": {', '.join(learnt)}." if learnt else "."
    yield f"Learnt: {len(learnt)} of {len(shipped())} lessons{names}"
    yield f"Next: {first(progress.learnt) or 'nothing is left; tfx quiz asks again.'}"
    due = progress.due(today)
    yield f"Quiz: {len(due)} due now, {len(progress.missed) - len(due)} later."
    for key, one in sorted(progress.missed.items(), key=lambda pair: (pair[1].due, pair[0])):
        days = (one.due - today).days
        when = "now" if days <= 0 else "tomorrow" if days == 1 else f"in {days} days"
        yield f"  {when}: {key}"
    yield _stars("Stars", progress.solved)
    if progress.earlier:
        yield _stars("Earlier stars (a preset or one key could earn them)", progress.earlier)


def _in_order(progress: Progress) -> list[str]:
    """List what is learnt, in the order of the course."""
    from tui_transformer.lessons.library import shipped

    course = [name for name in shipped() if name in progress.learnt]
    return course + sorted(progress.learnt - set(course))


def _stars(what: str, solved: frozenset[tuple[str, str]]) -> str:
    """Count stars, and say in which concepts they are."""
    counts = ", ".join(f"{name} {len(goals)}" for name, goals in grouped(solved).items())
    return f"{what}: {len(solved)}: {counts}." if counts else f"{what}: none yet."


def _reset(found: Progress, options: Any) -> int:
    """Begin anew, once that is confirmed, and say what was there."""
    if options.json:
        raise Refused("--reset prints what it cleared, and no JSON.")
    there = (
        f"{len(found.learnt)} lessons learnt, {len(found.missed)} questions of the quiz, "
        f"{len(found.solved)} stars, {len(found.earlier)} earlier stars, "
        f"{len(found.visited)} concepts opened"
    )
    if not options.yes:
        if not (sys.stdin and sys.stdin.isatty()):
            raise Refused("nothing is cleared without a question; --yes answers it beforehand.")
        print(f"This clears {there}. Clear it? Type yes: ", end="", flush=True)
        if sys.stdin.readline().strip().casefold() != "yes":
            print("Nothing is cleared.")
            return 1
    if problem := clear(state_file()):
        raise Refused(problem)
    print(f"Cleared: {there}.")
    return 0


def _print(said: Iterator[str], ascii: bool) -> None:
    spell = speller(ascii)
    for line in said:
        print(spell(visible(line)))
