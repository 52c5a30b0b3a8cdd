"""One person at one concept: everything a key can do, without a terminal.

A session is frozen; every action returns the next one. Undo is keeping the previous
model, playing is moving the clock, and a link is all of it in one line.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from tui_transformer.compare import compare
from tui_transformer.concept import Challenge, Concept
from tui_transformer.controls import (
    Control,
    Index,
    MatrixControl,
    Number,
    Text,
    VectorControl,
    meant_as_decimal,
)
from tui_transformer.figure import (
    Figure,
    Heatmap,
    Panel,
    Pin,
    Table,
    Tokens,
    pinnable,
    working_at,
)
from tui_transformer.link import link
from tui_transformer.model import Model, derived
from tui_transformer.numbers import subscript
from tui_transformer.terms import Working

KEPT = 500  # how many states undo remembers
LONGEST_PRAISE = 165  # characters, which three lines of a narrow terminal hold
_SEEN = " figure"  # where a model keeps its picture: no name that a value could have
SPEEDS = (1, 2, 5, 10, 20, 50)  # steps a second


@dataclass(frozen=True)
class Knob:
    """What the arrow keys hold: a control, or one element of it."""

    control: Control
    index: Index = None

    @property
    def label(self) -> str:
        """The control's name, with the element's place: logits₁."""
        if self.index is None:
            return self.control.name
        places = self.index if isinstance(self.index, tuple) else (self.index,)
        return self.control.name + ",".join(subscript(place + 1) for place in places)


@dataclass(frozen=True, eq=False)
class Session:
    """A concept, the model as it is now, and how it came to be so.

    `said` is one line about what just happened. `solved` are the numbers of the challenges
    that this session has met. `until` is where playing is to stop, if before the clock's end.
    A state that was `opened` (a link, a preset, a draw, undo) and not reached by changing
    controls earns nothing: what it meets is `given`, until it was left.
    """

    concept: Concept
    model: Model
    before: tuple[Model, ...] = ()
    after: tuple[Model, ...] = ()
    at: int = 0
    pin: Pin | None = None
    pinned: Model | None = None
    playing: bool = False
    until: int | None = None
    speed: int = 2
    said: str = ""
    solved: frozenset[int] = frozenset()
    opened: bool = True
    given: frozenset[int] = frozenset()

    @classmethod
    def open(cls, concept: Concept, assignments: Mapping[str, str] | None = None) -> Self:
        """Open a concept, with typed values for some controls (BadValue where one is bad)."""
        return cls(concept, concept.model().parsed(assignments or {}))

    def with_stars(self, goals: Collection[str]) -> Session:
        """Remember the challenges that were met before, by their goals."""
        earlier = {i for i, one in enumerate(self.concept.challenges) if one.goal in goals}
        return dataclasses.replace(self, solved=self.solved | earlier)

    # ── looking ────────────────────────────────────────────────────────────────────────

    @derived
    def figure(self) -> Figure:
        """The figure of this state; where a state is pinned, with what differs from it."""
        figure = self._seen(self.model)
        return figure if self.pinned is None else compare(figure, self._seen(self.pinned))

    def _seen(self, model: Model) -> Figure:
        """Look at a model once; the picture is kept and forgotten with its values."""
        if _SEEN not in vars(model):
            vars(model)[_SEEN] = self.concept.look(model)
        seen: Figure = vars(model)[_SEEN]
        return seen

    @property
    def ready(self) -> bool:
        """Say whether the figure is there already."""
        return "figure" in vars(self) or (self.pinned is None and _SEEN in vars(self.model))

    @property
    def working(self) -> Working:
        """How the pinned number (or the figure's own) came about."""
        return working_at(self.figure, self.pin)

    @derived
    def knobs(self) -> tuple[Knob, ...]:
        """Everything the arrows can hold, in order."""
        return tuple(
            Knob(control, index)
            for name, control in self.model.controls().items()
            for index in control.knobs(getattr(self.model, name))
        )

    @derived
    def idle(self) -> Mapping[str, str]:
        """The controls that change nothing in this state, each with a sentence why."""
        return self.model.idle()

    @property
    def knob(self) -> Knob:
        """What the arrows hold now."""
        return self.knobs[min(self.at, len(self.knobs) - 1)]

    @property
    def link(self) -> str:
        """The command that opens this state."""
        return link(self.concept.id, self.model.assignments())

    # ── changing ───────────────────────────────────────────────────────────────────────

    def become(self, model: Model, said: str = "", *, opened: bool = False) -> Session:
        """Move to another model, by changing controls unless it is one that is `opened`.

        The present one can be had back with undo.
        """
        if model.same(self.model):
            return dataclasses.replace(self, said=said)
        given = self.given if opened or not self.opened else self._met_here()
        self.model.forget()
        return dataclasses.replace(
            self,
            model=model,
            before=(*self.before, self.model)[-KEPT:],
            after=(),
            said=said,
            opened=opened,
            given=given,
        )

    def _met_here(self) -> frozenset[int]:
        """List what this state meets; all there is, where looking would take long."""
        challenges = self.concept.challenges
        if self.concept.ahead is not None and self.concept.ahead(self.model) is not self.model:
            return frozenset(range(len(challenges)))
        return frozenset(i for i, one in enumerate(challenges) if one.solved(self.model))

    def noticed(self) -> Session:
        """Give a star where a challenge is met, and let go of a pinned number that is gone.

        Asked once for every picture, not for every key.
        """
        if self.pin is not None and not _holds(self.figure, self.pin):
            return dataclasses.replace(self, pin=None).noticed()
        met = frozenset(
            i
            for i, challenge in enumerate(self.concept.challenges)
            if i not in self.solved and challenge.solved(self.model)
        )
        if self.opened:
            return self._with(given=met if not self.playing else self.given | met)
        earned, given = sorted(met - self.given), self.given & met
        if not earned:
            return self._with(given=given)
        stars = [f"★ Task {i + 1}: {self.challenge(i).praise(self.model)}" for i in earned]
        said = " ".join(stars)
        if len(said) > LONGEST_PRAISE:  # then what was seen is told of the first of several
            said = " ".join([stars[0], *(f"★ Task {i + 1}." for i in earned[1:])])
        return dataclasses.replace(self, solved=self.solved | set(earned), given=given, said=said)

    def _with(self, given: frozenset[int]) -> Session:
        return self if given == self.given else dataclasses.replace(self, given=given)

    def set(self, **changes: Any) -> Session:
        """Give controls new values; those out of range are pulled in."""
        return self.become(self.model.replace(**changes))

    def type(self, name: str, text: str) -> Session:
        """Take a typed value; raises BadValue with a sentence, and nothing is lost."""
        start = self._by_hand(name)
        model = start.model.parsed({name: text})
        shown = model.controls()[name].show(getattr(model, name))
        return start.become(model, f"{name} = {shown}")

    def asks(self) -> tuple[str, str, str]:
        """What is asked for when the held knob is typed, what it may be, and what it is now."""
        control, index = self.knob.control, self.knob.index
        value = getattr(self.model, control.name)
        domain = control.domain(self.model)
        if isinstance(control, VectorControl | MatrixControl):
            domain = f"{control.element.domain(self.model)}; or all: {domain}"
            return self.knob.label, domain, control.element.format(float(value[index]))
        return control.name, domain, control.format(value)

    def answer(self, text: str) -> Session:
        """Take what was typed for the held knob: one number of several, or all of them."""
        control, index = self.knob.control, self.knob.index
        if not isinstance(control, VectorControl | MatrixControl):
            return self.type(control.name, text)
        number = control.parse_one(text, self.model)
        old = getattr(self.model, control.name)
        if number is None:
            typed = self.type(control.name, text)
            new = getattr(typed.model, control.name)
            by = "" if new.shape == old.shape else f" by {new.size}"
            said = f"{control.name}: all {old.size} numbers replaced{by}"
            return typed.say(f"{said}{meant_as_decimal(text)}.")
        new = np.array(old)
        new[index] = number
        moved = self.become(self.model.replace(**{control.name: new}))
        return moved.say(self._now(moved, self.knob))

    def nudge(self, amount: int) -> Session:
        """Move what the arrows hold by so many steps."""
        return self.turn(self.knob, amount)

    def turn(self, knob: Knob, amount: int) -> Session:
        """Move one knob by so many steps."""
        control, name = knob.control, knob.control.name
        start = self._by_hand(name)
        old = getattr(start.model, name)
        new = control.nudge(old, amount, start.model, knob.index)
        moved = start.become(start.model.replace(**{name: new}))
        if moved.model is start.model:
            return moved.say(self._why_not(knob))
        return moved.say(self._now(moved, knob))

    def _now(self, moved: Session, knob: Knob) -> str:
        """Say what a knob stands at, and why nothing else moved where it is idle."""
        idle = moved.idle.get(knob.control.name)
        return f"{knob.label} = {self._shown(moved, knob)}" + (f" (idle: {idle})" if idle else "")

    def _why_not(self, knob: Knob) -> str:
        if isinstance(knob.control, Text):
            return f"Press enter to type {knob.control.name}."
        return f"{knob.label}: {knob.control.domain(self.model)}."

    @staticmethod
    def _shown(session: Session, knob: Knob) -> str:
        value = getattr(session.model, knob.control.name)
        return knob.control.show(value, knob.index)

    def place(self, knob: Knob, fraction: float) -> Session:
        """Put a knob at a fraction of its range, as a click on its gauge does."""
        name = knob.control.name
        start = self._by_hand(name)
        new = knob.control.place(getattr(start.model, name), fraction, start.model, knob.index)
        moved = start.become(start.model.replace(**{name: new}))
        return moved.say(self._now(moved, knob))

    def lengthen(self, longer: bool) -> Session:
        """Give the vector that the arrows hold one element more or one less."""
        control = self.knob.control
        if not isinstance(control, VectorControl):
            return self.say("Only a vector can grow or shrink; choose one of its numbers first.")
        value = getattr(self.model, control.name)
        new = control.longer(value) if longer else control.shorter(value)
        if len(new) == len(value):
            return self.say(f"{control.name} has {control.domain(self.model)}.")
        return self.become(
            self.model.replace(**{control.name: new}), f"{control.name} now has {len(new)} numbers"
        )

    def choose(self, step: int) -> Session:
        """Walk through the knobs."""
        at = (min(self.at, len(self.knobs) - 1) + step) % len(self.knobs)
        control = self.knobs[at].control
        idle = self.idle.get(control.name)
        return dataclasses.replace(self, at=at, said=f"Idle: {idle}" if idle else control.help)

    def undo(self) -> Session:
        """Go back to the model before."""
        if not self.before:
            return self.say("Nothing to undo.")
        self.model.forget()
        return dataclasses.replace(
            self._still(),
            model=self.before[-1],
            before=self.before[:-1],
            after=(self.model, *self.after),
            opened=True,
            said="Undone; U redoes.",
        )

    def redo(self) -> Session:
        """Take back the last undo."""
        if not self.after:
            return self.say("Nothing to redo.")
        self.model.forget()
        return dataclasses.replace(
            self._still(),
            model=self.after[0],
            after=self.after[1:],
            before=(*self.before, self.model),
            opened=True,
            said="Redone.",
        )

    def reset(self) -> Session:
        """Put every control back to its default."""
        return self._still().become(
            self.concept.model(), "Everything is as it was at the start.", opened=True
        )

    def randomise(self, rng: np.random.Generator) -> Session:
        """Draw every control but the clock; a text, a seed and the clock stay."""
        model = self.model
        for name, control in model.controls().items():
            if name not in (self.concept.clock, "seed") and not isinstance(control, Text):
                new = control.randomise(getattr(model, name), rng, model)
                model = model.replace(**{name: new})
        return self.become(model, "Randomised; u takes it back.", opened=True)

    def preset(self, number: int) -> Session:
        """Open the preset with this number, counted from 1."""
        names = list(self.concept.presets)
        if not 1 <= number <= len(names):
            has = f"{len(names)} presets" if names else "no presets"
            return self.say(f"This concept has {has}.")
        name = names[number - 1]
        return self._still().become(
            self.concept.preset(name), f"Preset {number}: {name}", opened=True
        )

    # ── the clock ──────────────────────────────────────────────────────────────────────

    @property
    def clock(self) -> Number | None:
        """The control that play moves."""
        control = self.model.controls().get(self.concept.clock)
        return control if isinstance(control, Number) else None

    def step(self, amount: int) -> Session:
        """Move the clock by so many steps."""
        if self.clock is None:
            return self.say("Nothing runs by itself on this screen.")
        now = getattr(self._by_hand(self.clock.name).model, self.clock.name)
        moved = self.turn(Knob(self.clock), amount)
        ended = getattr(moved.model, self.clock.name) == now
        if ended:
            edge = "end" if amount > 0 else "start"
            moved = moved.say(f"{self.clock.name} = {now}: that is the {edge}.")
        return dataclasses.replace(moved, playing=moved.playing and not ended)

    def play(self) -> Session:
        """Start or stop the clock."""
        if self.clock is None:
            return self.say("Nothing runs by itself on this screen.")
        playing = not self.playing
        said = f"Playing, {self.pace} steps a second; < and > change the speed."
        said = "Playing, as fast as it can be computed." if self.concept.ahead else said
        said = said if playing else "Paused."
        start = self if self.concept.ahead is None or not playing else self._going_on()
        return dataclasses.replace(start, playing=playing, until=None, said=said)

    def _going_on(self) -> Session:
        """Let what comes from here on be earned: somebody set the clock going."""
        given = self._met_here() if self.opened else self.given
        return dataclasses.replace(self, opened=False, given=given)

    def faster(self, change: int) -> Session:
        """Change how fast play goes."""
        if self.concept.ahead:
            return self.say("This goes as fast as it can be computed.")
        speed = min(max(self.speed + change, 0), len(SPEEDS) - 1)
        return dataclasses.replace(self, speed=speed, said=f"{SPEEDS[speed]} steps a second.")

    @property
    def pace(self) -> int:
        """How many steps a second play takes."""
        return SPEEDS[self.speed]

    def from_nearest(self) -> Session:
        """Where the way to this state takes long: start from what is there, and play up to it."""
        if self.concept.ahead is None or self.clock is None:
            return self
        near = self.concept.ahead(self.model)
        if near is self.model:
            return self
        until = self.until if self.playing else getattr(self.model, self.clock.name)
        return dataclasses.replace(self, model=near, playing=True, until=until)

    def _by_hand(self, name: str) -> Session:
        """Before a clock that plays ahead is set by hand, go to the state it was on the way to."""
        if name != self.concept.clock or self.concept.ahead is None or not self.playing:
            return self
        there = self.model if self.until is None else self.model.replace(**{name: self.until})
        return dataclasses.replace(self._still(), model=there)

    def _still(self) -> Session:
        """Stop a clock that plays ahead: the state that comes next is a choice of its own."""
        if self.concept.ahead is None:
            return self
        return dataclasses.replace(self, playing=False, until=None)

    def go_on(self) -> Session:
        """Move on to what has been computed since; for undo, playing is one change."""
        if self.concept.ahead is None or self.clock is None:
            return self.step(1)
        name, now = self.clock.name, getattr(self.model, self.clock.name)
        until = self.until if self.until is not None else int(self.clock.limits(self.model)[1])
        near = self.concept.ahead(self.model.replace(**{name: until}))
        at = getattr(near, name)
        arrived = dataclasses.replace(self, playing=at < until, until=self.until)
        if at == now:
            return arrived if at >= until else self
        self.model.forget()
        return dataclasses.replace(arrived, model=near)

    # ── pinning and comparing ──────────────────────────────────────────────────────────

    @derived
    def pins(self) -> tuple[int, ...]:
        """The panels that have cells to pin."""
        return tuple(
            i for i, panel in enumerate(self.figure.panels) if any(True for _ in pinnable(panel))
        )

    def pin_panel(self, step: int) -> Session:
        """Walk to the next panel with numbers to pin; after the last, let go."""
        stops: list[int | None] = [None, *self.pins]
        here = self.pin.panel if self.pin and self.pin.panel in self.pins else None
        panel = stops[(stops.index(here) + step) % len(stops)]
        if panel is None:
            return dataclasses.replace(self, pin=None, said="Nothing is pinned.")
        return self.pin_cell(Pin(panel, *_first(self.figure.panels[panel])))

    def pin_cell(self, pin: Pin | None) -> Session:
        """Pin a cell: its working is shown, and linked controls follow it."""
        if pin is None:
            return dataclasses.replace(self, pin=None, said="")
        if pin.panel >= len(self.figure.panels):
            return self
        changes = _linked(self.figure.panels[pin.panel], pin, self.model)
        pinned = dataclasses.replace(self, pin=pin if _holds(self.figure, pin) else None, said="")
        return pinned.become(self.model.replace(**changes)) if changes else pinned

    def pin_move(self, rows: int, columns: int) -> Session:
        """Walk from the pinned cell to the nearest one in a direction."""
        if self.pin is None or not _holds(self.figure, self.pin):
            return dataclasses.replace(self, pin=None)
        cells = set(pinnable(self.figure.panels[self.pin.panel]))
        row, column = self.pin.row + rows, self.pin.column + columns
        for _ in range(64):  # over gaps: a text column between numbers
            if (row, column) in cells:
                return self.pin_cell(Pin(self.pin.panel, row, column))
            row, column = row + rows, column + columns
        return self

    def compare(self) -> Session:
        """Pin the present state to compare others with it, or let it go."""
        if self.pinned is None:
            return dataclasses.replace(
                self, pinned=self.model, said="Pinned: panels now show what differs; b lets go."
            )
        return dataclasses.replace(self, pinned=None, said="No longer comparing.")

    def say(self, said: str) -> Session:
        """Put one line in the status bar."""
        return dataclasses.replace(self, said=said)

    def challenge(self, number: int) -> Challenge:
        """Look a challenge up by its place."""
        return self.concept.challenges[number]


def _holds(figure: Figure, pin: Pin) -> bool:
    """Say whether a number with a working stands where the pin is."""
    if pin.panel >= len(figure.panels):
        return False
    panel = figure.panels[pin.panel]
    if isinstance(panel, Heatmap):
        rows, columns = panel.values.shape
        return panel.working is not None and pin.row < rows and pin.column < columns
    return any(cell == (pin.row, pin.column) for cell in pinnable(panel))


def _first(panel: Panel) -> tuple[int, int]:
    """Say where walking a panel's cells starts: in its lit row, if it has one."""
    if isinstance(panel, Heatmap) and panel.row is not None:
        return min(panel.row, len(panel.values) - 1), panel.column or 0
    lit = panel.row if isinstance(panel, Table) else None
    in_lit_row = (cell for cell in pinnable(panel) if cell[0] == lit)
    return next(in_lit_row, None) or next(iter(pinnable(panel)))


def _linked(panel: object, pin: Pin, model: Model) -> dict[str, Any]:
    """List the controls that pinning a cell of this panel sets."""
    if isinstance(panel, Heatmap):
        pairs = ((panel.row_control, pin.row), (panel.column_control, pin.column))
    elif isinstance(panel, Table):
        pairs = ((panel.row_control, pin.row), ("", 0))
    elif isinstance(panel, Tokens):
        pairs = ((panel.token_control, pin.column), ("", 0))
    else:
        return {}
    return {name: at for name, at in pairs if name and getattr(model, name) != at}
