"""What lies on a plane before its marks do, made once for all pictures that have the same.

A picture copies a row of it when something is drawn there; the other rows are handed out as the
segments that they were joined into the last time.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import compress, islice, pairwise, repeat
from operator import is_, is_not, itemgetter
from typing import Generic, TypeVar

from rich.segment import Segment
from rich.style import Style

from tui_transformer.render.canvas import Canvas
from tui_transformer.render.palette import Palette

T = TypeVar("T")
segment = partial(tuple.__new__, Segment)  # of a text, a style and None: a third of a call
_TEXT, _STYLE = itemgetter(0), itemgetter(1)
Row = tuple[list[str], list[Style]]  # of each cell its character and its style


class Ground:
    """Rows of characters and styles that nobody may change."""

    def __init__(self, width: int, height: int, palette: Palette) -> None:
        self.width, self.height, self.palette = width, height, palette
        self._joined: dict[int, list[Segment]] = {}

    def row(self, y: int) -> Row:
        """The characters and the styles of a row, a cell each."""
        raise NotImplementedError

    def segments(self, y: int) -> list[Segment]:
        """A row as it is drawn, neighbours of one style joined."""
        found = self._joined.get(y)
        if found is None:
            found = self._joined[y] = self.join(y)
        return found

    def join(self, y: int) -> list[Segment]:
        """Join the neighbours of one style."""
        return joined(*self.row(y), self.palette.base, {})


class Painted(Ground):
    """The rows of a canvas."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas.width, canvas.height, canvas.palette)
        self._canvas = canvas
        self._before: dict[tuple[int, int], list[Segment]] = {}

    def row(self, y: int) -> Row:
        """The characters and the styles of a row, a cell each."""
        return self._canvas.chars[y], self._canvas.styles[y]

    def before(self, y: int, column: int) -> list[Segment]:
        """What of a row stands before a column, neighbours of one style joined."""
        found = self._before.get((y, column))
        if found is None:
            chars, styles = self.row(y)
            found = joined(chars[:column], styles[:column], self.palette.base, {})
            self._before[y, column] = found
        return found


class Rows(list[list[T]], Generic[T]):
    """Rows of a ground's characters, or of its styles, that are copied when they are looked at
    first; until then they are empty.

    They know the ground and not who draws on it, which would be a circle: a picture that is done
    with is gone at once, and leaves nothing to the collector.
    """

    def __init__(self, ground: Ground, part: int) -> None:
        super().__init__([] for _ in range(ground.height))
        self._ground, self._part = ground, part

    def __getitem__(self, y: int) -> list[T]:  # type: ignore[override]  # no slices
        row = super().__getitem__(y)
        if not row:
            row = self[y] = self._ground.row(y)[self._part][:]  # type: ignore[assignment]
        return row

    def touched(self, y: int) -> bool:
        """Say whether a row was looked at, and may be another than it was."""
        return bool(super().__getitem__(y))


class Copied(Canvas):
    """A canvas that has a ground on it."""

    def __init__(self, ground: Ground) -> None:
        self.width, self.height, self.palette = ground.width, ground.height, ground.palette
        self.ground = ground
        self.chars: Rows[str] = Rows(ground, 0)
        self.styles: Rows[Style] = Rows(ground, 1)

    def drawn_on(self) -> Iterator[int]:
        """List the rows that something may have been drawn on."""
        return (y for y in range(self.height) if self.chars.touched(y))


def joined(
    chars: list[str], styles: list[Style], base: Style, grounds: dict[int, bool]
) -> list[Segment]:
    """Join neighbours of one style. Blanks go with what stands before them, if that has the
    same ground: half as many segments, of which every frame has to make escape sequences.

    `grounds` remembers, by a style's identity, whether its ground is that of the base.
    """
    if not styles:
        return []
    text = "".join(chars)
    wide = len(text) != len(chars)  # then a character is not a cell
    starts, kept = [0], [styles[0]]
    others = map(is_not, styles, islice(styles, 1, None))
    edges = list(compress(range(1, len(styles)), others))
    after = [styles[edge] for edge in edges]
    if not any(map(is_, after, repeat(base))):
        starts, kept = [0, *edges], [styles[0], *after]
        edges = []
    for start, end in pairwise([*edges, len(styles)]):
        style = styles[start]
        if style is base and not wide and text[start:end].isspace():
            before = kept[-1]
            same = grounds.get(id(before))
            if same is None:
                same = before.bgcolor == base.bgcolor and not before.reverse
                grounds[id(before)] = same
            if same:
                continue
        starts.append(start)
        kept.append(style)
    starts.append(len(styles))
    if wide:
        texts = ["".join(chars[start:end]) for start, end in pairwise(starts)]
    else:
        texts = [text[start:end] for start, end in pairwise(starts)]
    return segments(texts, kept)


def merged(cells: list[Segment]) -> list[Segment]:
    """Join neighbours of one style, of which each is a cell; one that stands alone is taken as it
    is, and nothing is made."""
    styles = list(map(_STYLE, cells))
    edges = list(compress(range(1, len(cells)), map(is_not, styles, islice(styles, 1, None))))
    return [
        cells[start]
        if end - start == 1
        else segment(("".join(map(_TEXT, cells[start:end])), styles[start], None))
        for start, end in zip((0, *edges), (*edges, len(cells)), strict=True)
    ]


def segments(texts: Iterable[str], styles: Iterable[Style | None]) -> list[Segment]:
    """What `Segment(text, style)` makes, without a call for each: a plane has hundreds of them."""
    return list(map(segment, zip(texts, styles, repeat(None))))
