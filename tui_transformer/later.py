"""What is made when somebody looks: a page that is not in sight costs nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar, overload

T = TypeVar("T")
U = TypeVar("U")


class Later(Sequence[T]):
    """The items that a function gives, made all at once at the first look, and kept.

    `size` says how many there will be without looking (a table is laid out by it); ValueError
    where it is not so.
    """

    def __init__(self, make: Callable[[], Iterable[T]], size: int | None = None) -> None:
        self._make = make
        self.size = size

    @cached_property
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
