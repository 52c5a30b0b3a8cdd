"""`tfx present`, `tfx follow` and `tfx class`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_transformer.cli.attended import presented
from tui_transformer.cli.options import Refused
from tui_transformer.cli.stream import speller

if TYPE_CHECKING:
    from tui_transformer.classroom.seat import Listed


def attend(options: Any) -> int:
    """Carry out a command that concerns classes; returns the exit status."""
    if sys.platform == "win32":
        raise Refused("a class needs Linux, macOS or WSL.")
    if options.text or options.svg is not None or options.why:
        raise Refused(f"{options.concept} has no picture to print.")
    if options.concept == "class":
        return _list(options)
    if options.concept == "follow":
        return _follow(options)
    return _present(options)


# ── tfx class ──────────────────────────────────────────────────────────────────────────


def _list(options: Any) -> int:
    from tui_transformer.classroom.seat import listed

    if options.control:
        raise Refused("class takes nothing after it.")
    spell, found = speller(options.ascii), listed()
    for one in found:
        print(spell(written(one)))
    if not found:
        print("There is no class here. tfx present opens one.")
    return 0


def written(one: Listed) -> str:
    """Write a class on a line."""
    from tui_transformer.classroom.seat import when

    return f"{one.name}  {one.presenter} presents, {one.following} follow, since {when(one.since)}"


# ── tfx follow ─────────────────────────────────────────────────────────────────────────


def _follow(options: Any) -> int:
    if len(options.control) > 1:
        raise Refused("follow takes one class, as in: tfx follow physics")
    from tui_transformer.classroom import seat
    from tui_transformer.cli import screen

    path = seat.found(*options.control)
    if options.json:
        return _stream(path, options)
    if not (options.lines or screen.is_dumb()):
        return screen.show(options)
    from tui_transformer.cli.hearing import follow
    from tui_transformer.progress import Keeper, state_file

    return follow(options, Keeper(state_file()))


def _stream(path: Path, options: Any) -> int:
    """Print each state that arrives as JSON, until the class ends."""
    from tui_transformer.classroom.messages import Bye, State
    from tui_transformer.classroom.seat import heard, join
    from tui_transformer.classroom.showing import Shown, shown
    from tui_transformer.cli.printed import record
    from tui_transformer.controls import BadValue
    from tui_transformer.text import visible

    connection = join(path, options.name or "")
    last: Shown | None = None
    spell = speller(options.ascii, sys.stderr)
    try:
        for message in heard(connection):
            try:
                if isinstance(message, State):
                    last = shown(message, last)
                    record(last.session)
                    sys.stdout.flush()
            except BadValue as problem:
                print(spell(f"tfx: {visible(str(problem))}"), file=sys.stderr, flush=True)
            if isinstance(message, Bye):
                print(spell(f"tfx: {visible(message.why)}"), file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    finally:
        connection.close()
    return 0


# ── tfx present ────────────────────────────────────────────────────────────────────────


def _present(options: Any) -> int:
    from tui_transformer.cli import screen

    if options.json:
        raise Refused("present opens a class; tfx follow NAME --json prints what is shown.")
    presented(options)  # what is wrong with it comes first
    if options.log:
        from tui_transformer.classroom.log import Log

        Log(options.log)
    if not (options.lines or screen.is_dumb()):
        return screen.show(options)
    from tui_transformer.cli.presenting import present
    from tui_transformer.progress import Keeper, state_file

    return present(options, Keeper(state_file()))
