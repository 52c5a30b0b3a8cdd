"""What was opened over the instrument, in order: escape closes the last of it, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from tui_transformer.session import Session

Thing = Literal["zoom", "explained", "pin", "fold"]


class Place(Protocol):
    """A screen on which something can be opened."""

    session: Session | None

    @property
    def zoomed(self) -> bool:
        """Whether one panel has all of the room."""

    @property
    def explained(self) -> bool:
        """Whether the explanation stands beside the figure."""


class Opened:
    """Remembers the order in which things were opened that are open still."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._order: tuple[Thing, ...] = ()

    def note(self) -> None:
        """See what is open now; what was not before comes last."""
        session = self._place.session
        open_now: dict[Thing, bool] = {
            "zoom": self._place.zoomed,
            "explained": self._place.explained,
            "pin": session is not None and session.pin is not None,
            "fold": session is not None and session.fold is not None,
        }
        kept = tuple(thing for thing in self._order if open_now[thing])
        new = (thing for thing, there in open_now.items() if there and thing not in kept)
        self._order = (*kept, *new)

    def last(self, *things: Thing) -> Thing | None:
        """Name what was opened last and is open still, of some things or of all."""
        self.note()
        found = [thing for thing in self._order if not things or thing in things]
        return found[-1] if found else None
