"""Changes of controls as lessons write them: NAME=VALUE, NAME+=X, NAME*=X, also of one place."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from tui_transformer.concepts._real_model_places import AUTO, HUB
from tui_transformer.controls import BadValue, Number, Several, read_real, write_real
from tui_transformer.lessons.grammar import shown
from tui_transformer.link import quote
from tui_transformer.model import Model
from tui_transformer.records import dataclass
from tui_transformer.text import and_list, did_you_mean

_CHANGE: Final = re.compile(
    r"([A-Za-z_]\w*)(?:\[\s*(-?\d{1,6}(?:\s*,\s*-?\d{1,6})*)\s*\])?(\+=|\*=|=)(.*)",
    re.DOTALL | re.ASCII,
)
_PLAIN: Final = re.compile(r"[\w.,;:=+*/\[\]()-]+", re.ASCII)  # needs no quotation marks here


@dataclass(frozen=True)
class Change:
    """One control given a value, or moved by a number; `text` is what was written."""

    text: str
    name: str
    index: tuple[int, ...]
    sign: str
    value: str

    @property
    def is_plain(self) -> bool:
        """Say whether it gives the whole control a value."""
        return self.sign == "=" and not self.index


def read_changes(parts: Sequence[str], model: type[Model]) -> tuple[Change, ...]:
    """Read words such as `logits[0]+=1`. Raises BadValue where one is no change of the model."""
    changes = tuple(read_change(part, model) for part in parts)
    if not changes:
        raise BadValue("Nothing is changed: give a change, as in: temperature=0.5")
    plain = [change.name for change in changes if change.is_plain]
    for name in plain:
        if plain.count(name) > 1:
            raise BadValue(f"{name} is given twice.")
    return changes


def read_change(word: str, model: type[Model]) -> Change:
    """Read one change."""
    match = _CHANGE.fullmatch(word)
    if match is None:
        raise BadValue(f"{shown(word)} changes nothing: give it as name=value or name+=number.")
    name, index, sign, value = match[1], match[2], match[3], match[4]
    known_control(name, model)
    places = tuple(int(place) for place in index.split(",")) if index else ()
    change = Change(word, name, places, sign, value)
    if change.is_plain:
        refuse_file(name, value, model)
    elif not isinstance(model.controls()[name], Number | Several):
        raise BadValue(f"{name} has no numbers to change one by one: give it whole, {name}=…")
    return change


def known_control(name: str, model: type[Model]) -> str:
    """Pass a control's name on; BadValue for any other."""
    if name not in model.controls():
        known = list(model.controls())
        raise BadValue(
            f"There is no control {shown(name)}.{did_you_mean(name, known)} "
            f"There are {and_list(known)}."
        )
    return name


class NamesFile(BadValue):
    """A state that is sent or taught names a file of somebody's own."""


def refuse_file(name: str, value: str, model: type[Model]) -> None:
    """A lesson opens no file: raise BadValue for a published model that is named by a path."""
    if model.controls()[name].opens_files and value.strip() not in ("", AUTO, *HUB):
        raise NamesFile(
            f"A lesson opens no file: {name} is a published model's name, {shown(value)} is none."
        )


def words_of(changes: Iterable[Change]) -> str:
    """Write changes as a lesson has them."""
    texts = [change.text for change in changes]
    return " ".join(text if _PLAIN.fullmatch(text) else quote(text) for text in texts)


def apply(changes: Sequence[Change], model: Model) -> Model:
    """Change a model: values in the controls' order, then the others as written.

    Raises BadValue where a value is out of range, or would pull another control along.
    """
    wanted = {name: getattr(model, name) for name in model.controls()}
    plain = {change.name: change.value for change in changes if change.is_plain}
    now = model
    for name, control in model.controls().items():
        if name in plain:
            wanted |= now.along({name: control.parse(plain[name], now)})
            now = now.replace(**{name: wanted[name]})
    for change in changes:
        if not change.is_plain:
            control = model.controls()[change.name]
            moved = _moved(change, wanted[change.name])
            text = write_real(moved) if isinstance(moved, float) else control.format(moved)
            wanted |= now.along({change.name: control.parse(text, now)})
            now = now.replace(**{change.name: wanted[change.name]})
    return exact(type(model), wanted)


def exact(model: type[Model], wanted: dict[str, Any]) -> Model:
    """Make a model of controls that must stay as they are given."""
    made = model(**wanted)
    for name, control in model.controls().items():
        found = getattr(made, name)
        if not np.array_equal(found, wanted[name]):
            raise BadValue(
                f"{name} cannot stay {shown(control.format(wanted[name]))} then, it would become "
                f"{shown(control.format(found))}: give it too."
            )
    return made


def _moved(change: Change, old: Any) -> Any:
    """Work out what a control becomes: one number, or an array with some changed."""
    by, name = read_real(change.value, change.name), change.name
    if not isinstance(old, np.ndarray):
        if change.index:
            raise BadValue(f"{name} is one number and has no place {list(change.index)}.")
        if old is None:
            raise BadValue(
                f"{name} is none, which nothing can be added to: give it whole, {name}=…"
            )
        return _number(change.sign, float(old), by, name)
    new = np.array(old)
    if not change.index:
        new[...] = np.reshape(
            [_number(change.sign, float(x), by, name) for x in new.flat], new.shape
        )
        return new
    fits = len(change.index) == new.ndim
    if not fits or not all(-n <= i < n for i, n in zip(change.index, new.shape, strict=True)):
        shape = " by ".join(map(str, new.shape))
        raise BadValue(f"{name} has {shape} numbers, and none at {list(change.index)}.")
    new[change.index] = _number(change.sign, float(new[change.index]), by, name)
    return new


def _number(sign: str, old: float, by: float, name: str) -> float:
    result = {"=": by, "+=": old + by, "*=": old * by}[sign]
    if not math.isfinite(result):
        raise BadValue(f"{name} would not be finite.")
    return result
