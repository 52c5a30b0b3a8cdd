"""Where the weights of a block lie in a file, and the block's weights as they are computed with."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from tui_transformer.arrays import Array


class Source(NamedTuple):
    """Where a weight of a block lies: in which tensor, whether turned, from which column on.

    With `run`, only so many columns lie together, and the next so many begin `step` further on.
    """

    tensor: str
    turned: bool = False
    first: int = 0
    run: int = 0
    step: int = 0

    def columns(self, count: int) -> slice | Array:
        """Say which columns of the tensor they are."""
        if not self.run:
            return slice(self.first, self.first + count)
        at = np.arange(count)
        return self.first + at // self.run * self.step + at % self.run


class Layer(Mapping[str, Array]):
    """The weights of one block, each as `transformer` takes it: a matrix is [in, out].

    Each is found when it is asked for, so that of a model in 16 bits one is widened at a time.
    """

    def __init__(
        self,
        get: Callable[[str], Array],
        sources: Mapping[str, Source],
        shapes: Mapping[str, tuple[int, ...]],
    ) -> None:
        self._get, self._sources, self._shapes = get, sources, shapes

    def __getitem__(self, name: str) -> Array:
        source = self._sources[name]
        x = self._get(source.tensor)
        x = x.T if source.turned else x
        return x[..., source.columns(self._shapes[name][-1])]

    def __contains__(self, name: object) -> bool:
        return name in self._sources

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)
