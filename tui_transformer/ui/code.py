"""The code behind a number: what a value really calls, mathematics first."""

import dis
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tui_transformer.model import Model, value

PACKAGE = "tui_transformer"
HOMES = (f"{PACKAGE}.nn", f"{PACKAGE}.terms.gradients")  # where the mathematics is
MOST = 12  # functions that are shown

Code = Callable[..., Any]


def behind(model: type[Model], name: str) -> list[Code]:
    """List what computes a value: mathematics (`nn`, the chain rule) first, then what called it.

    Followed are module functions, methods, other values of the model, properties, classes that
    are made, and what stands in lambdas and comprehensions; at most twelve are listed.
    """
    start = model.explained().get(name)
    if start is None:
        return []
    found = list(_reached(start.compute, model))
    mathematics = [f for f in found if f.__module__.startswith(HOMES)]
    others = [f for f in found if f not in mathematics]
    return [*mathematics, *others][:MOST]


def _reached(start: Code, model: type[Model]) -> Iterator[Code]:
    """Walk from a function to everything of ours that it uses, nearest first."""
    waiting: list[Code] = [start]
    seen: set[Code] = set()
    while waiting:
        function = inspect.unwrap(waiting.pop(0))
        if function in seen or not isinstance(function, FunctionType):
            continue
        seen.add(function)
        yield function
        waiting += _used(function, model)


def _used(function: FunctionType, model: type[Model]) -> Iterator[Code]:
    """Find what the names in a function's code stand for."""
    kept = inspect.getclosurevars(function).nonlocals
    modules: list[ModuleType] = []
    for name in _names(function.__code__):
        thing = kept.get(name, function.__globals__.get(name))
        if isinstance(thing, ModuleType):
            # Asking others for a name may do something: NumPy warns of some that are to come.
            modules += [thing] if thing.__name__.startswith(PACKAGE) else []
        elif thing is None:
            yield from _member(model, name)
            for module in modules:
                yield from _ours(getattr(module, name, None))
        else:
            yield from _ours(thing)


@cache
def _names(code: CodeType) -> tuple[str, ...]:
    """The names that code uses, in its order, with those of the functions inside it."""
    names: list[str] = []
    for step in dis.get_instructions(code):
        if isinstance(step.argval, str) and step.opname.startswith("LOAD"):
            names.append(step.argval)
        elif isinstance(step.argval, CodeType):
            names += _names(step.argval)
    return tuple(names)


def _member(model: type[Model], name: str) -> Iterator[Code]:
    """What a name is on the model: another value, a property, a method."""
    member = inspect.getattr_static(model, name, None)
    if isinstance(member, value):
        yield member.compute
    elif isinstance(member, property) and member.fget is not None:
        yield member.fget
    elif isinstance(member, FunctionType) and member.__module__ != Model.__module__:
        yield member


def _ours(thing: Any) -> Iterator[Code]:
    """What is ours: a function, or what a class of ours computes."""
    thing = getattr(thing, "func", getattr(thing, "__wrapped__", thing))
    if not getattr(thing, "__module__", "").startswith(PACKAGE):
        return
    if isinstance(thing, FunctionType):
        yield thing
    elif isinstance(thing, type):
        for member in vars(thing).values():
            plain = getattr(member, "compute", getattr(member, "fget", member))
            if isinstance(plain, FunctionType) and not plain.__name__.startswith("__"):
                yield plain
