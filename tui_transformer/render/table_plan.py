"""Which columns and rows of a table are shown, and where: for drawing and for the mouse."""

from dataclasses import replace
from functools import cached_property, lru_cache

from tui_transformer.panels import Table
from tui_transformer.pieces import Cell, is_number
from tui_transformer.records import dataclass
from tui_transformer.render.fit import cells
from tui_transformer.render.table_cells import BARE, LEAST_BAR, LEVELS, MEASURED, Measure, measures
from tui_transformer.render.table_part import part

GUTTER = 1  # the column before the first, where the lit row is marked
_END = 1  # the column after the last, for the bracket of a pinned cell
_APART = 3  # lines from a row to the next at the most
_SHORT = 8  # a text cut to fewer cells than this had better go


@dataclass(frozen=True)
class Place:
    """A visible column: which one, where it starts and how wide it is."""

    index: int
    x: int
    width: int
    measure: Measure

    @cached_property
    def inset(self) -> int:
        """Where the numbers of the column begin: they stand at its right."""
        return max(self.width - self.measure.block, 0)

    def start(self, cell: Cell, wide: int, left: int) -> int:
        """Say where in the column a text begins that is so wide, `left` of it before the point."""
        measure = self.measure
        if measure.kind != "number" or self.width < measure.block:
            return 0 if measure.kind != "number" else max(self.width - wide, 0)
        ends = self.inset + measure.left
        if is_number(cell.content):
            return max(ends - left, 0)
        room = ends + measure.right
        return max((room if wide <= room else self.width) - wide, 0)


@dataclass(frozen=True)
class Plan:
    """Everything about the places in a table: which columns are shown and which are `hidden`;
    rows `start` … `start + rows − 1` are shown, `head` and `foot` say whether there is a line of
    titles and one about hidden rows. From one row to the next it is `tall` lines.

    `panel` is what is drawn, with its `pin`: of a list of which a part is shown, that part. Its
    rows stand at the places `kept` in all of it.
    """

    panel: Table
    pin: tuple[int, int] | None
    places: tuple[Place, ...]
    hidden: tuple[int, ...]
    head: bool
    start: int
    rows: int
    foot: bool
    tall: int = 1
    kept: tuple[int | None, ...] = ()

    def row(self, line: int) -> int | None:
        """Find the row that stands on a line of the panel."""
        down, between = divmod(line - self.head, self.tall)
        if between or not 0 <= down < self.rows:
            return None
        return self.kept[down] if self.kept else self.start + down

    def line(self, row: int) -> int:
        """Say on which line of the panel a row of what is drawn stands."""
        return self.head + (row - self.start) * self.tall


def has_titles(panel: Table) -> bool:
    """Say whether any column has a title."""
    return any(column.title for column in panel.columns)


def plan(panel: Table, width: int, height: int, pin: tuple[int, int] | None, first: int) -> Plan:
    """Lay a table out in a size."""
    head = has_titles(panel) and height > 1
    found = part(panel, height - head, pin[0] if pin else None) if first <= 0 else None
    if found:
        panel = found.panel
        pin = (found.kept.index(pin[0]), pin[1]) if pin and pin[0] in found.kept else None
        places, hidden = _fitted(panel, width, 0, 0, pin[1] if pin else None)
        return Plan(
            panel, pin, places, hidden, head, 0, len(found.kept), foot=True, kept=found.kept
        )
    start, rows, foot = _window(panel, height - head, pin, first)
    seen = (start, rows) if len(panel.rows) > MEASURED else (0, 0)
    places, hidden = _fitted(panel, width, *seen, pin[1] if pin else None)
    return Plan(panel, pin, places, hidden, head, start, rows, foot, _apart(panel, height - head))


def _apart(panel: Table, room: int) -> int:
    """Say how far apart rows stand: what a screen is about fills its room."""
    return min(max((room - 1) // max(len(panel.rows) - 1, 1), 1), _APART) if panel.main else 1


@lru_cache(maxsize=16)
def _fitted(
    panel: Table, width: int, start: int, rows: int, held: int | None
) -> tuple[tuple[Place, ...], tuple[int, ...]]:
    """Choose how much to say about what differs from before, and lay out the columns.

    Numbers give up decimals for it, and columns their place, as long as half of those with
    numbers stay; where that is too little, signs have to do. This is chosen by how wide the
    numbers usually are, so that it stays with the next key.
    """
    bare = measures(panel, start, rows, BARE)
    if not any(measure.compared for measure in bare):
        return columns_in(bare, width, held)
    wanted = _numbers(bare, width, held)
    for level in LEVELS:
        measured = measures(panel, start, rows, level)
        found = _numbers(measured, width, held)
        if any(found) and 2 * len(found) >= len(wanted):
            return _columns(measured, width, held)
    return _columns(bare, width, held)


def _numbers(measured: tuple[Measure, ...], width: int, held: int | None) -> list[int]:
    """List the columns of numbers that usually fit, by the room they have for differences."""
    usual = [replace(measure, width=measure.usual) for measure in measured]
    if usual[0].kind == "text":
        usual[0] = replace(usual[0], width=_SHORT - 1)
    places, _ = _columns(tuple(usual), width, held)
    return [place.measure.change for place in places if place.measure.kind == "number"]


def _window(
    panel: Table, room: int, pin: tuple[int, int] | None, first: int
) -> tuple[int, int, bool]:
    """Choose the rows: from `first` on, moved as little as shows the pinned or lit one.

    A lit row holds the window only until a person scrolls.
    """
    total = len(panel.rows)
    if total <= room:
        return 0, total, False
    foot = room > 1
    rows = max(room - foot, 0)
    start = min(max(first, 0), total - rows)
    held = pin[0] if pin else panel.row if first <= 0 else None
    if held is not None and rows:
        held = min(max(held, 0), total - 1)
        start = min(max(start, held - rows + 1), held)
    return start, rows, foot


def columns_in(
    measured: tuple[Measure, ...], width: int, held: int | None
) -> tuple[tuple[Place, ...], tuple[int, ...]]:
    """Choose the columns, all of them if that can be, and share the room between them."""
    return _squeezed(measured, width, held) or _columns(measured, width, held)


def _columns(
    measured: tuple[Measure, ...], width: int, held: int | None
) -> tuple[tuple[Place, ...], tuple[int, ...]]:
    """Choose the columns, and share the room between them; which do not fit comes second."""
    for gap in (2, 1):
        if places := _all(measured, width, gap, _END):
            return places, ()
    widths = _chosen(measured, width - GUTTER - _END, held)
    hidden = tuple(i for i in range(len(measured)) if i not in widths)
    return _placed(measured, widths, width - _END, 1), hidden


def _squeezed(
    measured: tuple[Measure, ...], width: int, held: int | None
) -> tuple[tuple[Place, ...], tuple[int, ...]] | None:
    """Lay out what does not fit else without leaving a column out: the last stands at the edge,
    and titles are shorter. None where that is not needed, or not enough."""
    if _all(measured, width, 1, _END):
        return None
    edge = 0 if held != len(measured) - 1 else _END  # a pinned number has its bracket there
    shorter = tuple(measure.shorter for measure in measured)
    ways = ((measured, edge), (shorter, _END), (shorter, edge))
    found = (_all(each, width, 1, end) for each, end in ways)
    places = next(filter(None, found), None)
    return (places, ()) if places else None


def _all(measured: tuple[Measure, ...], width: int, gap: int, end: int) -> tuple[Place, ...]:
    """Place all columns so far apart, if they fit."""
    widths = {i: _least(measure) for i, measure in enumerate(measured)}
    fit = GUTTER + sum(widths.values()) + gap * (len(measured) - 1) + end <= width
    return _placed(measured, widths, width - end, gap) if fit else ()


def _least(measure: Measure) -> int:
    return max(LEAST_BAR, cells(measure.title)) if measure.kind == "bar" else measure.width


def _chosen(measured: tuple[Measure, ...], room: int, held: int | None) -> dict[int, int]:
    """Take the first column, the pinned one, and of the others by rank what fits whole."""
    if not measured:
        return {}
    widths = {0: _least(measured[0])}
    if held is not None and 0 < held < len(measured):
        widths[held] = _least(measured[held])
        widths[0] = min(widths[0], max(room - 1 - widths[held], min(widths[0], 3)))
        if widths[0] + 1 + widths[held] > room + _END:
            widths.pop(0)  # where there is room for one number only, it is the pinned one
    elif len(measured) > 1 and measured[0].kind == "text":
        second = _least(measured[min(range(1, len(measured)), key=lambda i: measured[i].rank)])
        widths[0] = min(widths[0], max(room - 1 - second, min(widths[0], _SHORT)))
    for i in sorted(range(len(measured)), key=lambda i: measured[i].rank):
        if i in widths:
            continue
        needs = _least(measured[i])
        if needs > room - sum(widths.values()) - len(widths):
            break
        widths[i] = needs
    return dict(sorted(widths.items()))


def _placed(
    measured: tuple[Measure, ...], widths: dict[int, int], width: int, gap: int
) -> tuple[Place, ...]:
    """Put the columns beside each other; the room that is left goes to the bars."""
    spare = width - GUTTER - sum(widths.values()) - gap * (len(widths) - 1)
    bars = [i for i in widths if measured[i].kind == "bar"]
    places, x = [], GUTTER if width > GUTTER else 0
    for i, wide in widths.items():
        if bars and i in bars and spare > 0:
            share = spare // len(bars)
            wide, spare, bars = wide + share, spare - share, bars[1:]
        wide = min(wide, max(width - x, 0))
        if wide:
            places.append(Place(i, x, wide, measured[i]))
        x += wide + gap
    return tuple(places)
