"""What the names of an expression stand for: what `--json` prints of a model, one at a time."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from tui_transformer.controls import BadValue
from tui_transformer.lessons.functions import Thing
from tui_transformer.lessons.grammar import shown
from tui_transformer.lessons.tree import Name, Node, names
from tui_transformer.model import Model, jsonable
from tui_transformer.text import did_you_mean

MEASURED: Final = frozenset({"steps_per_second"})
"""Values that depend on the machine: nothing can be asked of them."""


class Scope:
    """A model, and the one before it where `was` may be said; each thing is looked up once."""

    def __init__(self, model: Model, was: Model | None = None) -> None:
        self.model, self.was = model, was
        self._kept: dict[tuple[str, bool, bool], Thing] = {}

    def look(self, name: Name) -> Thing:
        """Find what a name stands for. Raises BadValue where it stands for nothing."""
        key = name.name, name.was, name.control
        if key not in self._kept:
            model = self.was if name.was else self.model
            if model is None:
                raise BadValue(f"{name.text}: “was” is for what is expected after a change.")
            self._kept[key] = _plain(getattr(model, attribute(name, type(model))))
        return self._kept[key]

    def labels(self, name: Name) -> Sequence[str]:
        """List the names of the places of something, where it has some."""
        model = self.was if name.was else self.model
        key = f"control.{name.name}" if name.control else name.name
        return (model.places_of(key) or ((),))[0] if model else ()


def attribute(name: Name, model: type[Model]) -> str:
    """Find the model's own name for what an expression names; the value comes first."""
    value = model.computed().get(name.name)
    if value is not None and not name.control:
        if name.name in MEASURED:
            raise BadValue(f"{name.name} is measured, and differs from run to run.")
        return value.name
    if name.name not in model.controls():
        known = [*model.controls(), *(() if name.control else model.computed())]
        raise BadValue(
            f"There is nothing called {shown(name.text)}.{did_you_mean(name.name, known)}"
        )
    return name.name


def verified(node: Node, model: type[Model], *, was: bool = False) -> Node:
    """Pass an expression on if all its names stand for something."""
    for name in names(node):
        attribute(name, model)
        if name.was and not was:
            raise BadValue(f"{name.text}: “was” is for what is expected after a change.")
    return node


def uses_value(node: Node, model: type[Model]) -> bool:
    """Say whether an expression looks at anything that is computed."""
    return any(not name.control and name.name in model.computed() for name in names(node))


def _plain(thing: Any) -> Thing:
    """Take what `--json` would print; rows of finite numbers as an array, numbers as floats."""
    if isinstance(thing, np.ndarray) and thing.dtype.kind in "fiu" and thing.ndim:
        array = thing.astype(float)
        if np.all(np.isfinite(array)):
            return array
    return _read(jsonable(thing))


def _read(thing: Any) -> Thing:
    match thing:
        case bool() | str() | None:
            return thing
        case int() | float():
            return float(thing)
        case dict():
            return {key: _read(item) for key, item in thing.items()}
        case _:
            return _array([_read(item) for item in thing])


def _array(items: list[Thing]) -> Thing:
    """Make an array of numbers, or of equally long rows of them; else leave the list."""
    if items and all(isinstance(item, float) for item in items):
        return np.array(items)
    if items and all(
        isinstance(item, np.ndarray) and item.shape == np.shape(items[0]) for item in items
    ):
        return np.array(items)
    return items if items else np.array(())
