"""Draw a page of panels, and a whole figure as text or SVG without a terminal."""

from functools import lru_cache

from rich.segment import Segment

from tui_transformer.figure import Figure, Pin, same
from tui_transformer.panels import Panel
from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.fit import fit, wrap
from tui_transformer.render.layout import arrange
from tui_transformer.render.palette import Palette
from tui_transformer.render.panel import draw_panel
from tui_transformer.render.spelled import spelled
from tui_transformer.render.strips import Box, Page
from tui_transformer.terms import Working, digits

Key = tuple[int, int, Palette, tuple[int, int] | None]


class PanelCache:
    """Remembers how each panel was last drawn; one that looks the same is not drawn again."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Panel, Key, Lines]] = {}
        self._spaces: dict[int, Segment] = {}

    def draw(self, box: Box, palette: Palette, pin: Pin | None) -> Lines:
        """Draw the panel of a box, or take what was drawn before."""
        held = (pin.row, pin.column) if pin and pin.panel == box.index else None
        key = (box.width, box.height, palette, held)
        kept = self._kept.get(box.index)
        if kept is not None and kept[1] == key and same(kept[0], box.panel):
            return kept[2]
        lines = draw_panel(box.panel, box.width, box.height, palette, held)
        self._kept[box.index] = (box.panel, key, lines)
        return lines

    def space(self, cells: int, palette: Palette) -> Segment:
        """Blanks between panels, the same each time."""
        found = self._spaces.get(cells)
        if found is None or found.style is not palette.base:
            found = self._spaces[cells] = Segment(" " * cells, palette.base)
        return found


def draw_page(
    page: Page, width: int, height: int, palette: Palette, pin: Pin | None, cache: PanelCache
) -> Lines:
    """Draw all panels of a page side by side into lines of exactly the width."""
    from_the_left = sorted(page, key=lambda box: box.x)  # one may fill a gap beside an earlier one
    drawn = [(box, cache.draw(box, palette, pin)) for box in from_the_left]
    ends = [(box, box.y + min(box.height, len(found)), found) for box, found in drawn]
    lines: Lines = []
    for y in range(height):
        segments: list[Segment] = []
        x = 0
        for box, end, panel_lines in ends:
            if box.y <= y < end:
                if box.x > x:
                    segments.append(cache.space(box.x - x, palette))
                segments += panel_lines[y - box.y]
                x = box.x + box.width
        if width > x:
            segments.append(cache.space(width - x, palette))
        lines.append(segments)
    return lines


def working_lines(working: Working, width: int, palette: Palette, margin: int = 0) -> Lines:
    """Draw a formula: its symbols on one line, today's numbers and the result on the next."""
    symbols, shown = palette.spell(working.symbols), palette.spell(working.shown)
    canvas = Canvas(width, 1, palette)
    result = palette.spell(f" = {digits(working.value)}")
    room = max(width - len(result) - 2 - margin, 0)
    end = canvas.put(margin, 0, "= " + fit(shown, room), palette.base)
    canvas.put(end, 0, result, palette.role("output", bold=True))
    return [_symbols(symbols, width, palette, margin), canvas.line(0)]


@lru_cache(maxsize=8)
def _symbols(symbols: str, width: int, palette: Palette, margin: int) -> list[Segment]:
    """Draw the formula in symbols, which stays what it is while its numbers change."""
    canvas = Canvas(width, 1, palette)
    canvas.put(margin, 0, fit(symbols, width - margin), palette.role("muted"))
    return canvas.line(0)


def whole(title: str, figure: Figure, width: int, height: int, palette: Palette) -> Lines:
    """Draw everything a figure shows, all pages below each other, with title and formula."""
    if palette.ascii:
        figure = spelled(figure)
    says = wrap(figure.says, width)
    head = Canvas(width, 1 + len(says), palette)
    head.put(0, 0, fit(palette.spell_parts(title), width), palette.role("plain", bold=True))
    head.right(width, 0, f"data: {figure.data}", palette.role("muted"))
    for y, line in enumerate(says, 1):
        head.put(0, y, fit(line, width), palette.role("output"))
    lines = head.lines()
    room = max(height - 4, 4)
    for page in arrange(figure, width, room):
        used = max((box.y + box.height for box in page), default=0)
        lines += draw_page(page, width, used, palette, None, PanelCache())
    return lines + working_lines(figure.formula, width, palette)
