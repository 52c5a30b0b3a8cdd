"""The command line: the same states as on the screen, without or with a terminal."""

import gc
import os
import sys
from typing import Any, NoReturn

from tui_transformer import __version__
from tui_transformer.cli import screen
from tui_transformer.cli.options import OPTIONS, Refused, parser, read
from tui_transformer.text import and_list
from tui_transformer.without import later

# Small matrices only: more threads for BLAS make them slower. Must stand before NumPy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# What comes along for what is hardly ever done, a fifth of NumPy's start among it: texts of `help`,
# pickles, archives.
_LATER = (
    *("numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars"),
    *("bz2", "ipaddress", "lzma", "pickle", "platform", "textwrap"),
)

PRINTED = ("list", "help", "explain", "words")  # what may stand in place of a concept
LONGEST_MESSAGE = 1000  # characters of what was wrong


def main(argv: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    # What is loaded stays: to look through it for garbage again and again is a tenth of a start.
    gc.disable()
    _leave_for_later()
    try:
        return _main(argv)
    finally:
        gc.enable()


def _main(argv: list[str] | None) -> int:
    """Run the command line, and say in a sentence what was wrong with it."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments == ["--version"]:
        print(f"tfx {__version__}")
        return 0
    if "--kiosk" in arguments and hasattr(os, "fork"):
        from tui_transformer import kiosk

        if (status := screen.served(lambda: main(arguments))) is not None:
            return status
        kiosk.isolate(arguments)
    try:
        return _run(read(arguments))
    except ValueError as problem:
        if not _is_sentence(problem):
            raise
        from tui_transformer.cli.stream import speller
        from tui_transformer.text import shorten, visible

        said = f"tfx: {visible(shorten(str(problem), LONGEST_MESSAGE))}"
        print(speller("--ascii" in arguments, sys.stderr)(said), file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader went away, as in `tfx list | head`; there is nothing left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _is_sentence(problem: ValueError) -> bool:
    """Say whether a problem is one that a person can read and mend."""
    if isinstance(problem, Refused):
        return True
    from tui_transformer.classroom.messages import NoClass
    from tui_transformer.configuration import BadConfiguration
    from tui_transformer.controls import BadValue
    from tui_transformer.hosting import CannotHost

    return isinstance(problem, BadValue | BadConfiguration | NoClass | CannotHost)


def entry() -> NoReturn:
    """Leave with the exit status of `main`."""
    raise SystemExit(main())


def _run(options: Any) -> int:
    """Carry out what a command line says."""
    if options.kiosk:
        return screen.visit(options)
    _refuse_strays(options)
    if options.concept == "host":
        from tui_transformer.cli import host

        return host.host(options)
    if options.concept == "check":
        from tui_transformer.cli import lessons

        return lessons.check(options)
    if options.concept == "progress":
        from tui_transformer.cli import progress

        return progress.show(options)
    if options.concept in ("class", "follow", "present"):
        from tui_transformer.cli import classroom

        return classroom.attend(options)
    alone = options.lines or _prints(options) or screen.is_dumb()
    if options.concept == "record" and alone:
        raise Refused("record opens the screen and nothing else.")
    if options.lines or (not _prints(options) and screen.is_dumb()):
        return screen.converse(options)
    if _prints(options):
        from tui_transformer.cli import waiting

        with waiting.told():
            _print(options)
        return 0
    return screen.show(options)


def _refuse_strays(options: Any) -> None:
    """Refuse what would be left undone without a word."""
    for option in OPTIONS:
        given = getattr(options, option.key) not in (None, False)
        if given and option.goes and options.concept not in option.goes:
            raise Refused(f"--{option.name} goes with {and_list([*option.goes])} only.")
    if options.why is None and (options.all or options.depth is not None):
        raise Refused("--depth and --all go with --why only, as in: --why 'probabilities[0]'")
    if options.why is not None and (options.svg is not None or options.lines):
        raise Refused("--why prints text, or a record with --json; it has no picture and no lines.")
    if options.json and options.concept in ("help", "class"):
        raise Refused(f"{options.concept} prints text, and has no --json.")


def _prints(options: Any) -> bool:
    """Say whether something is printed, and no screen opened."""
    printing = options.json or options.text or options.svg is not None
    printing = printing or options.why is not None
    printing = printing or options.completions or options.paths or options.how
    return bool(printing or options.concept in PRINTED)


def _print(options: Any) -> None:
    """Carry out what needs no screen."""
    from tui_transformer.cli import printed

    if options.completions:
        from tui_transformer import themes
        from tui_transformer.completions import completions
        from tui_transformer.lessons import library

        print(completions(options.completions, parser(), library.shipped(), themes.names()))
    elif options.how:
        printed.how(options)
    elif options.paths:
        printed.paths()
    elif options.concept == "list":
        if options.control:
            raise Refused("list takes nothing after it.")
        printed.syllabus(options)
    elif options.concept == "help":
        printed.help_on(options.control, options.ascii)
    elif options.concept == "learn":
        from tui_transformer.cli import lessons

        if not options.json:
            raise Refused("learn has no picture to print; --json prints a lesson.")
        lessons.learn(options)
    elif options.concept == "quiz":
        from tui_transformer.cli import lessons

        if not options.json:
            raise Refused("quiz has no picture to print; --json prints a question.")
        lessons.quiz(options)
    elif options.concept == "words":
        printed.words(options)
    elif options.concept == "explain":
        printed.explain(options)
    elif options.concept is None:
        raise Refused("name a concept first, as in: tfx softmax --json")
    else:
        printed.state(screen.open_session(options.concept, options.control), options)


def _leave_for_later() -> None:
    """Have modules that hardly anybody uses loaded by who uses them."""
    for name in _LATER:
        later(name)
    later("numpy._typing", NDArray=tuple)  # of which NumPy itself wants something to annotate with
