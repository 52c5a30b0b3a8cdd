"""The base of every model: controls in, values out, nothing hidden and nothing mutable.

A model is a frozen record. Its fields are the controls, its `@value` properties are what
follows from them; each is computed at most once, when somebody looks.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any, Self

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import Axis, BadValue, Control, Index
from tui_transformer.nn.cutting import Wire
from tui_transformer.numbers import subscript
from tui_transformer.records import dataclass
from tui_transformer.terms import Leaf, Named, Operand
from tui_transformer.value import derived as derived
from tui_transformer.value import value as value

Places = tuple[tuple[str, ...], ...]  # the names along each axis; none for one without names
_NAMED, _PLACES = " named", " places"  # what a model keeps, under no name that a value could have


@dataclass(frozen=True, eq=False)
class Model:
    """Controls in, values out."""

    def __post_init__(self) -> None:
        """Pull every control into its domain, in the order of their declaration."""
        known = vars(self)
        for name, control in self.controls().items():
            known[name] = control.clean(known[name], self)

    @classmethod
    @cache
    def controls(cls) -> Mapping[str, Control]:
        """List what can be changed, by name, in the order of declaration."""
        return {
            field.name: dataclasses.replace(field.metadata["control"], name=field.name)
            for field in dataclasses.fields(cls)
        }

    @classmethod
    @cache
    def computed(cls) -> Mapping[str, value[Any]]:
        """List what is printed of what follows from the controls, in the order of definition."""
        every = cls.explained().items()
        return {name: item for name, item in every if not isinstance(item, derived)}

    def idle(self) -> Mapping[str, str]:
        """List the controls that change nothing in this state, each with a sentence why."""
        return {}

    def wire(self) -> Wire | None:
        """The head that is looked at; None where there is no such thing."""
        return None

    def compares_with(self) -> Model | None:
        """The state that this one is compared with from the start; None where there is none."""
        return None

    def against(self, pinned: Model) -> Model:
        """The state that is laid under this one where another is pinned: that very state."""
        return pinned

    def replace(self, **changes: Any) -> Self:
        """Copy the model with some controls changed; values out of range are pulled in."""
        return type(self)(**{name: getattr(self, name) for name in self.controls()} | changes)

    def along(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Add to a change what goes along with it by nature, if anything does."""
        return dict(changes)

    def the(self, name: str) -> Named:
        """Give the numbers of a value or a control by name, to be asked how they came about.

        Where both have one name it is the value; `control.NAME` is the control. Raises KeyError
        for a name that has no numbers.
        """
        kept: dict[str, Named] = self.__dict__.setdefault(_NAMED, {})
        if name not in kept:
            kept[name] = self._name(name)
        return kept[name]

    def one(self, name: str) -> Operand:
        """Give a value or a control that is one number alone."""
        return self.the(name)[()]

    def _name(self, name: str) -> Named:
        item = self.explained().get(name)
        if item is None:
            plain = name.removeprefix("control.")
            if plain not in self.controls():
                raise KeyError(name)
            numbers = self.controls()[plain].numbers(getattr(self, plain))
            return Named(plain, numbers, "control", places=partial(self.places_of, name))
        how, symbols, unit = item.how, item.symbols, item.unit
        if how is None:
            raise KeyError(name)
        return Named(
            name,
            getattr(self, item.name),
            partial(how, self),
            symbols if isinstance(symbols, str) else partial(symbols, self),
            unit if isinstance(unit, float) else unit(self),
            name,
            partial(self.places_of, name),
        )

    def places_of(self, name: str) -> Places:
        """Name the places of a control's or value's numbers, an axis each; () where none has names.

        There are as many names as places: where numbers outnumber the names, the rest are called
        by their index; of names that come twice, each has its index with it (the₀, the₄).
        """
        kept: dict[str, Places] = self.__dict__.setdefault(_PLACES, {})
        if name not in kept:
            kept[name] = self._find_places(name)
        return kept[name]

    def _find_places(self, name: str) -> Places:
        item, plain = self.explained().get(name), name.removeprefix("control.")
        control = self.controls().get(plain)
        labels = item.labels if item else control.labels if control else ()
        if not labels:
            return ()
        shape = np.shape(getattr(self, item.name if item else plain))
        axes = (_one_each(self._along(axis), n) for axis, n in zip(labels, shape, strict=False))
        found = tuple(axes)
        return found if any(found) else ()

    def _along(self, axis: Axis) -> tuple[str, ...]:
        """Work out the names along an axis."""
        if isinstance(axis, str):
            return (self.places_of(axis) or ((),))[0]
        return tuple(axis(self) if callable(axis) else axis or ())

    def place(self, name: str, i: int, axis: int = 0) -> str:
        """Name one place of a control's or value's numbers; by its index, if nothing else."""
        places = self.places_of(name)
        return places[axis][i] if places and places[axis] else str(i)

    def place_of(self, name: str, index: Index) -> tuple[str, ...]:
        """Name an element's place, an axis each; () where it has no names."""
        if index is None or not self.places_of(name):
            return ()
        steps = index if isinstance(index, tuple) else (index,)
        return tuple(self.place(name, i, axis) for axis, i in enumerate(steps))

    def labels(self) -> dict[str, Any]:
        """Name the places of all that has names, as `--json` prints them.

        A vector's are a list; a matrix has a list of two, [rows, columns], and what has more axes
        a list with each of them, null for an axis without names.
        """
        found: dict[str, Any] = {}
        for name in dict.fromkeys((*self.controls(), *self.computed())):
            places = [list(axis) or None for axis in self.places_of(name)]
            if places:
                found[name] = places[0] if len(places) == 1 else places
        return found

    @classmethod
    @cache
    def explained(cls) -> Mapping[str, value[Any]]:
        """List everything that is computed, printed or not, by its name."""
        return {
            item.printed or name: item
            for base in reversed(cls.__mro__)
            for name, item in vars(base).items()
            if isinstance(item, value)
        }

    def sources(self) -> Mapping[str, Array]:
        """List the arrays of weights and draws behind the values, by the names they have there."""
        return {}

    def leaf(self, name: str, kind: Leaf = "draw") -> Named:
        """Name the numbers of one of these arrays, which end the way down."""
        return Named(name, self.sources()[name], kind)

    def forget(self) -> None:
        """Let go of the values computed so far; they can be computed again.

        Undo keeps hundreds of models, and their arrays would fill the memory.
        """
        for named in [*self.__dict__.get(_NAMED, {}).values()]:
            named.forget()  # or it would take the collector to find that nobody needs them
        controls = self.controls()
        for name in [name for name in self.__dict__ if name not in controls]:
            self.__dict__.pop(name, None)

    def state(self, *names: str) -> tuple[Any, ...]:
        """Take some controls (all without names) as something that can be compared."""
        return tuple(_hashable(getattr(self, name)) for name in names or self.controls())

    def same(self, other: Model) -> bool:
        """Say whether two models are the same state."""
        return type(self) is type(other) and next(self.differing(other), None) is None

    def differing(self, other: Model) -> Iterator[str]:
        """Name the controls at which another model of the kind is another state."""
        for name in self.controls():
            mine, theirs = getattr(self, name), getattr(other, name)
            # Most are the very same, and are not compared.
            if mine is not theirs and _hashable(mine) != _hashable(theirs):
                yield name

    def parsed(self, assignments: Mapping[str, str]) -> Self:
        """Apply typed values, in the order in which the controls are declared.

        Raises BadValue, with a sentence, at the first that cannot be used.
        """
        model = self
        for name in sorted(assignments, key=list(self.controls()).index):
            control = self.controls()[name]
            model = model.replace(**{name: control.parse(assignments[name], model)})
        return model

    def assignments(self) -> dict[str, str]:
        """Write every control that is not at its default, as `parsed` reads it."""
        plain, written = type(self)(), {}
        for name, control in self.controls().items():
            mine, default = getattr(self, name), getattr(plain, name)
            if _hashable(mine) != _hashable(default):
                written[name] = control.format(mine)
        return self._with_pulled(plain, written)

    def _with_pulled(self, plain: Self, written: dict[str, str]) -> dict[str, str]:
        """Also write controls whose default would be pulled elsewhere by the written ones."""
        try:
            reopened = plain.parsed(written)
        except BadValue:
            return {name: c.format(getattr(self, name)) for name, c in self.controls().items()}
        for name, control in self.controls().items():
            if _hashable(getattr(reopened, name)) != _hashable(getattr(self, name)):
                written[name] = control.format(getattr(self, name))
        return written

    def to_json(self, concept: str) -> str:
        """Write controls and values as strict JSON: full precision, null where not finite."""
        record = {
            "concept": concept,
            "controls": {name: jsonable(getattr(self, name)) for name in self.controls()},
            "values": {
                name: jsonable(getattr(self, item.name)) for name, item in self.computed().items()
            },
            "labels": self.labels(),
        }
        return json.dumps(record, ensure_ascii=False, allow_nan=False)


def _one_each(names: tuple[str, ...], n: int) -> tuple[str, ...]:
    """Give each of so many places a name of its own; none where nothing has a name."""
    if not names:
        return ()
    often = {name for name in names if names.count(name) > 1}
    own = [f"{name}{subscript(i)}" if name in often else name for i, name in enumerate(names)]
    return (*own[:n], *map(str, range(len(own), n)))


def jsonable(thing: Any) -> Any:
    """Turn arrays and NumPy numbers into what JSON has; what is not finite becomes null."""
    match thing:
        case np.ndarray():
            plain = thing.dtype.kind in "bif" and bool(np.isfinite(thing).all())
            return thing.tolist() if plain else jsonable(thing.tolist())
        case np.generic():
            return jsonable(thing.item())
        case float():
            return thing if math.isfinite(thing) else None
        case Mapping():
            return {str(key): jsonable(item) for key, item in thing.items()}
        case list() | tuple():
            return [jsonable(item) for item in thing]
        case _:
            return thing


def _hashable(thing: Any) -> Any:
    return (thing.shape, thing.tobytes()) if isinstance(thing, np.ndarray) else thing
