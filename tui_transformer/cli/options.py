"""What may stand in the command line: one table, and how it is read."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from tui_transformer import __version__
from tui_transformer.concepts.syllabus import COMMANDS

if TYPE_CHECKING:
    from argparse import ArgumentParser

EPILOG = """\
tfx                       the map of all concepts
tfx softmax logits=1,2,3  open a concept in a state
tfx help softmax          what can be set there, and what it gives
tfx explain softmax       what it is about, and what to try there
tfx list                  all concepts
tfx words logit           what a word means, and where it is explained
tfx learn softmax         a lesson that asks first (--json: with its answers)
tfx help learn            all lessons, and the guided tours
tfx quiz                  ten questions, asked again with other numbers
tfx check FILE ...        what is wrong with a lesson of yours
tfx record FILE softmax   write one: play freely, R adds the state in sight
tfx view FILE             look at attention that another program saved (--how)
tfx progress              what is learnt, what comes back in the quiz, the stars
tfx present softmax       open a class: others follow in their own terminals
tfx follow NAME           follow one; tfx class lists those that are open here
tfx host --port 2222      an SSH server of your own: whoever comes in gets tfx"""
COUNTING = """\
Places count from 0, as in p[0], and go by their names too, as in probabilities[cat]
(--json lists them as labels: of a matrix, its rows and its columns). Layers count
from 1, because 0 is the embedding."""
LIMITS = """\
A visitor's session (tfx host, tfx --kiosk) may compute for 60 minutes, 20 seconds for
one picture, and play 50 steps a second; it has 1 GB of memory, and ends after 15
minutes without a key (--idle). A host has 50 of them at a time (--max), and whoever
comes then is told so."""


class Refused(ValueError):
    """A command line that cannot be carried out; its text says why."""


class Option(NamedTuple):
    """One option; without a `metavar` or `choices` it is a switch."""

    name: str
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    default: Any = None
    usual: str = ""
    """What it means without a value, where it can stand alone."""
    goes: tuple[str, ...] = ()
    """What it goes with, if not with everything: elsewhere it would be left undone."""

    @property
    def key(self) -> str:
        """What it is called among what was read."""
        return self.name.replace("-", "_")

    @property
    def asks(self) -> dict[str, Any]:
        """What `argparse` is told of it."""
        if self.choices:
            return {"choices": self.choices, "help": self.help}
        if self.metavar:
            asks = {"metavar": self.metavar, "default": self.default, "help": self.help}
            return asks | ({"nargs": "?", "const": self.usual} if self.usual else {})
        return {"action": "store_true", "help": self.help}


FORMS = (
    Option("json", "print controls, values and labels as JSON"),
    Option("text", "draw the figures once as text"),
    Option("svg", "save the figures as a picture", "FILE"),
    Option("lines", "no screen: commands and sentences, line by line"),
)
"""Of these there can be one."""

OPTIONS = (
    Option("why", "walk a number down, as in: 'p[0]'", "NUMBER"),
    Option("depth", "how many levels of --why (2)", "N"),
    Option("all", "every level of --why"),
    Option("size", "how large to draw", "WxH", default="80x24"),
    Option("color", "colour in --text, even in a pipe"),
    Option("theme", "dark, light, ansi, plain or one of Textual's: nord", "NAME"),
    Option("ascii", "no characters beyond ASCII"),
    Option("how", "print how a file is saved, with: tfx view"),
    Option("reset", "begin anew, with: tfx progress", goes=("progress",)),
    Option("yes", "do so without a question", goes=("progress",)),
    Option("paths", "name the files that are read or written"),
    Option("class", "the class, with: tfx present, tfx host", "NAME", goes=("present", "host")),
    Option("group", "who may follow it, or visit --socket", "GROUP", goes=("present", "host")),
    Option("log", "keep questions, truths and counts there", "FILE", goes=("present", "host")),
    Option("keys", "show the keys that are pressed", goes=("present", "host")),
    Option("clock", "show for how long a step is open", goes=("present", "host")),
    Option("name", "your name, with: tfx follow", "NAME", goes=("follow",)),
    Option("port", "where tfx host listens (2222)", "N", goes=("host",)),
    Option("web", "serve browsers as well, there (8000)", "PORT", usual="8000", goes=("host",)),
    Option("bind", "whom it listens to (this machine): 0.0.0.0", "ADDRESS", goes=("host",)),
    Option("password-file", "its first line lets people in", "FILE", goes=("host",)),
    Option("authorized-keys", "keys that let people in", "FILE", goes=("host",)),
    Option("presenter-key", "whose key presents to --class", "FILE", goes=("host",)),
    Option("socket", "serve tfx-visit there, for the system's sshd", "PATH", goes=("host",)),
    Option("max", "how many at a time, with: tfx host (50)", "N", goes=("host",)),
    Option("kiosk", "for an account anyone may use"),
    Option("idle", "end a visitor's idle session (15)", "MINUTES", goes=("--kiosk", "host")),
    Option("completions", "print them", choices=("bash", "zsh", "fish")),
)


def read(arguments: list[str]) -> Any:
    """Read a command line; as most are written, without loading what parses all of them."""
    options: Any = _read(arguments)
    if options is None:
        options = parser().parse_intermixed_args(arguments)
    options.size = size(options.size)
    options.theme = theme(options.theme)
    return options


def _read(arguments: list[str]) -> SimpleNamespace | None:
    """Read words, switches, and options with a value behind them; None where there is more."""
    named = {f"--{option.name}": option for option in (*FORMS, *OPTIONS)}
    given = {option.key: option.default for option in named.values()}
    words, rest = [], iter(arguments)
    for word in rest:
        if not word.startswith("-"):
            words.append(word)
            continue
        option = named.get(word)
        if option is None or option.usual:
            return None
        if option.metavar or option.choices:
            value = next(rest, "-")
            if value.startswith("-") or value not in (option.choices or (value,)):
                return None
            given[option.key] = value
        else:
            given[option.key] = True
    if sum(given[form.key] is not None for form in FORMS) > 1:
        return None
    return SimpleNamespace(concept=words[0] if words else None, control=words[1:], **given)


@cache
def parser() -> ArgumentParser:
    """Make the parser of the table; what it cannot read is Refused."""
    from argparse import ArgumentParser, RawDescriptionHelpFormatter

    class Parser(ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise Refused(message)

    parser = Parser(
        prog="tfx",
        description="Explore how neural networks and transformers work, in a terminal.",
        epilog=f"{EPILOG}\n\n{COUNTING}\n\n{LIMITS}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("concept", nargs="?", help=f"a concept, or: {', '.join(COMMANDS)}")
    parser.add_argument("control", nargs="*", help="name=value")
    form = parser.add_mutually_exclusive_group()
    for option in FORMS:
        form.add_argument(f"--{option.name}", **option.asks)
    for option in OPTIONS:
        parser.add_argument(f"--{option.name}", **option.asks)
    parser.add_argument("--version", action="version", version=f"tfx {__version__}")
    return parser


def size(text: str) -> tuple[int, int]:
    """Read WIDTHxHEIGHT, in characters."""
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal() and width.isascii() and height.isascii()):
        raise Refused("--size is width x height in characters, as in: --size 100x30")
    asked = int(width[:9]), int(height[:9])
    if not (20 <= asked[0] <= 500 and 6 <= asked[1] <= 200):
        raise Refused("--size goes from 20x6 to 500x200.")
    return asked


def theme(name: str | None) -> str | None:
    """Read the name of a look."""
    if name is None:
        return None
    from tui_transformer.themes import is_known, nearest

    if not is_known(name):
        from tui_transformer.text import shorten, visible

        shown = visible(shorten(name, 30)) or "''"
        raise Refused(f"there is no theme called {shown}. Did you mean {nearest(name)}?")
    return name


def depth(text: str | None) -> int:
    """Read how many levels to go down; two, where nothing is said."""
    if text is None:
        return 2
    if not (text.isdecimal() and text.isascii() and len(text) < 5):
        raise Refused("--depth is a number of levels, as in: --depth 3")
    return int(text)


def whole(name: str, text: str | None, usual: int, most: int, least: int = 1) -> int:
    """Read a whole number; what is usual, where nothing is said."""
    if text is None:
        return usual
    plain = text.isdecimal() and text.isascii() and len(text) < 7
    if not plain or not least <= int(text) <= most:
        raise Refused(f"{name} is a number from {least} to {most}, as in: {name} {usual}")
    return int(text)


def minutes(text: str | None) -> float:
    """Read after how many minutes a visitor who does nothing is sent off."""
    try:
        found = float(15 if text is None else text)
    except ValueError:
        found = 0.0
    if not 0 < found <= 1440:
        raise Refused("--idle is a number of minutes up to 1440, as in: --idle 15")
    return found
