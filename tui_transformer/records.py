"""Frozen dataclasses that cost next to nothing to define.

`dataclasses` writes and compiles six functions for each class when its module is loaded, which for
sixty classes is a tenth of a start. Here they are written at their first call, which most never
see, and what is the same for all classes never is; what makes a record only once several were
made, as of most there is one. What they do is the same, `fields`, `replace` and classes derived
from one by either decorator included.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from copy import copy
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

_FEW = 16  # records of a class that are made without an `__init__` of its own
_LATE = ("__init__", "__eq__", "__hash__")
_all: list[type[Any]] = []

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, eq: bool = True, kw_only: bool = False, slots: bool = False):
        """Make a class a frozen record, as `dataclasses` would, which makes those with slots."""
        assert frozen, "what changes is made by dataclasses itself"
        if slots:
            return dataclasses.dataclass(frozen=True, eq=eq, kw_only=kw_only, slots=True)
        return lambda cls: _record(cls, eq, kw_only)


def _record(cls: type[Any], eq: bool, kw_only: bool) -> type[Any]:
    """Give a class its fields, as `dataclasses` finds them, and what needs no compiling."""
    alone = _fields_alone(cls, kw_only)
    fields: dict[str, Any] = {}
    for base in reversed(cls.__mro__[1:]):
        fields |= vars(base).get("__dataclass_fields__", {})
    cls.__dataclass_fields__ = fields | alone.__dataclass_fields__
    cls.__dataclass_params__ = alone.__dataclass_params__
    cls.__dataclass_params__.frozen = True  # so that a dataclass of the library's can go on from it
    given = [field.name for field in dataclasses.fields(cls) if field.init and not field.kw_only]
    cls.__match_args__ = tuple(given)  # type: ignore[misc]
    late = ("__eq__", "__hash__") if eq else ()
    functions = {"__init__": _few(cls)} | {name: _first(cls, name) for name in late}
    functions |= {"__setattr__": _no_setting, "__delattr__": _no_deleting, "__repr__": _repr}
    for name, function in functions.items():
        if vars(cls).get(name) is None:  # as __hash__ is where __eq__ is the class's own
            setattr(cls, name, function)
    _all.append(cls)
    return cls


def write_all() -> None:
    """Write what is still to be written, of every class: once, where many processes come of it."""
    for cls in _all:
        late = [name for name in _LATE if getattr(vars(cls).get(name), "stands_in", False)]
        for init in (True, False):
            names = [name for name in late if (name == "__init__") == init]
            written = _written(cls, init) if names else {}
            for name in names:
                setattr(cls, name, written[name])


def _fields_alone(cls: type[Any], kw_only: bool) -> type[Any]:
    """Have `dataclasses` find the fields of a class that stands alone: its bases are frozen."""
    set_to = {name: vars(cls)[name] for name in cls.__annotations__ if name in vars(cls)}
    alone: Any = type(
        cls.__name__, (), {"__module__": cls.__module__, "__doc__": cls.__doc__, **set_to}
    )
    alone.__annotations__ = cls.__annotations__
    dataclasses.dataclass(alone, init=False, repr=False, eq=False, kw_only=kw_only)
    for name in set_to:
        if name in vars(alone):
            setattr(cls, name, vars(alone)[name])  # the default, where a field stood
        else:
            delattr(cls, name)
    return alone


def _first(cls: type[Any], name: str) -> Any:
    """Stand in for a function of a class until the first call, which has it written."""

    def stand_in(self: Any, *given: Any, **named: Any) -> Any:
        written = _written(cls, init=False)[name]
        setattr(cls, name, written)
        return written(self, *given, **named)

    stand_in.stands_in = True  # type: ignore[attr-defined]
    return stand_in


def _few(cls: type[Any]) -> Any:
    """Stand in for `__init__` until so many records were made that it pays to have it written."""
    left = _FEW

    def stand_in(self: Any, *given: Any, **named: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0 or not _made(cls, self, given, named):
            cls.__init__ = _written(cls, init=True)["__init__"]
            cls.__init__(self, *given, **named)

    stand_in.stands_in = True  # type: ignore[attr-defined]
    return stand_in


def _made(cls: type[Any], self: Any, given: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Make a record as `__init__` would, slowly; False where that has something to refuse."""
    fields = dataclasses.fields(cls)
    names = [field.name for field in fields if not field.kw_only]
    values = dict(zip(names, given, strict=False)) | named
    missing = [field for field in fields if field.name not in values]
    for field in missing:
        if field.default is not dataclasses.MISSING:
            values[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            values[field.name] = field.default_factory()
    plain = all(field.init for field in fields)
    wanted = len(given) + len(named) + len(missing) == len(fields) == len(values)
    if not (plain and wanted and len(given) <= len(names)):
        return False
    for field in fields:
        if field.name not in values:
            return False
        object.__setattr__(self, field.name, values[field.name])
    if hasattr(self, "__post_init__"):
        self.__post_init__()
    return True


def _written(cls: type[Any], init: bool) -> Mapping[str, Any]:
    """Write what makes a record, or have `dataclasses` write in another class what compares two."""
    if init:
        return {"__init__": _init(cls)}
    fields = [(field.name, "object", copy(field)) for field in dataclasses.fields(cls)]
    return vars(
        dataclasses.make_dataclass(cls.__name__, fields, init=False, frozen=True, repr=False)
    )


def _init(cls: type[Any]) -> Any:
    """Write what makes a record, into its own dictionary: by `object.__setattr__`, which is how
    `dataclasses` fills what is frozen, it takes three times as long, and a key makes hundreds."""
    takes, lines, known = ["self"], [], dict[str, Any]()
    for field in sorted(dataclasses.fields(cls), key=lambda field: bool(field.kw_only)):
        name, default = field.name, f"_{field.name}"
        new = default
        if field.default_factory is not dataclasses.MISSING:
            known[default], new = field.default_factory, f"{default}()"
        elif field.default is not dataclasses.MISSING:
            known[default] = field.default
        if not field.init:
            lines += [f"__dict__[{name!r}] = {new}"] if default in known else []
            continue
        if field.kw_only and "*" not in takes:
            takes.append("*")
        takes.append(f"{name}={default}" if default in known else name)
        made = name if new == default else f"{new} if {name} is {default} else {name}"
        lines.append(f"__dict__[{name!r}] = {made}")
    ends = ["self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    body = "\n ".join(["__dict__ = self.__dict__", *lines, *ends])
    exec(f"def __init__({', '.join(takes)}):\n {body}", known)
    known["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
    return known["__init__"]


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _no_setting(self: Any, name: str, value: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _no_deleting(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
