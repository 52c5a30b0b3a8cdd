"""The parts of the screen, where they stand at each width, and their colours."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Self, cast

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from tui_transformer.render.palette import Palette
from tui_transformer.ui import actions
from tui_transformer.ui.contents import connection_words
from tui_transformer.ui.direct import Direct
from tui_transformer.ui.entry import EntryLine
from tui_transformer.ui.footer import Footer
from tui_transformer.ui.keymap import Keymap
from tui_transformer.ui.lines import TURNS, KeyedLine, LineWidget
from tui_transformer.ui.measure import HOME, controls_width
from tui_transformer.ui.sheet import Sheet
from tui_transformer.ui.terminal.at_once import AtOnceScreen
from tui_transformer.ui.terminal.once import OnceScreen

if TYPE_CHECKING:
    from tui_transformer.ui.stage import InClass, Program
    from tui_transformer.ui.views import ControlsView, FigureView

# What is clicked for what: the chapter for the map, the stars and a task for the tasks.
TITLE = (
    (r"(?:★|\(\*\))\d+/\d+", actions.challenges),
    (r"\d [A-Z][^★(]*?\d+/\d+", actions.show_map),
)
TASK = ((r"(?:☆|\( \)) .*\S", actions.challenges),)
# In the rule over the explanation, and below as much of it as fits beside the figure.
READING = (
    (r"\S+ (?:next|close)(?=.* all\b)", actions.explain),
    (r"\S+ all\b", actions.explain_all),
    (r"\S+ close(?=\W*$)", lambda screen: screen.explain_beside(False)),
)
PROSE = ((r"\S+: all of it", actions.explain_all),)
PAGES = tuple((word, partial(actions.page, step=step)) for word, step in TURNS)
WIDE = 120  # columns from which the explanation stands beside the figure


TALL = 24  # lines from which it has a strip below the figure, if not
LOAD_AFTER = 0.1  # seconds from the map to loading what draws


class Frame(OnceScreen, AtOnceScreen):
    """Title, sentence, controls, figure, formula and status; over them a sheet and an entry."""

    AUTO_FOCUS = ""

    def __init__(self, palette: Palette, whole: bool) -> None:
        super().__init__()
        self.palette: Palette = palette
        self.keymap = Keymap()
        self._whole = whole
        self.seat: InClass | None = None
        self._parts: dict[str, Widget] = {}
        self.reading = 0  # which page of the explanation its strip shows
        self.direct = Direct(self, lambda: cast("Program", self.app).revealed)

    def compose(self) -> ComposeResult:
        """Start with the sheet alone, or with the whole instrument."""
        self._fit(self.app.size.width)
        if self._whole:
            yield from self._instrument()
        yield Sheet(id="sheet")
        yield EntryLine(id="entry")
        yield Footer(id="footer")

    def _instrument(self) -> Iterator[Widget]:
        from tui_transformer.ui.body import Body
        from tui_transformer.ui.lesson_line import LessonLine
        from tui_transformer.ui.views import ControlsView, FigureView

        yield KeyedLine(id="title", words=TITLE)
        yield LineWidget(id="says")
        controls = ControlsView(id="controls")
        controls.styles.width = controls_width(self.app.size.width)
        yield Body(controls, FigureView(id="figure"), KeyedLine(id="prose", words=PROSE))
        yield KeyedLine(id="reading", words=READING, first=True)
        yield KeyedLine(id="formula", words=PAGES)
        yield KeyedLine(id="status", words=(*PAGES, *TASK))
        yield LessonLine(id="lesson", words=PAGES)

    def load_soon(self) -> None:
        """Load what draws, a moment after the map is there: it comes first, however slowly."""
        self.set_timer(LOAD_AFTER, self.load_ahead)

    @staticmethod
    def load_ahead() -> None:
        """Load NumPy and what draws while the person reads the map."""
        from threading import Thread

        def load() -> None:
            import tui_transformer.session
            import tui_transformer.ui.views  # noqa: F401

        Thread(target=load, daemon=True).start()

    def complete(self) -> None:
        """Add what the map alone does not need."""
        if not self.query("#body"):
            self.mount(*self._instrument(), before="#sheet")
            self.give_colours(self.palette)

    @property
    def is_complete(self) -> bool:
        """Whether what a concept is drawn on is there: it comes a moment after it is added."""
        return "figure" in self._parts or bool(self.query("#figure"))

    def on_resize(self, event: events.Resize) -> None:
        """Lay the parts out for another width."""
        self._fit(event.size.width)

    def _fit(self, width: int) -> None:
        """Choose a layout; Textual's breakpoints would lay everything out twice at the start."""
        self.set_class(width < HOME, "-small")
        for controls in self.query("#controls"):
            controls.styles.width = controls_width(width)
        self.set_class(width >= WIDE, "-wide")

    def set_class(self, add: bool, *class_names: str, update: bool = True) -> Self:
        """Add classes or take them away, where that changes anything: Textual, which is asked four
        times for a picture, first looks at how each is spelled."""
        if all(self.has_class(name) == add for name in class_names):
            return self
        return super().set_class(add, *class_names, update=update)

    @property
    def wide(self) -> bool:
        """Whether the explanation has room beside the figure."""
        return self.size.width >= WIDE

    @property
    def tall(self) -> bool:
        """Whether the explanation has room below the figure."""
        return self.size.height >= TALL

    @property
    def explained(self) -> bool:
        """Whether the explanation stands beside the figure, or below it."""
        return self.has_class("-explained")

    @property
    def zoomed(self) -> bool:
        """Whether one panel has all of the room."""
        return self.has_class("-zoomed")

    def zoom(self, zoomed: bool) -> None:
        """Give one panel the room of the controls and of the others, or take it away again."""
        if not self.is_complete:
            return
        self.set_class(zoomed, "-zoomed")
        self.figure_view.zoomed = zoomed

    def stands_for_task(self, lines: int) -> None:
        """Say that the last so many lines over the keys are a task, which a click opens."""
        for name, height in (("formula", lines - 1), ("status", lines)):
            line = cast("KeyedLine", self._part(name))
            line.whole = (height, actions.challenges) if height > 0 else None

    @property
    def sheet(self) -> Sheet:
        """The sheet over the figure."""
        return cast("Sheet", self._part("sheet"))

    @property
    def entry(self) -> EntryLine:
        """The line to type in."""
        return cast("EntryLine", self._part("entry"))

    @property
    def figure_view(self) -> FigureView:
        """The panels."""
        return cast("FigureView", self._part("figure"))

    def reading_order(self) -> tuple[int, ...]:
        """List the panels of the figure as they are read, page by page."""
        return self.figure_view.order() if self.is_complete else ()

    @property
    def controls_view(self) -> ControlsView:
        """The controls."""
        return cast("ControlsView", self._part("controls"))

    @property
    def footer(self) -> Footer:
        """The keys that matter now."""
        return cast("Footer", self._part("footer"))

    def line(self, name: str) -> LineWidget:
        """One of the parts that are lines and nothing else."""
        return cast("LineWidget", self._part(name))

    def _part(self, name: str) -> Widget:
        """Find a part; each stays where it is, once it is there."""
        if name not in self._parts:
            self._parts[name] = self.query_one(f"#{name}")
        return self._parts[name]

    def arrived(self, concept_id: str) -> None:
        """Do what is done once for every concept that is opened."""
        self.line("title").tooltip = Content(connection_words(concept_id))
        self.figure_view.page = self.reading = 0
        self.zoom(False)

    def recolour(self, palette: Palette) -> None:
        """Draw what stands on its own in other colours."""
        self.give_colours(palette)
        self.sheet.draw()
        self.entry.draw()

    def give_colours(self, palette: Palette) -> None:
        """Hand a palette to every part."""
        self.palette = palette
        for widget in self.query(LineWidget):
            widget.palette, widget.direct = palette, self.direct
