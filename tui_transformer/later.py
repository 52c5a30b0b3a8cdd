"""What is made when somebody looks: a page that is not in sight costs nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import get_ident
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from tui_transformer.arrays import Array
from tui_transformer.patience import elsewhere

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")


class once(Generic[T]):
    """A property computed once and kept, without a lock; who is in a hurry waits for no other.

    Until Python 3.12 the one of functools has a lock for all objects together: a panel that takes
    long in one thread would keep every other panel, in the thread of the keys, waiting.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute, self.__doc__ = compute, compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, owner: Any, kind: type) -> T:
        kept, mine = vars(owner), f"{self._name} by"
        if self._name not in kept:
            if kept.setdefault(mine, get_ident()) != get_ident():
                elsewhere()
            try:
                kept[self._name] = self._compute(owner)
            finally:
                kept.pop(mine, None)
        return kept[self._name]


class Later(Sequence[T]):
    """The items that a function gives, made all at once at the first look, and kept.

    `size` says how many there will be without looking (a table is laid out by it); ValueError
    where it is not so.
    """

    def __init__(self, make: Callable[[], Iterable[T]], size: int | None = None) -> None:
        self._make = make
        self.size = size

    @once
    def made(self) -> tuple[T, ...]:
        """All items."""
        made = tuple(self._make())
        if self.size not in (None, len(made)):
            raise ValueError(f"{self.size} were promised, and {len(made)} made")
        return made

    def __len__(self) -> int:
        return len(self.made) if self.size is None else self.size

    def __iter__(self) -> Iterator[T]:
        return iter(self.made)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...

    def __getitem__(self, at: Any) -> Any:
        return self.made[at]


def each(make: Callable[[U], T], items: Sequence[U]) -> Later[T]:
    """Make something of each of some items: what `tuple(map(…))` gives, when somebody looks."""
    return Later(lambda: map(make, items), len(items))


class OneByOne(Later[T]):
    """Items of which only those are made that somebody looks at, where it is a part of them."""

    def __init__(self, make: Callable[[U], T], items: Sequence[U]) -> None:
        kept = self.kept = dict[int, T]()  # those that were made

        def item(at: int) -> T:
            if at not in kept:
                kept[at] = make(items[at])
            return kept[at]

        self._item: Callable[[int], T] = item
        super().__init__(lambda: map(item, range(len(items))), len(items))

    def __iter__(self) -> Iterator[T]:
        return map(self._item, range(len(self)))

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...

    def __getitem__(self, at: Any) -> Any:
        places = range(len(self))[at]
        return tuple(map(self._item, places)) if isinstance(places, range) else self._item(places)


class LaterArray(NDArrayOperatorsMixin):
    """An array of known shape that a function gives at the first look, and that is kept."""

    def __init__(self, make: Callable[[], Array], shape: tuple[int, ...]) -> None:
        self._make, self.shape = make, shape

    @once
    def made(self) -> Array:
        """The array."""
        return self._make()

    @property
    def size(self) -> int:
        """How many numbers there will be."""
        return int(np.prod(self.shape))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, at: Any) -> Any:
        return self.made[at]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.made, dtype) if copy else np.asarray(self.made, dtype)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        plain = (x.made if isinstance(x, LaterArray) else x for x in inputs)
        return getattr(ufunc, method)(*plain, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.made, name)


def each_with(shared: Callable[[], T], make: Callable[[T, U], V], items: Sequence[U]) -> Later[V]:
    """Make something of each of some items and of what they share, such as the reach of their
    bars, which is worked out once."""

    def made() -> list[V]:
        once = [shared()] if items else []
        return [make(each_time, item) for each_time in once for item in items]

    return Later(made, len(items))


KINDS = Later, OneByOne, LaterArray


def is_made(record: object) -> bool:
    """Say whether somebody has looked at all of a record that was left for later, or at a part."""
    later = [vars(part) for part in vars(record).values() if type(part) in KINDS]
    return all("made" in known or known.get("kept") for known in later)
