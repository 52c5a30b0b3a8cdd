"""What commands of line mode may ask of the prompt, and how a number is read there."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from tui_transformer.controls import BadValue
from tui_transformer.session import Session
from tui_transformer.text import shorten, visible
from tui_transformer.visits import Visits

FARTHEST = 1_000_000  # steps in one go


class Prompt(Protocol):
    """What a command may ask of the prompt that it was typed at."""

    session: Session | None
    ascii: bool
    ended: bool
    visits: Visits

    @property
    def commands(self) -> Mapping[str, "Command"]:
        """What can be typed there."""

    def here(self) -> Session:
        """The session in hand."""

    def enter(self, session: Session) -> None:
        """Go on with another session."""

    def say(self, *lines: str) -> None:
        """Print lines."""

    def follow(self, line: str) -> None:
        """Open the state that a link describes."""

    def learn(self, name: str) -> None:
        """Open a lesson, a quiz or the course."""


Doing = Callable[[Prompt, str], None]


class Command(NamedTuple):
    """One word that can be typed: what it takes, what it does."""

    takes: str
    help: str
    run: Doing


def whole(text: str, example: str) -> int:
    """Read a count from 1 on. Raises BadValue with an example."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= FARTHEST):
        shown = visible(shorten(text, 30))
        raise BadValue(f"{shown} is no number from 1 to {FARTHEST:,}, as in: {example}")
    return int(text[:9])
