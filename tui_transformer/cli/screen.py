"""Opening the screen: at the map or at a state, for its owner or for a visitor."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tui_transformer.cli.options import Refused, minutes
from tui_transformer.concepts.syllabus import VIEWER

if TYPE_CHECKING:
    from tui_transformer.configuration import Configuration
    from tui_transformer.progress import Keeper
    from tui_transformer.session import Session

NO_SCREEN = (
    "the screen needs Linux, macOS or WSL. Here --lines takes commands line by line, and "
    "--text, --json and --svg print a state."
)
# What goes without a screen, of the commands that no prompt can carry out.
WITHOUT = {"record": ""}
LONGEST_ASKED = 10_000  # characters behind `ssh host`


def visit(options: Any) -> int:
    """Open the screen for a visitor: at what was asked for behind `ssh host`, if it is a state."""
    from tui_transformer import kiosk
    from tui_transformer.classroom import place
    from tui_transformer.concepts import _real_model_places as places

    if not hasattr(os, "fork"):
        raise Refused("a kiosk needs Linux or macOS.")
    printing = options.json or options.text or options.svg is not None or options.completions
    if printing or options.lines or options.paths:
        raise Refused("--kiosk opens the screen and nothing else.")
    if "textual" not in sys.modules:  # as it is where a host has forked this
        kiosk.advise()
    kiosk.switch_on(minutes(options.idle))
    places.only_packaged()
    if asked := kiosk.asked():
        from tui_transformer.link import command_words

        if len(asked) > LONGEST_ASKED:
            raise Refused("that is too long for a state to open.")
        parts = command_words(asked)
        if options.concept == "present":
            options.control = _shown(parts, getattr(options, "class"))
        else:
            options.concept, options.control = parts[0] if parts else None, parts[1:]
    if options.concept == "present" and place.home is None:
        raise Refused("a class is opened from an account of your own.")
    return _visit_lines(options) if is_dumb() else show(options)


def _visit_lines(options: Any) -> int:
    """Go line by line with a visitor; nothing is remembered of it."""
    from tui_transformer import kiosk
    from tui_transformer.lines.idle import NobodyTyped
    from tui_transformer.progress import Keeper

    try:
        if options.concept == "follow":
            from tui_transformer.cli.hearing import follow

            return follow(options, Keeper(None))
        if options.concept == "present":
            from tui_transformer.cli.presenting import present

            return present(options, Keeper(None))
        kiosk.arm()
        return converse(options, Keeper(None))
    except NobodyTyped:
        print(f"\n{kiosk.ended_idle()}")
        return 0


def _shown(words: list[str], taught: str) -> list[str]:
    """Say what is to be presented, by somebody who may have written `present physics` before it."""
    for said in ("present", taught):
        words = words[1:] if words[:1] == [said] else words
    return words


def show(options: Any) -> int:
    """Open the program in the terminal, at the map or at a state.

    Before anything heavy is loaded a small process steps between it and the terminal, so that
    the terminal is put right whatever happens.
    """
    from tui_transformer import kiosk

    try:
        from tui_transformer.ui.terminal import restore, supervisor
    except ModuleNotFoundError as missing:  # Windows has no termios
        raise Refused(NO_SCREEN) from missing
    if (status := served(lambda: show(options))) is not None:
        return status
    problem = None if restore.is_closed() else restore.problem()
    if problem is None:
        return supervisor.supervise(lambda: start(options))
    link(options)  # what is wrong with the command itself comes first
    visiting = " Ask for one, as in: ssh -t HOST softmax"
    remedy = (
        visiting if kiosk.is_on() else WITHOUT.get(options.concept, " With --lines it needs none.")
    )
    raise Refused(problem.removeprefix("tfx ") + remedy)


def served(app: Callable[[], int]) -> int | None:
    """Run an app in the page for which `textual serve` has started this; None where it has not."""
    if "TEXTUAL_DRIVER" in os.environ:
        from tui_transformer.ui.terminal import packets

        if packets.is_asked():
            return packets.serve(app)
    return None


def is_dumb() -> bool:
    """Say whether there is a terminal that takes lines and nothing else."""
    streams = (sys.stdin, sys.stdout)  # None where one was closed
    asks = all(stream is not None and stream.isatty() for stream in streams)
    return asks and os.environ.get("TERM") == "dumb"


def converse(options: Any, visitor: Keeper | None = None) -> int:
    """Go line by line, without a screen; what a `visitor` does is kept nowhere."""
    from tui_transformer.cli.stream import speller
    from tui_transformer.lines.loop import run
    from tui_transformer.lines.prompt import Prompt
    from tui_transformer.progress import Keeper, state_file

    spell = speller(options.ascii)
    prompt = Prompt(visitor or Keeper(state_file()), spell is not str)
    if options.concept in ("learn", "quiz"):
        return run(prompt, "", spell, lesson_name(options))
    options.concept = options.concept or (None if visitor else configured().start or None)
    return run(prompt, link(options), spell)


def start(options: Any) -> int:
    """Run the screen, in the process that draws."""
    from tui_transformer import kiosk

    attend = None
    if options.concept in ("present", "follow"):
        from tui_transformer.cli import attended

        attend = attended.attendance(options)  # a kiosk can connect only now
    if kiosk.is_on():
        if attend is not None:
            kiosk.allow_class(attend.socket, attend.door is not None)
        kiosk.arm()
    from tui_transformer.ui.run import run

    found = None if kiosk.is_on() else configured()
    if attend is not None:
        wanted = attended.presented(options) if attend.door else attended.NOTHING
        return run(wanted.link, options.theme, options.ascii, wanted.lesson, found, attend=attend)
    if options.concept in ("learn", "quiz"):
        return run("", options.theme, options.ascii, lesson_name(options), found)
    if options.concept == "record":
        opened, file = link(options), options.control[0]
        return run(opened, options.theme, options.ascii, configuration=found, record=file)
    options.concept = options.concept or (found.start if found else "") or None
    return run(link(options), options.theme, options.ascii, configuration=found)


def configured() -> Configuration:
    """Read how the person likes it; BadConfiguration where that cannot be used."""
    from tui_transformer.configuration import config_file, load

    return load(config_file())


def lesson_name(options: Any) -> str:
    """Say which lesson is meant: the one that is named, or the course."""
    from tui_transformer.cli.lessons import named, quizzed
    from tui_transformer.lessons.course import COURSE

    asked: list[str] = options.control
    if options.concept == "quiz":
        return f"quiz {quizzed(asked)}".strip()
    if len(asked) > 1:
        raise Refused("learn takes one lesson, as in: tfx learn softmax")
    if asked:
        named(asked[0])  # what is wrong with it comes first
        return asked[0]
    return COURSE


def link(options: Any) -> str:
    """Write the state that was asked for as a link; empty for the map."""
    if options.concept in (None, "present", "follow"):
        return ""
    if options.concept in ("learn", "quiz"):
        return lesson_name(options)
    if options.concept == "record":
        return _recorded(options.control)
    return open_session(options.concept, options.control).link


def _recorded(words: list[str]) -> str:
    """Write the state in which recording begins. Raises BadValue where it cannot."""
    from tui_transformer.lessons.recorded import Recorded

    if len(words) < 2:
        raise Refused("record takes a file and a concept, as in: tfx record lesson.md softmax")
    Recorded(words[0])
    if words[1] == VIEWER.id:
        raise Refused("a lesson opens no file, and view opens nothing else.")
    return open_session(words[1], words[2:]).link


def open_session(name: str, assignments: list[str]) -> Session:
    """Open a concept in a state; BadValue where that cannot be."""
    from tui_transformer.link import open_words
    from tui_transformer.session import Session

    return Session.begin(*open_words([name, *assignments]))
