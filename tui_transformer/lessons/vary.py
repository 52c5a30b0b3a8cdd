"""What is drawn when a question is asked again: `vary NAME`, `NAME=low..high`, `NAME=A|B|C`."""

import dataclasses
import re
from typing import Any, Final

import numpy as np

from tui_transformer.controls import BadValue, Control, Number, Several, Text, read_real
from tui_transformer.lessons.change import known_control, refuse_file
from tui_transformer.lessons.grammar import shown
from tui_transformer.lessons.records import Varied
from tui_transformer.model import Model
from tui_transformer.numbers import number

_RANGE: Final = re.compile(r"([^.]*(?:\.[^.]+)?)\.\.(.+)", re.DOTALL)


def read_varied(parts: list[str], state: Model) -> tuple[Varied, ...]:
    """Read what is drawn. Raises BadValue where that could not be."""
    found = [_one(part, state) for part in parts]
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise BadValue(f"{name} is drawn twice.")
    return tuple(found)


def _one(part: str, state: Model) -> Varied:
    name, sign, text = part.partition("=")
    control = state.controls()[known_control(name, type(state))]
    numeric = isinstance(control, Number | Several)
    if not sign:
        if isinstance(control, Text) and not control.samples:
            raise BadValue(f"{name} is a text: say among which, as in {name}=A|B.")
        return Varied(name)
    match = _RANGE.fullmatch(text) if numeric else None
    if match is not None:
        return _range(control, read_real(match[1], name), read_real(match[2], name), state)
    among = tuple(text.split("|"))
    if len(among) < 2:
        raise BadValue(f"{shown(part)} leaves nothing to draw: {name}=low..high or {name}=A|B.")
    for one in among:
        refuse_file(name, one, type(state))
        control.parse(one, state)
    return Varied(name, among=among)


def _range(control: Control, low: float, high: float, state: Model) -> Varied:
    element: Any = control.element if isinstance(control, Several) else control
    least, most = element.limits(state)
    if not low < high:
        raise BadValue(f"{control.name} is drawn from {number(low)} to {number(high)}: no range.")
    if not least <= low <= high <= most:
        raise BadValue(f"{control.name} goes from {number(least)} to {number(most)}.")
    return Varied(control.name, low, high)


def drawn(varied: Varied, model: Model, rng: "np.random.Generator") -> Any:
    """Draw a value for a control. Raises BadValue where one that is named does not fit."""
    control, now = model.controls()[varied.name], getattr(model, varied.name)
    if varied.among:
        return control.parse(varied.among[int(rng.integers(len(varied.among)))], model)
    if varied.low is None:
        return control.randomise(now, rng, model)
    limits: dict[str, Any] = {"low": varied.low, "high": varied.high}
    if isinstance(control, Several):
        limits["typical"] = None
    return dataclasses.replace(control, **limits).randomise(now, rng, model)
