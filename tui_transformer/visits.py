"""Where a person has been: each concept as it was left, the way back, and the stars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tui_transformer.concepts import find
from tui_transformer.progress import Keeper

if TYPE_CHECKING:
    from tui_transformer.session import Session


class Place(Protocol):
    """Where concepts are shown."""

    session: Session | None

    def enter(self, session: Session) -> None:
        """Show a concept in a state."""

    def refuse(self, sentence: str) -> None:
        """Say why something cannot be opened."""


class Visits:
    """The sessions of one run of the program, and what is kept beyond it."""

    def __init__(self, place: Place, keeper: Keeper) -> None:
        self._place = place
        self._keeper = keeper
        self._left: dict[str, Session] = {}
        self._trail: list[str] = []

    def follow(self, command: str) -> str:
        """Open the state that a command line describes; where it cannot be, return why."""
        from tui_transformer.controls import BadValue
        from tui_transformer.link import open_command
        from tui_transformer.session import Session

        try:
            concept, model = open_command(command)
        except BadValue as problem:
            return str(problem)
        here = self._place.session
        self._depart(concept.id)
        if here is not None and here.concept is concept:  # one more state, which undo takes back
            self.arrive(here.become(model, opened=True))
        else:
            self.arrive(Session.begin(concept, model))
        return ""

    def open(self, concept_id: str) -> None:
        """Open a concept as it was left."""
        self._depart(concept_id)
        self._return(concept_id)

    def back(self) -> bool:
        """Return to the concept before; False where there is none."""
        if self._trail:
            self._return(self._trail.pop())
            return True
        return False

    def _depart(self, towards: str) -> None:
        """Remember the way back."""
        here = self._place.session
        if here is not None and here.concept.id != towards:
            self._trail.append(here.concept.id)

    def _return(self, concept_id: str) -> None:
        """Open a concept as it was left, or anew; where its weights cannot be used, say so."""
        from tui_transformer.concepts import load
        from tui_transformer.controls import BadValue
        from tui_transformer.session import Session

        try:
            self.arrive(self._left.get(concept_id) or Session.open(load(concept_id)))
        except BadValue as problem:
            self._place.refuse(str(problem))

    def arrive(self, session: Session) -> None:
        """Begin a visit: the stars of earlier ones shine, and the map gets its mark."""
        name = session.concept.id
        self._place.enter(session.with_stars(self._keeper.progress.goals_of(name)))
        if find(name) is not None:
            self._keeper.update(self._keeper.progress.visit(name))

    def note(self, session: Session) -> Session:
        """Give the stars that are due, and remember them and where the person is."""
        noticed = session.noticed()
        concept, progress = session.concept, self._keeper.progress
        for i in noticed.solved - session.solved:
            progress = progress.solve(concept.id, concept.challenges[i].goal)
        self._keeper.update(progress)
        if complaint := self._keeper.complain():
            noticed = noticed.say(complaint)
        self._left[concept.id] = noticed
        return noticed
