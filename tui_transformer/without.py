"""Modules that another one takes along, and that are of no use here, or not yet."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let modules count as not installed meanwhile, but for those that are loaded already."""
    unasked = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(unasked))  # type: ignore[arg-type]  # None: there is none
    try:
        yield
    finally:
        for name in unasked:
            del sys.modules[name]


def later(name: str, **known: Any) -> None:
    """Have a module loaded once something of it is wanted, if it is not there yet.

    What is `known` of it, by its name, can be had before. What lies in a package that is left for
    later is found once something of the package itself was wanted.
    """
    if name not in sys.modules:
        sys.modules[name] = stand_in = _Later(name)
        vars(stand_in).update(known)


class _Later(ModuleType):
    """Stands for a module, and is as good as the module once something of it was wanted."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        module = import_module(self.__name__)
        vars(self).update(vars(module))
        return getattr(module, name)
