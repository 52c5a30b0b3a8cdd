"""The command line: the same states as on the screen, without or with a terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from tui_transformer import __version__

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from tui_transformer.render.canvas import Lines
    from tui_transformer.session import Session

# Small matrices only: more threads for BLAS make them slower. Must stand before NumPy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")


LONGEST_MESSAGE = 1000  # characters of what was wrong
LONGEST_ASKED = 10_000  # characters behind `ssh host`
SIZE = "80x24"


class Refused(ValueError):
    """A command line that cannot be carried out; its text says why."""


def main(argv: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments == ["--version"]:
        print(f"tfx {__version__}")
        return 0
    if "--kiosk" in arguments:
        from tui_transformer import kiosk

        kiosk.isolate(arguments)
    try:
        if not any(word.startswith("-") for word in arguments):
            return _plain(arguments)
        return _run(_parser().parse_intermixed_args(arguments))
    except ValueError as problem:
        if not _is_sentence(problem):
            raise
        from tui_transformer.text import shorten, visible

        said = f"tfx: {visible(shorten(str(problem), LONGEST_MESSAGE))}"
        print(_speller("--ascii" in arguments, sys.stderr)(said), file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader went away, as in `tfx list | head`; there is nothing left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _is_sentence(problem: ValueError) -> bool:
    """Say whether a problem is one that a person can read and mend."""
    if isinstance(problem, Refused):
        return True
    from tui_transformer.controls import BadValue

    return isinstance(problem, BadValue)


def entry() -> NoReturn:
    """Leave with the exit status of `main`."""
    raise SystemExit(main())


def _plain(arguments: list[str]) -> int:
    """Carry out a command without options, and without loading what parses them."""
    from types import SimpleNamespace

    concept = arguments[0] if arguments else None
    return _run(
        SimpleNamespace(
            concept=concept,
            control=arguments[1:],
            json=False,
            text=False,
            svg=None,
            why=None,
            size=SIZE,
            theme=None,
            ascii=False,
            completions=None,
            kiosk=False,
            idle=None,
        )
    )


def _parser() -> argparse.ArgumentParser:
    from argparse import ArgumentParser, RawDescriptionHelpFormatter

    class Parser(ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise Refused(message)

    parser = Parser(
        prog="tfx",
        description="Explore how neural networks and transformers work, in a terminal.",
        epilog="tfx                       the map of all concepts\n"
        "tfx softmax logits=1,2,3  open a concept in a state\n"
        "tfx help softmax          what can be set there, and what it gives\n"
        "tfx list                  all concepts",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("concept", nargs="?", help="a concept, or: list, help")
    parser.add_argument("control", nargs="*", help="name=value")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print controls and values as JSON")
    form.add_argument("--text", action="store_true", help="draw the figures once as text")
    form.add_argument("--svg", metavar="FILE", help="save the figures as a picture")
    parser.add_argument("--why", metavar="NUMBER", help="walk a number down, as in: 'p[0]'")
    parser.add_argument("--depth", metavar="N", help="how many levels of --why (2)")
    parser.add_argument("--all", action="store_true", help="every level of --why")
    parser.add_argument("--size", default=SIZE, metavar="WxH", help="how large to draw")
    parser.add_argument("--color", action="store_true", help="colour in --text, even in a pipe")
    parser.add_argument("--theme", choices=("dark", "light", "ansi", "plain"), help="colours")
    parser.add_argument("--ascii", action="store_true", help="no characters beyond ASCII")
    parser.add_argument("--kiosk", action="store_true", help="for an account anyone may use")
    parser.add_argument("--idle", metavar="MINUTES", help="end a kiosk's idle session (15)")
    parser.add_argument("--completions", choices=("bash", "zsh", "fish"), help="print them")
    parser.add_argument("--version", action="version", version=f"tfx {__version__}")
    return parser


def _run(options: Any) -> int:
    options.size = _size(options.size)
    if options.kiosk:
        return _kiosk(options)
    if options.idle is not None:
        raise Refused("--idle goes with --kiosk only.")
    if options.completions:
        from tui_transformer.completions import completions

        print(completions(options.completions, _parser()))
        return 0
    name = options.concept
    if name == "list":
        if options.control:
            raise Refused("list takes nothing after it.")
        return _list(options)
    if name == "help":
        return _help(options.control, options.ascii)
    headless = options.json or options.text or options.svg is not None or options.why
    if name is None and headless:
        raise Refused("name a concept first, as in: tfx softmax --json")
    if not headless:
        return _open(options)
    session = _session(name, options.control)
    _wait_for(session)
    if options.why:
        _why(session, options)
    elif options.json:
        print(_spelled(session.model.to_json(session.concept.id)))
    else:
        _draw(session, options)
    return 0


def _why(session: Session, options: Any) -> None:
    """Print how a number came about, level by level."""
    from tui_transformer import why

    depth = why.DEEPEST if options.all else _depth(options.depth)
    asked = why.find(session.model, session.figure, options.why)
    if options.json:
        import json

        print(_spelled(json.dumps(why.record(asked, depth), ensure_ascii=False)))
    else:
        spell = _speller(options.ascii)
        for line in why.lines(asked, depth):
            print(spell(line))


def _depth(text: str | None) -> int:
    if text is None:
        return 2
    if not (text.isdecimal() and text.isascii() and len(text) < 5):
        raise Refused("--depth is a number of levels, as in: --depth 3")
    return int(text)


def _wait_for(session: Session) -> None:
    """Where a state takes long, show on a terminal how far it is."""
    ahead, clock = session.concept.ahead, session.concept.clock
    if ahead is None or not sys.stderr.isatty() or ahead(session.model) is session.model:
        return
    import time

    from tui_transformer.training.progress import ProgressBar

    with ProgressBar(getattr(session.model, clock) or 1) as bar:
        while (near := ahead(session.model)) is not session.model:
            bar.show(getattr(near, clock), clock)
            time.sleep(0.1)


def _kiosk(options: Any) -> int:
    """Open the screen for a visitor: at what was asked for behind `ssh host`, if it is a state."""
    from tui_transformer import kiosk

    if options.json or options.text or options.svg is not None or options.completions:
        raise Refused("--kiosk opens the screen and nothing else.")
    kiosk.switch_on(_minutes(options.idle))
    if asked := kiosk.asked():
        from tui_transformer.link import command_words

        if len(asked) > LONGEST_ASKED:
            raise Refused("that is too long for a state to open.")
        parts = command_words(asked)
        options.concept, options.control = parts[0] if parts else None, parts[1:]
    return _open(options)


def _minutes(text: str | None) -> float:
    try:
        minutes = float(15 if text is None else text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 1440:
        raise Refused("--idle is a number of minutes up to 1440, as in: --idle 15")
    return minutes


def _list(options: Any) -> int:
    from tui_transformer.concepts import entries
    from tui_transformer.concepts.syllabus import SYLLABUS

    if options.json:
        import json

        record = [
            {"id": e.id, "title": e.title, "line": e.line, "builds_on": list(e.builds_on)}
            for e in entries()
        ]
        print(_spelled(json.dumps(record, ensure_ascii=False)))
        return 0
    wide = max(len(entry.id) for entry in entries())
    spell = _speller(options.ascii)
    for number, (chapter, concepts) in enumerate(SYLLABUS.items(), 1):
        print(spell(f"{number}  {chapter}"))
        for entry in concepts:
            print(spell(f"   {entry.id:<{wide}}  {entry.title}: {entry.line}"))
    return 0


def _help(names: list[str], ascii: bool) -> int:
    if not names:
        _parser().print_help()
        return 0
    if names[1:]:
        raise Refused(f"help takes one concept, {_shown(names[1])} is one too many.")
    from tui_transformer.describe import describe
    from tui_transformer.link import concept_called

    spell = _speller(ascii)
    print(describe(concept_called(names[0]), spell is not str, spell))
    return 0


def _session(name: str, assignments: list[str]) -> Session:
    from tui_transformer.link import open_words
    from tui_transformer.session import Session

    return Session(*open_words([name, *assignments]))


def _shown(name: str) -> str:
    from tui_transformer.text import shorten, visible

    return visible(shorten(name, 30)) or "''"


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal() and width.isascii() and height.isascii()):
        raise Refused("--size is width x height in characters, as in: --size 100x30")
    size = int(width[:9]), int(height[:9])
    if not (20 <= size[0] <= 500 and 6 <= size[1] <= 200):
        raise Refused("--size goes from 20x6 to 500x200.")
    return size


def _draw(session: Session, options: Any) -> None:
    """Print or save the figures of a state."""
    import dataclasses

    from tui_transformer.render.export import color_system
    from tui_transformer.render.page import whole
    from tui_transformer.render.palette import DARK, PALETTES, PLAIN, fitting

    width, height = options.size
    tty = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    colored = options.svg is not None or options.color or tty
    palette = PALETTES[options.theme] if options.theme else DARK
    if not options.svg:
        palette = fitting(palette, color_system())
    palette = dataclasses.replace(
        palette if colored else PLAIN,
        ascii=options.ascii or not _speaks_unicode(sys.stdout.encoding),
    )
    lines = whole(session.concept.title, session.figure, width, height, palette)
    if options.svg is not None:
        _save_svg(lines, session.concept.title, width, options.svg)
    elif colored:
        from tui_transformer.render.export import ansi

        print(ansi(lines))
    else:
        print("\n".join("".join(s.text for s in line).rstrip() for line in lines))


def _speaks_unicode(encoding: str | None) -> bool:
    """Say whether both the stream and the locale take UTF-8; in C, Python's stream does alone."""
    import locale

    return all(
        (name or "").lower().replace("-", "") == "utf8" for name in (encoding, locale.getencoding())
    )


def _speller(ascii: bool, stream: TextIO | None = None) -> Callable[[str], str]:
    """Find how text is written on a stream, by itself the standard output: as it is, or ASCII."""
    if not ascii and _speaks_unicode((stream or sys.stdout).encoding):
        return str
    from tui_transformer.render.spelling import spell

    return spell


def _spelled(record: str) -> str:
    """Spell out, in JSON, what could act on a terminal or does not fit the stream's encoding."""
    import json
    import re

    from tui_transformer.text import is_clean

    unicode = _speaks_unicode(sys.stdout.encoding)
    if is_clean(record) and (unicode or record.isascii()):
        return record
    return re.sub(
        "[^ -~]+",
        lambda odd: odd[0] if unicode and is_clean(odd[0]) else json.dumps(odd[0])[1:-1],
        record,
    )


def _save_svg(lines: Lines, title: str, width: int, file: str) -> None:
    from pathlib import Path

    from tui_transformer.render.export import svg

    try:
        Path(file).write_text(svg(lines, title, width), encoding="utf-8")
    except OSError as problem:
        raise Refused(f"{_shown(file)} cannot be written: {problem.strerror}.") from None


def _open(options: Any) -> int:
    """Open the program in the terminal, at the map or at a state.

    Before anything heavy is loaded a small process steps between it and the terminal, so that
    the terminal is put right whatever happens.
    """
    from tui_transformer import kiosk
    from tui_transformer.ui.terminal import restore, supervisor

    problem = None if restore.is_closed() else restore.problem()
    if problem is None:
        return supervisor.supervise(lambda: _start(options))
    _link(options)  # what is wrong with the command itself comes first
    remedy = " Ask for one, as in: ssh -t HOST softmax" if kiosk.is_on() else ""
    raise Refused(problem.removeprefix("tfx ") + remedy)


def _start(options: Any) -> int:
    from tui_transformer import kiosk

    if kiosk.is_on():
        kiosk.arm()
    from tui_transformer.ui.run import run

    return run(_link(options), theme=options.theme, ascii_only=options.ascii)


def _link(options: Any) -> str:
    """Write the state that was asked for as a link; empty for the map."""
    if options.concept is None:
        return ""
    return _session(options.concept, options.control).link
