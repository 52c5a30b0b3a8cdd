"""What follows from the controls: a property computed once, with why it is so.

A class body of a model writes them as `@value`; `tui_transformer.model` hands the names on.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

from tui_transformer.controls import Axis
from tui_transformer.terms import DOUBLE, Term

T = TypeVar("T")
N = TypeVar("N")
How = Callable[..., Term]


class value(Generic[T]):
    """A number (or array, or text) that follows from the controls, computed once and kept.

    `printed` is what it is called where values are listed, if not by its own name.
    """

    def __init__(
        self, compute: Callable[[Any], T], printed: str = "", labels: tuple[Axis, ...] = ()
    ) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.printed = printed
        self.labels = labels
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

    def is_of(self, other: value[Any], place: Callable[..., Any]) -> None:
        """Say that its numbers stand in another value too, and came about as those did.

        `place` finds, from the model and a place here, the place there.
        """
        how, symbols = other.how, other.symbols
        assert how is not None, other.name

        def there(m: Any, *at: Any) -> tuple[Any, ...]:
            found = place(m, *at)
            return found if isinstance(found, tuple) else (found,)

        written = symbols if isinstance(symbols, str) else lambda m, *at: symbols(m, *there(m, *at))
        self.because(written, other.unit)(lambda m, *at: how(m, *there(m, *at)))

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

    @classmethod
    def labelled(cls, *labels: Axis, printed: str = "") -> Callable[[Callable[[Any], N]], value[N]]:
        """Say what its places are called, an axis each, as controls do."""
        return lambda compute: cls(compute, printed, labels)  # type: ignore[arg-type, return-value]

    @property
    def source(self) -> str:
        """The code that computes it."""
        return inspect.cleandoc("\n" + inspect.getsource(self.compute))


class derived(value[T]):
    """A value that only other values need: kept the same way, but not printed."""
