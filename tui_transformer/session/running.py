"""The clock: steps, playing, and states that are computed beside the screen."""

import dataclasses
from typing import Self

from tui_transformer.controls import Number
from tui_transformer.session.changing import Changing
from tui_transformer.session.folds import Knob

SPEEDS = (1, 2, 5, 10, 20, 50)  # steps a second


class Running(Changing):
    """What moves by itself."""

    @property
    def clock(self) -> Number | None:
        """The control that play moves."""
        control = self.model.controls().get(self.concept.clock)
        return control if isinstance(control, Number) else None

    def step(self, amount: int) -> Self:
        """Move the clock by so many steps."""
        if self.clock is None:
            return self.say("Nothing runs by itself on this screen.")
        now = getattr(self.before_setting(self.clock.name).model, self.clock.name)
        moved = self.turn(Knob(self.clock), amount)
        ended = getattr(moved.model, self.clock.name) == now
        if ended:
            edge = "end" if amount > 0 else "start"
            moved = moved.say(f"{self.clock.name} = {now}: that is the {edge}.")
        return moved._but(playing=False) if ended else moved

    def play(self) -> Self:
        """Start or stop the clock."""
        if self.clock is None:
            return self.say("Nothing runs by itself on this screen.")
        playing = not self.playing
        said = f"Playing, {self.pace} steps a second; < and > change the speed."
        said = "Playing, as fast as it can be computed." if self.concept.ahead else said
        said = said if playing else "Paused."
        start = self if self.concept.ahead is None or not playing else self._going_on()
        return dataclasses.replace(start, playing=playing, until=None, said=said)

    def _going_on(self) -> Self:
        """Let what comes from here on be earned: somebody set the clock going."""
        given = self.given if self.deliberate else self._met_here()
        origin = self.origin or self.model
        touched = self.touched if self.origin else frozenset[str]()
        return dataclasses.replace(self, opened=False, origin=origin, given=given, touched=touched)

    def faster(self, change: int) -> Self:
        """Change how fast play goes."""
        if self.concept.ahead:
            return self.say("This goes as fast as it can be computed.")
        speed = min(max(self.speed + change, 0), len(SPEEDS) - 1)
        return dataclasses.replace(self, speed=speed, said=f"{SPEEDS[speed]} steps a second.")

    @property
    def pace(self) -> int:
        """How many steps a second play takes."""
        return SPEEDS[self.speed]

    def from_nearest(self) -> Self:
        """Where the way to this state takes long: start from what is there, and play up to it."""
        if self.concept.ahead is None or self.clock is None:
            return self
        near = self.concept.ahead(self.model)
        if near is self.model:
            return self
        until = self.until if self.playing else getattr(self.model, self.clock.name)
        return dataclasses.replace(self, model=near, playing=True, until=until)

    def go_on(self) -> Self:
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
        self.pictures.forget(self.model)
        return dataclasses.replace(arrived, model=near)
