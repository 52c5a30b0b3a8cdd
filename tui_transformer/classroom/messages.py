"""What travels between a class and those in it, as frozen records; `wire` writes and reads them."""

from typing import ClassVar, Final, Literal

from tui_transformer.records import dataclass

LONGEST: Final = 64 * 1024
"""Bytes of a line, its end included."""
LONGEST_PAGE: Final = 8 * 1024
"""Bytes of a lesson's step."""
LONGEST_NAME: Final = 24
LONGEST_TEXT: Final = 1000
LARGEST: Final = 1e300  # of a number that is answered
LARGEST_ID: Final = 2**31
MOST: Final = 200
"""How many can follow a class."""

Phase = Literal["look", "ask", "told", "do", "done"]
Pin = tuple[int, int, int]


class BadMessage(ValueError):
    """What was sent is no message; its text says why, in a sentence."""


class NoClass(ValueError):
    """A class cannot be opened or followed; its text says why, in a sentence."""


@dataclass(frozen=True)
class Message:
    """Something that travels; `kind` is its `type` in JSON."""

    kind: ClassVar[str]


@dataclass(frozen=True)
class Page(Message):
    """A step of a lesson: its Markdown, or the link of a state, a number of it, and a change.

    `number` is a working's name and `after` a change in the words of a link, maybe `within X`.
    """

    kind = "page"
    title: str
    phase: Phase
    text: str = ""
    at: int = 0
    of: int = 1
    number: str = ""
    after: str = ""


@dataclass(frozen=True)
class State(Message):
    """All that others need to see what the presenter sees; the last one alone is enough.

    `page` is the panel that the page in sight begins with: pages differ with the size.
    """

    kind = "state"
    link: str
    pin: Pin | None = None
    page: int = 0
    zoom: bool = False
    compare: str = ""
    at: int = 0
    inside: str = ""
    step: Page | None = None


@dataclass(frozen=True)
class Ask(Message):
    """Everybody is asked; without choices, for a number."""

    kind = "ask"
    id: int
    question: str
    choices: tuple[str, ...] = ()


def next_id(asked: Ask | None) -> int:
    """Number a question after the last one, whoever asked that and called it what they would."""
    return 1 if asked is None else asked.id % LARGEST_ID + 1


@dataclass(frozen=True)
class Tell(Message):
    """What was asked is over, and what is right is told; nothing where it was called off."""

    kind = "tell"
    id: int
    truth: str = ""


@dataclass(frozen=True)
class Tally(Message):
    """How often each answer was given; who gave it stands nowhere."""

    kind = "tally"
    id: int
    counts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Chalk(Message):
    """From who has it: give the chalk to this member, or back to the presenter (0).

    To somebody: whether they have it now.
    """

    kind = "chalk"
    to: int = 0
    yours: bool = False


@dataclass(frozen=True)
class Bye(Message):
    """The last line: why this connection ends."""

    kind = "bye"
    why: str = ""


@dataclass(frozen=True)
class Greeting(Message):
    """The first line to everybody: which class this is, how many follow, and since when."""

    kind = "class"
    name: str
    following: int = 0
    since: int = 0


@dataclass(frozen=True)
class Hello(Message):
    """Somebody follows from now on, maybe with a name."""

    kind = "hello"
    name: str = ""


@dataclass(frozen=True)
class Away(Message):
    """A follower tries for themselves."""

    kind = "away"


@dataclass(frozen=True)
class Back(Message):
    """A follower is back."""

    kind = "back"


@dataclass(frozen=True)
class Drawn(Message):
    """A follower has drawn what was sent, or has no picture to draw of it."""

    kind = "drawn"


@dataclass(frozen=True)
class Raise(Message):
    """A follower raises a hand, or takes it down."""

    kind = "raise"
    up: bool = True


@dataclass(frozen=True)
class Vote(Message):
    """An answer: the number of a choice, or a number; the last one counts."""

    kind = "vote"
    id: int
    answer: float
