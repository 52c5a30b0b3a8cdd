"""Who is in a class, who has the chalk, what was answered, and what everybody is to see.

No connection is known here. For each member the room remembers which of the last messages they
have not had, and no more: who is slow, or comes late, gets the last of each kind.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from tui_transformer.classroom.messages import (
    MOST,
    Ask,
    Away,
    Back,
    BadMessage,
    Chalk,
    Hello,
    Message,
    Raise,
    State,
    Tally,
    Tell,
    Vote,
)
from tui_transformer.text import visible

Slot = Literal["state", "asked", "told", "tally", "chalk"]
SLOTS: Final[tuple[Slot, ...]] = ("state", "asked", "told", "tally", "chalk")
OWNER: Final = 0
"""The number of who opened the class."""
FULL: Final = f"The class is full: {MOST} follow it already."


@dataclass
class Member:
    """One in the class; `unseen` are the kinds of messages that they have not had."""

    number: int
    name: str = ""
    away: bool = False
    hand: int = 0  # when it was raised, counted in hands; 0 where it is down
    answer: float | None = None
    unseen: set[Slot] = field(default_factory=set)


class Count(NamedTuple):
    """How many are there, are away, have a hand up, and have answered."""

    following: int
    away: int
    hands: int
    answers: int


class Room:
    """A class as it is now."""

    def __init__(self) -> None:
        self.members: dict[int, Member] = {OWNER: Member(OWNER)}
        self.chalk = OWNER
        self.asked: Ask | None = None
        self.told: Tell | None = None
        self.state: State | None = None
        self._hands = 0

    # ── coming and going ───────────────────────────────────────────────────────────────

    def enter(self, number: int, hello: Hello) -> None:
        """Somebody follows. Raises BadMessage where the class is full."""
        if self.count.following >= MOST:
            raise BadMessage(FULL)
        name = " ".join(visible(hello.name).split())
        self.members[number] = Member(number, name, unseen={*SLOTS} - {"chalk"})

    def leave(self, number: int) -> None:
        """Somebody is gone; the chalk does not go with them."""
        self.members.pop(number, None)
        if self.chalk == number:
            self._hand_on(OWNER)
        self._unseen("tally")

    @property
    def count(self) -> Count:
        """How many are there; who presents is not counted."""
        others = [member for number, member in self.members.items() if number != OWNER]
        away = sum(member.away for member in others)
        hands = sum(member.hand > 0 for member in others)
        answers = sum(member.answer is not None for member in self.members.values())
        return Count(len(others), away, hands, answers)

    @property
    def hands(self) -> list[Member]:
        """Who has a hand up, the first one first."""
        raised = [member for member in self.members.values() if member.hand]
        return sorted(raised, key=lambda member: member.hand)

    # ── what is said ───────────────────────────────────────────────────────────────────

    def hear(self, number: int, message: Message) -> None:
        """Take what a member says; what only who has the chalk may say is not heard from others.

        Raises BadMessage for what no member says.
        """
        member = self.members[number]
        match message:
            case Away() | Back():
                member.away = isinstance(message, Away)
            case Raise():
                self._raise(member, message.up)
            case Vote():
                self._vote(member, message)
            case State() | Ask() | Tell() | Chalk():
                if number == self.chalk:
                    self._present(message)
            case _:
                raise BadMessage(f"{message.kind} is not for a class to hear")

    def _raise(self, member: Member, up: bool) -> None:
        if up and not member.hand:
            self._hands += 1
            member.hand = self._hands
        elif not up:
            member.hand = 0

    def _vote(self, member: Member, vote: Vote) -> None:
        if self.asked is None or self.told is not None or vote.id != self.asked.id:
            return  # it comes too late
        choices = len(self.asked.choices)
        if choices and vote.answer not in range(choices):
            return
        member.answer = vote.answer
        self._unseen("tally")

    def _present(self, message: Message) -> None:
        match message:
            case State():
                self.state = message
                self._unseen("state")
            case Ask():
                self.asked, self.told = message, None
                for member in self.members.values():
                    member.answer = None
                self._unseen("asked", "tally")
            case Tell(id=id) if self.asked is not None and id == self.asked.id:
                self.told = message
                self._unseen("told", "tally")
            case Chalk(to=to) if to in self.members:
                self._hand_on(to)

    def take_back(self) -> None:
        """Who opened the class has the chalk again."""
        self._hand_on(OWNER)

    def _hand_on(self, number: int) -> None:
        for one in (self.chalk, number):
            if one in self.members:
                self.members[one].unseen |= {"chalk", "tally"}
        self.chalk = number
        if number in self.members:
            self.members[number].hand = 0

    def _unseen(self, *slots: Slot) -> None:
        for number, member in self.members.items():
            member.unseen |= {slot for slot in slots if slot != "state" or number != self.chalk}

    # ── what is seen ───────────────────────────────────────────────────────────────────

    def lacks_the_state(self, number: int) -> bool:
        """Say whether the state is what a member has not had, and all of it."""
        unseen = self.members[number].unseen if number in self.members else set()
        others = unseen - {"state"}
        return unseen != others and not any(self._shown(slot, number) for slot in others)

    def take(self, number: int) -> list[Message]:
        """Take what a member has not had, the last of each kind."""
        member = self.members.get(number)
        if member is None:
            return []
        slots = [slot for slot in SLOTS if slot in member.unseen]
        member.unseen.clear()
        found = (self._shown(slot, number) for slot in slots)
        return [message for message in found if message is not None]

    def _shown(self, slot: Slot, number: int) -> Message | None:
        match slot:
            case "state":
                return self.state
            case "asked":
                return self.asked
            case "told":
                return self.told
            case "tally":
                told = self.told is not None and self.told.truth
                return self.tally() if number == self.chalk or told else None
            case "chalk":
                return Chalk(number, number == self.chalk)

    def tally(self) -> Tally | None:
        """Count the answers: by choice, or the numbers that were given, in their order."""
        if self.asked is None:
            return None
        answers = sorted(m.answer for m in self.members.values() if m.answer is not None)
        if choices := self.asked.choices:
            counts = tuple((text, answers.count(i)) for i, text in enumerate(choices))
        else:
            counts = tuple((f"{one:g}", answers.count(one)) for one in dict.fromkeys(answers))
        return Tally(self.asked.id, counts[:MOST])
