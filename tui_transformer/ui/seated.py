"""What somebody in a class knows of it, and what their screen says of that."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui_transformer.classroom.messages import Ask, State, Tally, Tell
from tui_transformer.classroom.seat import LOST
from tui_transformer.records import dataclass
from tui_transformer.text import shorten
from tui_transformer.ui.answers import NOBODY, Room

if TYPE_CHECKING:
    from tui_transformer.classroom.hub import Hub
    from tui_transformer.classroom.log import Kept
    from tui_transformer.classroom.place import Door
    from tui_transformer.lessons.run import Run


@dataclass(frozen=True)
class Attend:
    """How a class is attended: behind a `door` that was opened for others, or by a connection."""

    name: str
    door: Door | None = None
    connection: socket.socket | None = None
    path: Path = Path()
    called: str = ""
    keys: bool = False
    clock: bool = False
    log: Kept | None = None

    @property
    def socket(self) -> Path:
        """Where the class is."""
        return self.path if self.door is None else self.door.path


KEYS: Final = {"away": "f", "hand": "a", "ask": "P", "chalk": "C", "pin": "tab"}
"""The keys of the commands that sentences name, where nobody has configured others."""


class Seated:
    """One person in a class, as they know it."""

    def __init__(self, how: Attend) -> None:
        self._how = how
        self.presents = how.door is not None
        self.away = self.hand = self.typing = False
        self.over = ""  # why it has ended
        self.said = ""  # since the last key
        self.keys: Mapping[str, str] = KEYS
        self.state: State | None = None  # what was sent last
        self.asked: Ask | None = None
        self.told: Tell | None = None
        self.tally: Tally | None = None
        self.mine: float | None = None
        self._hub: Hub | None = None

    @property
    def held(self) -> bool:
        """Whether what is seen is what is sent."""
        return not (self.presents or self.away or (self.over and self.over != LOST))

    def hints(self) -> tuple[tuple[str, str], ...]:
        """Name the commands that matter now, and what they do."""
        if self.over and self.over != LOST:
            return ()
        if not self.presents:
            owner = (("chalk", "take the chalk"),) if self._hub is not None else ()
            return (*owner, ("away", "back" if self.away else "try"), ("hand", "hand"))
        hands = self._hub is None or bool(self._hub.room.hands)
        word = "tell" if self.asked is not None and self.told is None else "ask"
        return (("ask", word), *((("chalk", "chalk"),) if hands else ()))

    @property
    def mark(self) -> str:
        """What the title says."""
        if self.over:
            gone = self.over == LOST
            return f"{self._how.name}: the presenter is gone" if gone else "the class is over"
        if self.presents and self._hub is not None:
            count = self._hub.room.count
            hands = f"{count.hands} hand{'s' * (count.hands > 1)}" if count.hands else ""
            away = f"{count.away} away" if count.away else ""
            return " · ".join(filter(None, (f"{count.following} following", away, hands)))
        if self.presents:
            return f"you have the chalk · {self.keys['chalk']} gives it back"
        hand = " · your hand is up" if self.hand else ""
        goes_back = f"away · {self.keys['away']} goes back"
        return f"{goes_back if self.away else f'following {self._how.name}'}{hand}"

    @property
    def led(self) -> str:
        """What somebody who follows is told who would change something."""
        return f"You follow the class; {self.keys['away']} lets you try for yourself."

    def voting(self, run: Run | None) -> bool:
        """Say whether what a page asks is asked of everybody now."""
        if run is None or self.asked is None or self.told is not None:
            return False
        return run.phase == "ask" and question_of(run) == self.asked.question

    def answers(self, run: Run | None) -> bool:
        """Say whether this person may answer what a page asks now: who follows once everybody is
        asked, who presents as long as nobody is."""
        return self.voting(run) == (not self.presents) or self.away

    def room(self, run: Run | None) -> Room:
        """What is said of the class at a page, and the answers as far as they are to be seen."""
        return self._room(run)._replace(said=self.said)

    def _room(self, run: Run | None) -> Room:
        if run is None or run.phase not in ("ask", "told") or self.away:
            return NOBODY
        here = self.asked is not None and question_of(run) == self.asked.question
        counts = self.tally.counts if here and self.tally is not None else ()
        if run.phase == "told":
            return Room(_answers(counts) if here else "", counts)
        if self.presents:
            return Room(
                _answers(counts) if self.voting(run) else f"{self.keys['ask']} asks everybody",
                counts,
            )
        if not self.voting(run):
            return Room("not asked yet")
        return Room("everybody is asked" if self.mine is None else "✓ your answer is in")


def question_of(run: Run) -> str:
    """The question of a page, as it is asked of everybody."""
    return shorten(run.step.question, 1000)


def _answers(counts: tuple[tuple[str, int], ...]) -> str:
    number = sum(count for _, count in counts)
    return f"{number} answer{'s' * (number != 1)}"
