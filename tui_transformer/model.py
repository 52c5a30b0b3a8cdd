"""The base of every model: controls in, values out, nothing hidden and nothing mutable.

A model is a frozen record. Its fields are the controls, its `@value` properties are what
follows from them; each is computed at most once, when somebody looks.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import math
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, Generic, Self, TypeVar, overload

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import BadValue, Control
from tui_transformer.terms import DOUBLE, Operand, Term
from tui_transformer.terms.named import Named

T = TypeVar("T")
N = TypeVar("N")
How = Callable[..., Term]
_NAMED = " named"  # where a model keeps its named numbers: no name that a value could have


class value(Generic[T]):
    """A number (or array, or text) that follows from the controls, computed once and kept.

    `printed` is what it is called where values are listed, if not by its own name.
    """

    def __init__(self, compute: Callable[[Any], T], printed: str = "") -> None:
        self.compute = compute
        self.name = compute.__name__
        self.printed = printed
        self.__doc__ = compute.__doc__
        self.how: How | None = None
        self.symbols: str | Callable[..., str] = ""
        self.unit: float | Callable[[Any], float] = DOUBLE

    def because(
        self, symbols: str | Callable[..., str] = "", unit: float | Callable[[Any], float] = DOUBLE
    ) -> Callable[[How], How]:
        """Say how its numbers come about: a function of the model and a place gives the term.

        `symbols` is the formula, or a function of the same that writes it; `unit` the rounding
        of the precision it is computed in, or a function of the model that says it.
        """

        def keep(how: How) -> How:
            self.how, self.symbols, self.unit = how, symbols, unit
            return how

        return keep

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, model: None, owner: type) -> Self: ...
    @overload
    def __get__(self, model: object, owner: type) -> T: ...

    def __get__(self, model: object | None, owner: type) -> Any:
        if model is None:
            return self
        kept = model.__dict__
        if self.name in kept:
            return kept[self.name]
        computed = kept[self.name] = self.compute(model)
        return computed

    @staticmethod
    def named(printed: str) -> Callable[[Callable[[Any], N]], value[N]]:
        """Print a value under a name that a control already has."""
        return lambda compute: value(compute, printed)

    @property
    def source(self) -> str:
        """The code that computes it."""
        return inspect.cleandoc("\n" + inspect.getsource(self.compute))


class derived(value[T]):
    """A value that only other values need: kept the same way, but not printed."""


@dataclasses.dataclass(frozen=True, eq=False)
class Model:
    """Controls in, values out."""

    def __post_init__(self) -> None:
        """Pull every control into its domain, in the order of their declaration."""
        for name, control in self.controls().items():
            object.__setattr__(self, name, control.clean(getattr(self, name), self))

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

    def wire(self) -> tuple[int, int | str] | None:
        """The head that is looked at, its layer from 0; None where there is no such thing."""
        return None

    def replace(self, **changes: Any) -> Self:
        """Copy the model with some controls changed; values out of range are pulled in."""
        return dataclasses.replace(self, **changes)

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
            return Named(plain, self.controls()[plain].numbers(getattr(self, plain)), "control")
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
        )

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

    def forget(self) -> None:
        """Let go of the values computed so far; they can be computed again.

        Undo keeps hundreds of models, and their arrays would fill the memory.
        """
        for name in [name for name in self.__dict__ if name not in self.controls()]:
            self.__dict__.pop(name, None)

    def state(self, *names: str) -> tuple[Any, ...]:
        """Take some controls (all without names) as something that can be compared."""
        return tuple(_hashable(getattr(self, name)) for name in names or self.controls())

    def same(self, other: Model) -> bool:
        """Say whether two models are the same state."""
        return type(self) is type(other) and self.state() == other.state()

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
        }
        return json.dumps(record, ensure_ascii=False, allow_nan=False)


def jsonable(thing: Any) -> Any:
    """Turn arrays and NumPy numbers into what JSON has; what is not finite becomes null."""
    match thing:
        case np.ndarray():
            return jsonable(thing.tolist())
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
