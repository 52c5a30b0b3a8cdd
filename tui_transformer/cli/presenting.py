"""A prompt that presents: what it tells is shown to those who follow, and they can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_transformer.classroom import place
from tui_transformer.classroom.messages import (
    Ask,
    BadMessage,
    Chalk,
    Message,
    State,
    Tell,
    next_id,
)
from tui_transformer.classroom.room import OWNER, Member
from tui_transformer.classroom.showing import state_of
from tui_transformer.cli.asking import ClassLines, to_ask
from tui_transformer.controls import BadValue
from tui_transformer.lines.commands import COMMANDS, listed
from tui_transformer.lines.prompt import Prompt
from tui_transformer.lines.typed import Command
from tui_transformer.text import shorten
from tui_transformer.ui.seated import question_of

if TYPE_CHECKING:
    from tui_transformer.classroom.beside import Beside
    from tui_transformer.classroom.hub import Hub
    from tui_transformer.classroom.log import Kept
    from tui_transformer.progress import Keeper


def present(options: Any, keeper: Keeper) -> int:
    """Present line by line; in a kiosk nothing else is reached from then on."""
    from tui_transformer import kiosk
    from tui_transformer.classroom.beside import Beside
    from tui_transformer.classroom.log import opened
    from tui_transformer.cli.attended import presented
    from tui_transformer.cli.stream import speller
    from tui_transformer.lines.loop import run

    wanted, log, spell = presented(options), opened(options.log), speller(options.ascii)
    door = place.Door(wanted.name, options.group or "")
    if kiosk.is_on():
        kiosk.allow_class(door.path, presents=True)
        kiosk.arm()
    beside = Beside(door)
    try:
        prompt = Presenting(keeper, beside, log, spell is not str)
        return run(prompt, wanted.link, spell, wanted.lesson)
    finally:
        beside.close()


class Presenting(Prompt):
    """One person at a line, and a class that sees what they are told."""

    def __init__(self, keeper: Keeper, beside: Beside, log: Kept | None, ascii: bool) -> None:
        super().__init__(keeper, ascii)
        self.lesson: ClassLines = ClassLines(self, keeper)
        self._beside, self._log = beside, log
        self._asked: Ask | None = None  # as long as it is not told
        self._shown: State | None = None  # by who was handed the chalk
        beside.heard = self._hear
        self._own = {
            "class": Command("", "who is here", lambda _, rest: self._who()),
            "ask": Command(
                " [NUMBER] CHANGE",
                "ask everybody what becomes of a number; in a lesson alone: what the page asks",
                lambda _, rest: self._ask(rest),
            ),
            "tell": Command("", "tell what was asked", lambda _, rest: self._tell()),
            "chalk": Command(
                " [NAME]",
                "hand the chalk to a raised hand, or take it back",
                lambda _, rest: self._chalk(rest),
            ),
        }
        self.commands = {**COMMANDS, **self._own}

    def tell(self) -> list[str]:
        """Tell the state, and show it to everybody."""
        lines = super().tell()
        return [*lines, *self._share()]

    def _obey(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        if name in self._own:
            self._own[name].run(self, rest.strip())
            return
        in_lesson = self.lesson.run is not None
        super()._obey(line)
        if name == "help" and in_lesson:
            self.say(*listed(self._own))

    # ── what is shown ──────────────────────────────────────────────────────────────────

    def _send(self, message: Message) -> list[str]:
        try:
            self._beside.send(message)
        except BadMessage as problem:
            return [str(problem)]
        return []

    def _share(self) -> list[str]:
        """Show where this is; a question that is told or left is over, and is counted."""
        if self.session is None:
            return []
        run, asked = self.lesson.run, self._asked
        lines = self._send(state_of(self.session, run, 0, False))
        here = asked is not None and run is not None and question_of(run) == asked.question
        if asked is None or (here and run is not None and run.phase == "ask"):
            return lines
        self._asked = None
        truth = run.answer.text if here and run is not None and run.answer else ""
        lines += self._send(Tell(asked.id, shorten(truth, 100)))
        tally = self._beside.at(lambda hub: hub.room.tally())
        counts = () if tally is None else tally.counts
        if truth:
            answers = ", ".join(f"{text} {times}" for text, times in counts)
            lines.append(f"They answered: {answers}." if answers else "Nobody answered.")
            if self._log is not None:
                said = self._log.told(
                    state_of(self.session, None, 0, False).link, asked.question, truth, counts
                )
                lines += [said] if said else []
        return lines

    def _hear(self, hub: Hub, message: Message) -> None:
        """Keep what was asked by who was handed the chalk; called where the hub runs."""
        if isinstance(message, State):
            self._shown = message
        if not isinstance(message, Tell) or not message.truth or hub.room.chalk == OWNER:
            return
        asked, tally = hub.room.asked, hub.room.tally()
        if self._log is not None and self._shown and asked and tally:
            said = self._log.told(self._shown.link, asked.question, message.truth, tally.counts)
            self.say(*filter(None, [said]))

    # ── the class's own commands ───────────────────────────────────────────────────────

    def _who(self) -> None:
        count = self._beside.at(lambda hub: hub.room.count)
        self.say(f"{count.following} following, {count.away} away.")
        if self._asked is not None:
            self.say(f"{count.answers} of them have answered.")
        names = _called(self._hands())
        self.say(f"Hands up: {', '.join(names)}." if names else "No hand is up.")
        if self._lent():
            self.say("The chalk is not with you; chalk takes it back.")

    def _hands(self) -> list[Member]:
        return self._beside.at(lambda hub: hub.room.hands)

    def _lent(self) -> bool:
        return self._beside.at(lambda hub: hub.room.chalk) != OWNER

    def _ask(self, rest: str) -> None:
        if self._lent():
            raise BadValue("The chalk is not with you; chalk takes it back.")
        run = to_ask(self, rest)
        choices = tuple(shorten(one.text, 100) for one in getattr(run.task, "choices", ()))
        number = next_id(self._beside.at(lambda hub: hub.room.asked))
        self._asked = Ask(number, question_of(run), choices)
        self.say(*self._send(self._asked), "Everybody is asked; tell tells the answer.")

    def _tell(self) -> None:
        if self._asked is None:
            raise BadValue("Nothing is asked; ask does.")
        self.lesson.tell_all()

    def _chalk(self, rest: str) -> None:
        """Hand the chalk on, or take it back."""
        if self._lent():
            self._beside.at(lambda hub: hub.take_back())
            self.say("You have the chalk again.", *self._share())
            return
        hands = self._hands()
        if not hands:
            raise BadValue("No hand is up.")
        names = _called(hands)
        chosen = [i for i, name in enumerate(names) if not rest or name == rest]
        if len(chosen) != 1:
            raise BadValue(f"Whose hand, as in: chalk {names[0]}. Up are: {', '.join(names)}.")
        self.say(*self._send(Chalk(hands[chosen[0]].number)))
        self.say(f"{names[chosen[0]]} has the chalk; chalk takes it back.")


def _called(hands: list[Member]) -> list[str]:
    """Name each hand, no two alike, whatever they call themselves."""
    names: list[str] = []
    for number, one in enumerate(hands, 1):
        name = one.name or f"somebody-{number}"
        while name in names:
            name += f" ({number})"
        names.append(name)
    return names
