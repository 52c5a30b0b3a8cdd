"""A state of a session, seen and left: what every action starts from."""

import dataclasses
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Self

from tui_transformer.compare import compare
from tui_transformer.concept import Challenge, Concept
from tui_transformer.controls import Integer
from tui_transformer.figure import Figure, Pin, working_at
from tui_transformer.link import link_to
from tui_transformer.model import Model, derived
from tui_transformer.records import dataclass
from tui_transformer.session.deliberate import DELIBERATE, by_hand, changes
from tui_transformer.session.folds import Fold, Groups, Knob
from tui_transformer.session.pictures import Pictures
from tui_transformer.terms import Working

KEPT = 500  # how many states undo remembers
_ALONE: Groups = {}  # where few knobs are shown, none share a row
LONGEST_PRAISE = 165  # characters, which three lines of a narrow terminal hold


@dataclass(frozen=True, eq=False)
class State:
    """A concept, the model as it is now, and how it came to be so.

    `said` is one line about what just happened. `solved` are the numbers of the tasks
    that this session has met. `until` is where playing is to stop, if before the clock's end.
    A state that was `opened` (a link, a preset, a draw, undo), or that differs in one knob alone
    from the `origin` that was, earns nothing: what it meets is `given`, until it was left.
    `at` is the knob that the arrows hold, `inside` names the fold that was opened to hold it.
    `origin` is None while nothing was changed since; `touched` are the controls that were, without
    those that were pulled along. Where `only` some controls are to be had,
    the others are not on the screen.
    """

    concept: Concept
    model: Model
    before: tuple[Model, ...] = ()
    after: tuple[Model, ...] = ()
    at: int = 0
    inside: str = ""
    pin: Pin | None = None
    pinned: Model | None = None
    playing: bool = False
    until: int | None = None
    speed: int = 2
    said: str = ""
    solved: frozenset[int] = frozenset()
    opened: bool = True
    origin: Model | None = None
    touched: frozenset[str] = frozenset()
    given: frozenset[int] = frozenset()
    only: frozenset[str] = frozenset()
    pictures: Pictures = field(default_factory=Pictures)

    @derived
    def figure(self) -> Figure:
        """The figure of this state; where a state is pinned, with what differs from it."""
        figure = self.pictures.look(self.concept, self.model)
        if self.pinned is None:
            return figure
        before = self.model.against(self.pinned)
        return compare(figure, self.pictures.look(self.concept, before))

    @property
    def ready(self) -> bool:
        """Say whether the figure is there already."""
        return "figure" in vars(self) or (self.pinned is None and self.pictures.has(self.model))

    @property
    def working(self) -> Working:
        """How the pinned number (or the figure's own) came about."""
        return working_at(self.figure, self.pin)

    @derived
    def knobs(self) -> tuple[Knob, ...]:
        """Everything the arrows can hold, in order."""
        return tuple(
            knob
            for name, control in self.model.controls().items()
            if not self.only or name in self.only
            for knob in self.pictures.knobs(self.model, control)
        )

    @derived
    def rows(self) -> tuple[Fold, ...]:
        """The knobs as rows, in order: what belongs together is one, unless few are shown."""
        return self.pictures.folded(self.knobs, _ALONE if self.only else self.concept.groups)

    @derived
    def row(self) -> Fold:
        """The row that the arrows hold, or hold a knob of."""
        held = self._at
        return next(row for row in reversed(self.rows) if row.start <= held)

    @property
    def fold(self) -> Fold | None:
        """The fold that is open."""
        return self.row if self.inside and self.row.label == self.inside else None

    @property
    def closed(self) -> bool:
        """Say whether what the arrows hold is a fold, and has to be opened first."""
        return self.row.kind != "one" and self.fold is None

    @derived
    def idle(self) -> Mapping[str, str]:
        """The controls that change nothing in this state, each with a sentence why."""
        return self.model.idle()

    @property
    def knob(self) -> Knob:
        """What the arrows hold now."""
        return self.knobs[self._at]

    @property
    def _at(self) -> int:
        return min(self.at, len(self.knobs) - 1)

    def shown(self, knob: Knob) -> str:
        """Write what a knob stands at; a place that is picked, with its name."""
        value = getattr(self.model, knob.control.name)
        return f"{knob.control.show(value, knob.index)} {self.named(knob)}".rstrip()

    def named(self, knob: Knob) -> str:
        """Name the place that is picked, where a knob picks one of several that have names."""
        control = knob.control
        if not isinstance(control, Integer) or not control.picks:
            return ""
        return control.named(getattr(self.model, control.name), self.model)

    @property
    def link(self) -> str:
        """The command that opens this state."""
        return link_to(self.concept.id, self.model)

    def become(self, model: Model, said: str = "", *, opened: bool = False) -> Self:
        """Move to another model, by changing controls unless it is one that is `opened`.

        The present one can be had back with undo.
        """
        if model.same(self.model):
            return self.say(said)
        given = self.given if opened or self._is_settled else self._met_here()
        self.pictures.forget(self.model)
        return dataclasses.replace(
            self.held_in(model),
            model=model,
            before=(*self.before, self.model)[-KEPT:],
            after=(),
            said=said,
            opened=opened,
            origin=None if opened else self.origin or self.model,
            touched=(self.touched if self.origin else frozenset())
            | by_hand(self.concept, self.model, model),
            given=given,
        )

    def held_in(self, model: Model) -> Self:
        """Hold the same in another model: where it has fewer or more numbers, the nearest one."""
        differing = list(model.differing(self.model))
        old, new = (
            [len(m.controls()[name].knobs(getattr(m, name))) for name in differing]
            for m in (self.model, model)
        )
        if old == new:
            return self
        name, own = self.knob.control.name, dataclasses.replace(self, model=model)
        before, after = (
            [at for at, knob in enumerate(state.knobs) if knob.control.name == name]
            for state in (self, own)
        )
        there = dataclasses.replace(own, at=after[0]).row
        if there.label == self.row.label:
            at = there.at(*self.row.place(self.at))
        else:
            at = after[min(before.index(self._at), len(after) - 1)]
        inside = self.inside if there.label == self.inside else ""
        return dataclasses.replace(self, at=at, inside=inside)

    @property
    def deliberate(self) -> bool:
        """Say whether this state took two changes of controls: one key may be chance."""
        if self.opened or self.origin is None:
            return False
        return changes(self.origin, self.model, self.touched) >= DELIBERATE

    @property
    def _is_settled(self) -> bool:
        """Say whether what is given stays as it is; without counting knobs where all that is met
        here was seen already, and is given."""
        return ("_met" in vars(self) and self._met == self.given) or self.deliberate

    def _met_here(self) -> frozenset[int]:
        """List what this state meets; all there is, where looking would take long."""
        challenges = self.concept.challenges
        if self.concept.ahead is not None and self.concept.ahead(self.model) is not self.model:
            return frozenset(range(len(challenges)))
        return frozenset(i for i, one in enumerate(challenges) if one.solved(self.model))

    def noticed(self) -> Self:
        """Give a star where a challenge is met, and let go of a pinned number that is gone.

        Asked once for every picture, not for every key.
        """
        if self.pin is not None and not holds(self.figure, self.pin):
            return dataclasses.replace(self, pin=None).noticed()
        if self.opened:  # nothing is earned here; what is given is counted by the first change
            return self
        met = self._met
        if not (met or self.given):
            return self
        if not self.deliberate:
            met_now = sorted(met - self.given)
            same = self._with(given=met if not self.playing else self.given | met)
            if not met_now:
                return same
            return same.say(f"☆ Task {met_now[0] + 1} is met by one change; a star takes two.")
        earned, given = sorted(met - self.given), self.given & met
        if not earned:
            return self._with(given=given)
        stars = [f"★ Task {i + 1}: {self.challenge(i).praise(self.model)}" for i in earned]
        said = " ".join(stars)
        if len(said) > LONGEST_PRAISE:  # then what was seen is told of the first of several
            said = " ".join([stars[0], *(f"★ Task {i + 1}." for i in earned[1:])])
        return dataclasses.replace(self, solved=self.solved | set(earned), given=given, said=said)

    @derived
    def _met(self) -> frozenset[int]:
        """What this state meets of what is still to be met."""
        challenges = enumerate(self.concept.challenges)
        return frozenset(
            i for i, one in challenges if i not in self.solved and one.solved(self.model)
        )

    def _with(self, given: frozenset[int]) -> Self:
        return self if given == self.given else self._but(given=given)

    def before_setting(self, name: str) -> Self:
        """Before a clock that plays ahead is set by hand, go to the state it was on the way to."""
        if name != self.concept.clock or self.concept.ahead is None or not self.playing:
            return self
        there = self.model if self.until is None else self.model.replace(**{name: self.until})
        return dataclasses.replace(self.halted(), model=there)

    def halted(self) -> Self:
        """Stop a clock that plays ahead: the state that comes next is a choice of its own."""
        if self.concept.ahead is None:
            return self
        return dataclasses.replace(self, playing=False, until=None)

    def say(self, said: str) -> Self:
        """Put one line in the status bar."""
        return self._but(said=said)

    def _but(self, **changes: Any) -> Self:
        """Copy with something changed that is not seen in controls or figure: what was worked
        out of these stays."""
        copy = object.__new__(type(self))
        vars(copy).update(vars(self), **changes)
        return copy

    def challenge(self, number: int) -> Challenge:
        """Look a challenge up by its place."""
        return self.concept.challenges[number]


def holds(figure: Figure, pin: Pin) -> bool:
    """Say whether a number with a working stands where the pin is."""
    panels = figure.panels
    return pin.panel < len(panels) and panels[pin.panel].holds(pin.row, pin.column)
