"""Changing controls: by steps, by typing, by place; back, forth and anew."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from tui_transformer.controls import (
    Assigned,
    Several,
    Text,
    VectorControl,
    meant_as_decimal,
    write_real,
)
from tui_transformer.session.folds import Knob
from tui_transformer.session.state import State
from tui_transformer.text import and_list

FEW, SHORT = 3, 12  # controls that are named where they go along, and characters of what they are


class Changing(State):
    """What a key does to the controls."""

    def set(self, **changes: Any) -> Self:
        """Give controls new values; those out of range are pulled in."""
        return self.become(self.model.replace(**changes))

    def type(self, name: str, text: str) -> Self:
        """Take a typed value; raises BadValue with a sentence, and nothing is lost."""
        return self.assign({name: text})

    def assign(self, typed: Mapping[str, str]) -> Self:
        """Take typed values for some controls as one change; raises BadValue as `type` does."""
        start = self
        for name in typed:
            start = start.before_setting(name)
        model = self._followed(start.model.parsed(typed), *typed)
        shown = {name: model.controls()[name].show(getattr(model, name)) for name in typed}
        said = ", ".join(f"{name} = {text}" for name, text in shown.items())
        return start.become(model, said + self._along(model, *typed))

    def asks(self) -> tuple[str, str, str]:
        """What is asked for when the held knob is typed, what it may be, and what it is now."""
        control, index = self.knob.control, self.knob.index
        value = getattr(self.model, control.name)
        domain = control.domain(self.model)
        if isinstance(control, Several):
            domain = f"{control.element.domain(self.model)}; or all: {domain}"
            return self.knob.label, domain, control.element.format(float(value[index]))
        if isinstance(control, Assigned):
            return self.knob.label, f"a number; or {domain}", write_real(control.at(value, index))
        return control.name, domain, control.format(value)

    def answer(self, text: str) -> Self:
        """Take what was typed for the held knob: one number of several, or all of them."""
        control, index = self.knob.control, self.knob.index
        if isinstance(control, Assigned) and "=" not in text:
            text = f"{self.knob.label}={text}"
        if not isinstance(control, Several):
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
        idle = self._idle(self.knob)
        moved = self.become(self.model.replace(**{control.name: new}))
        return moved.say(self._now(moved, self.knob, idle))

    def nudge(self, amount: float) -> Self:
        """Move what the arrows hold by so many steps; what is folded has to be opened first."""
        if self.closed:
            return self.say(f"{self.row.label} holds {self.row.count} values; enter opens it.")
        return self.turn(self.knob, amount)

    def turn(self, knob: Knob, amount: float) -> Self:
        """Move one knob by so many steps."""
        control, name = knob.control, knob.control.name
        start = self.before_setting(name)
        old = getattr(start.model, name)
        new = control.nudge(old, amount, start.model, knob.index)
        idle = self._idle(knob)
        moved = start.become(self._followed(start.model.replace(**{name: new}), name))
        if moved.model is start.model:
            return moved.say(self._why_not(knob))
        return moved.say(self._now(moved, knob, idle))

    def _followed(self, model: Any, *names: str) -> Any:
        """Let move what follows from controls that were just changed; what was set stays as set."""
        for name in names:
            follow = self.concept.follows.get(name)
            if follow is not None and getattr(model, name) != getattr(self.model, name):
                chosen = {also: getattr(model, also) for also in names}
                model = follow(model).replace(**chosen)
        return model

    def _now(self, moved: Self, knob: Knob, idle: str) -> str:
        """Say what a knob stands at, what went along, and why nothing moved where it is idle."""
        return (
            f"{knob.label} = {moved.shown(knob)}{self._along(moved.model, knob.control.name)}{idle}"
        )

    def _idle(self, knob: Knob) -> str:
        """Say why a knob moves nothing here, where it is idle.

        That is known of the state that is seen; of the one that it is moved to, all may have to be
        computed first, and that is done beside the screen. It is asked before the state is left:
        what is kept for undo keeps nothing that was computed.
        """
        name = knob.control.name
        return f" (idle: {self.idle[name]})" if name in self.idle else ""

    def _along(self, model: Any, *names: str) -> str:
        """Say which other controls went along with these: what has to divide them, places in them.

        Where that is a handful (another design, another source), how many they are.
        """
        others = [
            (name, model.controls()[name].show(getattr(model, name)))
            for name in model.differing(self.model)
            if name not in names
        ]
        if len(others) > FEW:
            return f"; with it {len(others)} others"
        told = [f"{name} = {text}" if len(text) <= SHORT else name for name, text in others]
        return f"; with it {', '.join(told)}" if told else ""

    def _why_not(self, knob: Knob) -> str:
        if isinstance(knob.control, Text):
            return f"Press enter to type {knob.control.name}."
        return f"{knob.label}: {knob.control.domain(self.model)}."

    def place(self, knob: Knob, fraction: float) -> Self:
        """Put a knob at a fraction of its range, as a click on its gauge does."""
        name = knob.control.name
        start = self.before_setting(name)
        new = knob.control.place(getattr(start.model, name), fraction, start.model, knob.index)
        idle = self._idle(knob)
        moved = start.become(start.model.replace(**{name: new}))
        return moved.say(self._now(moved, knob, idle))

    def flip(self) -> Self:
        """Take what is held to the other end of its range, as a click in a drawing does."""
        control, name = self.knob.control, self.knob.control.name
        there = control.fraction(getattr(self.model, name), self.model, self.knob.index)
        return self.place(self.knob, 0.0 if (there or 0.0) >= 0.5 else 1.0)

    def lengthen(self, longer: bool) -> Self:
        """Give the vector that the arrows hold one element more or one less.

        In an open grid, where the arrows walk, it turns the held number by a step instead.
        """
        if self.fold is not None and self.fold.kind == "grid":
            return self.nudge(1 if longer else -1)
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

    def choose(self, step: int) -> Self:
        """Walk through the rows; in an open fold, through its rows, and no further."""
        if self.fold is not None:
            return self.walk(step, 0)
        at = self.rows.index(self.row) + step
        return self._hold(self.rows[at % len(self.rows)].start)

    def walk(self, rows: int, columns: int) -> Self:
        """Walk from cell to cell of the open fold, up to its edges."""
        if self.fold is None:
            return self
        row, column = self.fold.place(self.at)
        return self._hold(self.fold.at(row + rows, column + columns), self.inside)

    def to_end(self, last: bool) -> Self:
        """Hold the first or the last row, or cell of the open fold."""
        if self.fold is not None:
            at = self.fold.start + (self.fold.count - 1) * last
            return self._hold(at, self.inside)
        return self._hold(self.rows[-last].start)

    def hold(self, at: int) -> Self:
        """Hold one knob by its place; the fold that it is in is opened."""
        at %= len(self.knobs)
        row = dataclasses.replace(self, at=at).row
        return self._hold(at, "" if row.kind == "one" else row.label)

    def _hold(self, at: int, inside: str = "") -> Self:
        held = dataclasses.replace(self, at=at, inside=inside)
        if held.closed and held.row.short:
            return held.say(f"{held.row.label}: {and_list(list(held.row.rows))}; enter opens it.")
        if held.fold is not None and held.fold.kind == "grid":
            return held.say(self._now(held, held.knob, held._idle(held.knob)))
        control = held.knob.control
        idle = self.idle.get(control.name)
        return held.say(f"Idle: {idle}" if idle else control.help)

    def unfold(self) -> Self:
        """Open the fold that the arrows hold; `close` closes it."""
        return self._hold(self.at, self.row.label) if self.closed else self

    def close(self) -> Self:
        """Close the fold that is open."""
        return dataclasses.replace(self, inside="", said="")

    def undo(self) -> Self:
        """Go back to the model before."""
        if not self.before:
            return self.say("Nothing to undo.")
        self.pictures.forget(self.model)
        return dataclasses.replace(
            self.halted().held_in(self.before[-1]),
            model=self.before[-1],
            before=self.before[:-1],
            after=(self.model, *self.after),
            opened=True,
            said="Undone; U redoes.",
        )

    def redo(self) -> Self:
        """Take back the last undo."""
        if not self.after:
            return self.say("Nothing to redo.")
        self.pictures.forget(self.model)
        return dataclasses.replace(
            self.halted().held_in(self.after[0]),
            model=self.after[0],
            after=self.after[1:],
            before=(*self.before, self.model),
            opened=True,
            said="Redone.",
        )

    def reset(self) -> Self:
        """Put every control back to its default."""
        return self.halted().become(
            self.concept.model(), "Everything is as it was at the start.", opened=True
        )

    def randomise(self, rng: "np.random.Generator") -> Self:
        """Draw every control but the clock; a text, a seed, what is costly and the clock stay."""
        model = self.model
        for name, control in model.controls().items():
            stays = isinstance(control, Text) or control.costly
            if name not in (self.concept.clock, "seed") and not stays:
                new = control.randomise(getattr(model, name), rng, model)
                model = model.replace(**{name: new})
        return self.become(model, "Randomised; u takes it back.", opened=True)

    def preset(self, number: int) -> Self:
        """Open the preset with this number, counted from 1."""
        names = list(self.concept.presets)
        if not 1 <= number <= len(names):
            has = f"{len(names)} presets" if names else "no presets"
            return self.say(f"This concept has {has}.")
        name = names[number - 1]
        return self.halted().become(
            self.concept.preset(name), f"Preset {number}: {name}", opened=True
        )
