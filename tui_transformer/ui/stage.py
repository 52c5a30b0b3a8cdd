"""What a command, a line of a sheet and a widget may ask of the screen that they are on.

The screen itself (`ui/instrument.py`) is built of all of them, and they know only this of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tui_transformer.ui.opened import Opened
from tui_transformer.ui.player import Player

if TYPE_CHECKING:
    from tui_transformer.lessons.run import Run
    from tui_transformer.pieces import Role
    from tui_transformer.progress import Keeper
    from tui_transformer.render.palette import Palette
    from tui_transformer.session import Session

Action = Callable[["Stage"], None]


class Text(NamedTuple):
    """A run of text on a sheet."""

    text: str
    role: Role = "plain"
    bold: bool = False
    action: Action | None = None  # what choosing this run does; None where it is just text
    along: bool = False  # whether it goes on from the choice above, and a click on it is one there


Row = tuple[Text, ...]


HELP, GO_TO = "Help", "Go to"  # titles of two sheets: from them it is not offered to come there


class Content(NamedTuple):
    """What a sheet shows: `rows(width, filter)` are its lines; backspace goes `back` from it."""

    title: str
    rows: Callable[[int, str], Sequence[Row]]
    filterable: bool = False
    start: int = 0  # the choice that is held at first
    back: Action | None = None
    first: bool = False  # where the program begins: nothing lies behind it


class Command(NamedTuple):
    """One thing a key does, with the name that a configuration has for it.
    `short` is what the footer says, the lower `rank` the earlier."""

    name: str
    keys: tuple[str, ...]
    help: str
    run: Action
    short: str = ""
    shown: str = ""  # how the keys are written; by itself the first of them
    rank: int = 99

    @property
    def key(self) -> str:
        """The key as people write it."""
        return self.shown or self.keys[0]

    def press(self, screen: Stage, key: str) -> None:
        """Do it; the digits say which preset."""
        if key.isdecimal():
            screen.change(lambda session: session.preset(int(key)))
        else:
            self.run(screen)


class Program(Protocol):
    """The application, as the screen knows it."""

    revealed: bool  # whether what is drawn is displayed

    def reveal(self, complete: bool) -> None:
        """Show the first picture as one."""

    def redraw(self) -> None:
        """Draw every cell again."""

    def next_look(self) -> None:
        """Change the colours, and remember them."""

    def wear(self, name: str) -> None:
        """Take the colours of that name, and remember them."""

    def copy_to_clipboard(self, text: str) -> None:
        """Put a text into the terminal's clipboard."""

    def to_shell(self) -> None:
        """Stop until the shell wakes the program again."""

    def exit(self) -> None:
        """Leave."""


class Records(Protocol):
    """What records a lesson."""

    def begin(self) -> None:
        """Add the state in sight, with what is typed about it."""


class InClass(Protocol):
    """A class that is attended on this screen, by who presents or who follows."""

    typing: bool

    @property
    def held(self) -> bool:
        """Whether what is seen is what is sent."""

    def answers(self, run: Run | None) -> bool:
        """Say whether this person may answer what a page asks now."""

    def go_or_come(self) -> None:
        """Try for oneself, or come back."""

    def raise_hand(self) -> None:
        """Raise a hand, or take it down."""

    def ask(self) -> None:
        """Ask everybody, or tell what was asked."""

    def chalk(self) -> None:
        """Hand the chalk on, or take it back."""

    def take(self, text: str) -> None:
        """Take what was typed."""

    def hints(self) -> tuple[tuple[str, str], ...]:
        """Name the commands that matter now, and what they do."""


class Stage(Protocol):
    """The screen, as everything on it knows it."""

    palette: Palette
    keeper: Keeper
    hinted: set[tuple[str, int]]
    player: Player
    opened: Opened

    @property
    def program(self) -> Program:
        """The application that the screen belongs to."""

    @property
    def session(self) -> Session | None:
        """The concept in sight, as it is now; None before one was opened."""

    @property
    def recorder(self) -> Records | None:
        """What records a lesson, where one is recorded."""

    @property
    def seat(self) -> InClass | None:
        """The class that is attended, if one is."""

    @property
    def learning(self) -> bool:
        """Whether a lesson is being taken, which opens states and keys step by step."""

    @property
    def commands(self) -> Sequence[Command]:
        """Every command that keys stand for here."""

    @property
    def wide(self) -> bool:
        """Whether the explanation has room beside the figure."""

    @property
    def tall(self) -> bool:
        """Whether the explanation has room below the figure."""

    @property
    def explained(self) -> bool:
        """Whether it stands there."""

    def change(self, change: Callable[[Session], Session]) -> None:
        """Move to another session."""

    def say(self, text: str) -> None:
        """Put one line in the status bar."""

    def open(self, concept_id: str, asking: bool = False) -> None:
        """Open a concept where the person left it; `asking`, its lesson until that is learnt."""

    def follow(self, command: str) -> None:
        """Open the state that a typed link describes, or say why that cannot be."""

    def back(self) -> bool:
        """Return to the concept before; False where there is none."""

    def show_sheet(self, content: Content, typed: str = "") -> None:
        """Lay a sheet over the figure, filtered by what was typed."""

    def explain_beside(self, shown: bool) -> None:
        """Show the explanation beside the figure or below it, or take it away."""

    def read_on(self) -> bool:
        """Show the next page of the explanation below; False where there is none."""

    @property
    def zoomed(self) -> bool:
        """Whether one panel has all of the room."""

    def zoom(self, zoomed: bool) -> None:
        """Give one panel all of the room, or take it away again."""

    def type_value(self) -> None:
        """Open the line to type a value for the held control."""

    def hold(self, at: int) -> None:
        """Take hold of a knob by its place; the fold that it is in opens."""

    def reading_order(self) -> tuple[int, ...]:
        """List the panels of the figure as they are read, page by page."""

    def page(self, step: int) -> bool:
        """Show other panels; False where there are none."""

    def choose(self, action: Action | None) -> None:
        """Do what a line of a sheet stands for."""

    def draw_footer(self) -> None:
        """Show the keys that matter now."""

    def draw_soon(self) -> None:
        """Draw once all waiting keys have been applied."""
