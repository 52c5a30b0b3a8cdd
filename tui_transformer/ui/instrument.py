"""The one screen of the program: a session, or a sheet over it.

A key becomes a change of the session; the screen is then drawn from the session as it is.
Keys that come faster than pictures are all applied, and drawn once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.content import Content as PlainContent
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from tui_transformer.concepts import entries
from tui_transformer.render.palette import Palette
from tui_transformer.state import Keeper
from tui_transformer.text import shorten, visible
from tui_transformer.ui import parts
from tui_transformer.ui.commands import BY_KEY, FOOTER, LIST_KEYS, TYPING_KEYS
from tui_transformer.ui.contents import connection_words, connections, contents
from tui_transformer.ui.entry import EntryLine
from tui_transformer.ui.lines import LineWidget
from tui_transformer.ui.sheet import Action, Content, Sheet

if TYPE_CHECKING:
    from tui_transformer.concept import Concept
    from tui_transformer.session import Session
    from tui_transformer.ui.app import TfxApp
    from tui_transformer.ui.views import ControlsView, FigureView

WIDE = 130  # columns from which the explanation stands beside the figure


LOAD_AFTER = 0.3  # seconds until what draws is loaded: the map comes first


class Instrument(Screen[None]):
    """Holds the session of every concept that was opened, and shows one of them."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-comfortable"), (WIDE, "-wide")]
    AUTO_FOCUS = ""

    def __init__(self, keeper: Keeper, palette: Palette, link: str = "") -> None:
        super().__init__()
        self.keeper = keeper
        self.palette: Palette = palette
        self.link = link
        self.session: Session | None = None
        self.sessions: dict[str, Session] = {}
        self.trail: list[str] = []
        self.hinted: set[tuple[str, int]] = set()
        self._waiting = False
        self._arriving = False
        self._timer: Timer | None = None
        self._message = keeper.complain()

    # ── parts ──────────────────────────────────────────────────────────────────────────

    def compose(self) -> ComposeResult:
        """Start with the sheet alone, or with the whole instrument."""
        if self.link:
            yield from self._instrument()
        yield Sheet(id="sheet")
        yield EntryLine(id="entry")
        yield LineWidget(id="footer")

    def _instrument(self) -> Iterator[Widget]:
        from tui_transformer.ui.body import Body
        from tui_transformer.ui.views import ControlsView, FigureView

        yield LineWidget(id="title")
        yield LineWidget(id="says")
        yield Body(ControlsView(id="controls"), FigureView(id="figure"), LineWidget(id="prose"))
        yield LineWidget(id="formula")
        yield LineWidget(id="status")

    def on_mount(self) -> None:
        """Open what the command line asked for, or the map."""
        self._repaint(self.palette)
        if self.link:
            self.open_link(self.link)
        else:
            self.map()
            self.set_timer(LOAD_AFTER, self._load_ahead)

    def _load_ahead(self) -> None:
        """Load NumPy and what draws while the person reads the map."""
        from threading import Thread

        def load() -> None:
            import tui_transformer.session
            import tui_transformer.ui.views  # noqa: F401

        Thread(target=load, daemon=True).start()

    @property
    def sheet(self) -> Sheet:
        """The sheet over the figure."""
        return self.query_one("#sheet", Sheet)

    @property
    def entry(self) -> EntryLine:
        """The line to type in."""
        return self.query_one("#entry", EntryLine)

    def _line(self, name: str) -> LineWidget:
        return self.query_one(f"#{name}", LineWidget)

    @property
    def figure_view(self) -> FigureView:
        """The panels."""
        from tui_transformer.ui.views import FigureView

        return self.query_one("#figure", FigureView)

    @property
    def controls_view(self) -> ControlsView:
        """The controls."""
        from tui_transformer.ui.views import ControlsView

        return self.query_one("#controls", ControlsView)

    # ── opening ────────────────────────────────────────────────────────────────────────

    def open_link(self, command: str) -> None:
        """Open the state that a command line describes; say so where it cannot be."""
        from tui_transformer.controls import BadValue
        from tui_transformer.session import Session, parse_command

        try:
            concept_id, typed = parse_command(command)
            session = Session.open(self._concept(concept_id), typed)
        except BadValue as problem:
            self.say(str(problem))
        except KeyError as name:
            self.say(f"There is nothing called {visible(shorten(str(name), 40))}.")
        else:
            self.sessions.pop(concept_id, None)
            self.open(concept_id, session)

    @staticmethod
    def _concept(concept_id: str) -> Concept:
        from tui_transformer.concepts import load

        return load(concept_id)

    def open(self, concept_id: str, session: Session | None = None) -> None:
        """Open a concept where the person left it, or in a given state."""
        if self.session is not None and self.session.concept.id != concept_id:
            self.trail.append(self.session.concept.id)
        self._enter(concept_id, session)

    def _enter(self, concept_id: str, session: Session | None = None) -> None:
        from tui_transformer.session import Session

        self._stop()
        kept = session or self.sessions.get(concept_id)
        self.session = kept or Session.open(self._concept(concept_id))
        self.keeper.update(self.keeper.progress.visit(concept_id))
        self.sheet.close()
        if not self.query("#body"):
            self.mount(*self._instrument(), before="#sheet")
            self._repaint(self.palette)
        self._arriving = True
        self.draw_soon()

    def _arrive(self) -> None:
        if self.session is not None:
            self._line("title").tooltip = PlainContent(connection_words(self.session.concept.id))
            self.figure_view.page = 0
            self._arriving = False
            if self._message:
                self.session, self._message = self.session.say(self._message), ""

    # ── the life of a change ───────────────────────────────────────────────────────────

    def change(self, change: Callable[[Session], Session]) -> None:
        """Move to another session; the one and only way anything here changes."""
        if self.session is None:
            return
        self.session = change(self.session)
        self.draw_soon()

    def draw_soon(self) -> None:
        """Draw once all waiting keys have been applied."""
        if not self._waiting:
            self._waiting = True
            self.call_later(self._draw_now)

    def _draw_now(self) -> None:
        self._waiting = False
        self.draw()

    def draw(self) -> None:
        """Draw everything from the session; parts that look the same are left alone."""
        self._draw_footer()
        if self.session is None or not self.figure_view.size.width:
            return self._show()
        if self._arriving:
            self._arrive()
        self._notice()
        session, width = self.session, self.size.width
        from tui_transformer.render.page import working_lines

        small = parts.too_small(self.size.width, self.size.height)
        shown = session.say(small) if small and not session.said else session
        self.figure_view.draw(session.figure, session.pin)
        self.controls_view.draw(session)
        self._line("title").show(parts.title(session, width, self.palette))
        self._line("says").show(parts.sentence(session, width, self.palette))
        self._line("formula").show(working_lines(session.working, width, self.palette, margin=1))
        self._line("status").show(parts.status(shown, width, self.palette,
                                               self.figure_view.sign))
        self._draw_prose(session)
        self._show()

    def _show(self) -> None:
        """Let the terminal see the first picture, once it is complete."""
        complete = self.sheet.display or self.session is not None
        cast("TfxApp", self.app).reveal(complete and self.size.width > 0)

    def _notice(self) -> None:
        """See whether a challenge has just been met, and remember the session."""
        if self.session is None:
            return
        solved = self.session.solved
        self.session = self.session.noticed()
        concept = self.session.concept
        self.sessions[concept.id] = self.session
        progress = self.keeper.progress
        for i in self.session.solved - solved:
            progress = progress.solve(concept.id, concept.challenges[i].goal)
        self.keeper.update(progress)

    def _draw_prose(self, session: Session) -> None:
        """Show the explanation beside the figure, where there is room."""
        prose = self._line("prose")
        if prose.display and prose.size.width and self.has_class("-explained"):
            from tui_transformer.ui.beside import prose_lines

            prose.show(prose_lines(session, prose.size.width, prose.size.height, self.palette))

    def _draw_footer(self) -> None:
        if self.entry.display:
            keys = TYPING_KEYS
        elif self.sheet.display:
            filterable = self.sheet.content is not None and self.sheet.content.filterable
            keys = LIST_KEYS + ((("a–z", "filter"),) if filterable else ())
            keys += (("q", "quit"),) if self.session is None else ()
        else:
            runs = self.session is not None and self.session.clock is not None
            keys = tuple(pair for pair in FOOTER if runs or pair[1] != "play")
        self._line("footer").show(parts.footer(keys, self.size.width, self.palette))

    def say(self, text: str) -> None:
        """Put one line in the status bar."""
        if self.session is None:
            self._message = text
        self.change(lambda session: session.say(text))

    # ── keys and mouse ─────────────────────────────────────────────────────────────────

    def on_key(self, event: events.Key) -> None:
        """Give a key to whatever is open: the entry, the sheet, or the instrument."""
        event.stop()
        event.prevent_default()
        name = event.character if event.is_printable and event.character != " " else event.key
        if self.entry.display:
            self._key_in_entry(event)
        elif self.sheet.display:
            self._key_in_sheet(name or "", event)
        elif name in BY_KEY:
            command = BY_KEY[name]
            if name.isdecimal():
                self.change(lambda session: session.preset(int(name)))
            else:
                command.run(self)

    def _key_in_entry(self, event: events.Key) -> None:
        if event.key in ("ctrl+c", "ctrl+q"):
            self.quit()
        elif event.key == "escape":
            self._close_entry()
        elif event.key == "enter":
            self._take_value()
        elif (typed := self.entry.typed.press(event.key)) is not None:
            self.entry.edit(typed)
        elif event.is_printable and event.character:
            self.entry.insert(event.character)

    def _key_in_sheet(self, name: str, event: events.Key) -> None:
        sheet = self.sheet
        filterable = sheet.content is not None and sheet.content.filterable
        match event.key:
            case "ctrl+c" | "ctrl+q":
                self.quit()
            case "ctrl+l":
                self.redraw()
            case "escape":
                self._close_sheet()
            case "up" | "down" | "tab" | "shift+tab":
                sheet.move(1 if event.key in ("down", "tab") else -1)
            case "pagedown" | "pageup":
                sheet.scroll(sheet.size.height // 2 * (1 if event.key == "pagedown" else -1))
            case "enter":
                self._choose(sheet.chosen())
            case "backspace" if filterable:
                sheet.narrow(sheet.filter[:-1])
            case _:
                self._letter_in_sheet(name, event, filterable)
        self._draw_footer()

    def _letter_in_sheet(self, name: str, event: events.Key, filterable: bool) -> None:
        """A letter filters where that is possible; elsewhere it moves or closes."""
        sheet = self.sheet
        typing = filterable and (sheet.filter or name not in ("q", "?", "/", "j", "k", "o"))
        if typing and event.is_printable and event.character:
            sheet.narrow(shorten(sheet.filter + event.character, 200))
        elif name in ("j", "k"):
            sheet.move(1 if name == "j" else -1)
        elif name == "space":
            sheet.scroll(sheet.size.height // 2)
        elif name == "q" and self.session is None:
            self.quit()
        elif name == "?" and filterable:
            self.help()
        elif name == "o":
            self.look()
        elif name in BY_KEY and name not in ("/",):
            self._close_sheet()

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted text where something can be typed."""
        event.stop()
        if self.entry.display:
            self.entry.insert(event.text)
        elif self.sheet.display and self.sheet.content and self.sheet.content.filterable:
            self.sheet.narrow(self.sheet.filter + event.text[:200_000])

    def on_click(self, event: events.Click) -> None:
        """Choose what is clicked on a sheet."""
        if self.sheet.display and event.widget is self.sheet:
            self._choose(self.sheet.choice_at(int(event.x), int(event.y)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll the sheet."""
        if self.sheet.display:
            self.sheet.scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll the sheet back."""
        if self.sheet.display:
            self.sheet.scroll(-3)

    # ── commands ───────────────────────────────────────────────────────────────────────

    def arrow(self, rows: int, columns: int, amount: int) -> None:
        """Walk the pinned cells where something is pinned; else choose or turn a control."""
        if self.session is not None and self.session.pin is not None and abs(amount) < 10:
            self.change(lambda session: session.pin_move(rows, columns))
        elif rows:
            self.change(lambda session: session.choose(rows))
        else:
            self.change(lambda session: session.nudge(amount))

    def hold(self, at: int) -> None:
        """Take hold of a knob by its place."""
        self.change(lambda session: session.choose(at - session.at))

    def type_value(self) -> None:
        """Open the line to type a value for the held control."""
        if self.session is None:
            return
        self.entry.open(self.session.knob.label, *self.session.asks())
        self._draw_footer()

    def _take_value(self) -> None:
        from tui_transformer.controls import BadValue

        if self.session is None:
            return
        try:
            session = self.session.answer(self.entry.typed.text)
        except BadValue as problem:
            self.entry.complain(str(problem))
            return
        self._close_entry()
        self.change(lambda _: session)

    def _close_entry(self) -> None:
        self.entry.close()
        self._draw_footer()

    def play(self) -> None:
        """Start or stop the clock."""
        self.change(lambda session: session.play())
        self._set_timer()

    def faster(self, step: int) -> None:
        """Change the speed of the clock."""
        self.change(lambda session: session.faster(step))
        self._set_timer()

    def _set_timer(self) -> None:
        """Keep a timer exactly while something plays."""
        self._stop(keep_playing=True)
        if self.session is not None and self.session.playing:
            self._timer = self.set_interval(1 / self.session.pace, self._tick)

    def _tick(self) -> None:
        self.change(lambda session: session.step(1))
        if self.session is None or not self.session.playing:
            self._stop()

    def _stop(self, keep_playing: bool = False) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.session is not None and self.session.playing and not keep_playing:
            self.session = self.session.play()

    def randomise(self) -> None:
        """Draw new values; the numbers come from the system, the result is a state like any."""
        import numpy as np

        rng = np.random.default_rng()
        self.change(lambda session: session.randomise(rng))

    def page(self, step: int) -> None:
        """Show other panels."""
        if self.session is not None and self.figure_view.turn(step):
            self.draw_soon()

    def leave(self) -> None:
        """Let go of the pinned cell; with nothing pinned, go back to the map."""
        if self.session is not None and self.session.pin is not None:
            self.change(lambda session: session.pin_cell(None))
        else:
            self.map()

    def back(self) -> None:
        """Return to the concept before, or to the map."""
        if self.trail:
            self._enter(self.trail.pop())
        else:
            self.map()

    def neighbour(self, step: int) -> None:
        """Open the concept before or after this one in the syllabus."""
        if self.session is None:
            return
        ids = [entry.id for entry in entries()]
        self.open(ids[(ids.index(self.session.concept.id) + step) % len(ids)])

    def copy_link(self) -> None:
        """Copy the command for this state, and show it."""
        if self.session is not None:
            command = self.session.link
            self.app.copy_to_clipboard(command)
            self.say(f"copied: {shorten(visible(command), 300)}")

    def look(self) -> None:
        """Change the colours, and remember them."""
        self.app.next_look()  # type: ignore[attr-defined]

    def quit(self) -> None:
        """Leave the program."""
        self.app.exit()

    def redraw(self) -> None:
        """Draw everything again, for a terminal that somebody else has written to."""
        self.app.redraw()  # type: ignore[attr-defined]

    # ── sheets ─────────────────────────────────────────────────────────────────────────

    def _show_sheet(self, content: Content) -> None:
        self._stop()
        self.sheet.open(content)
        self._draw_footer()

    def _close_sheet(self) -> None:
        if self.session is None:  # the map with nothing behind it stays
            self.sheet.open(contents(self.keeper.progress))
        else:
            self.sheet.close()
        self._draw_footer()

    def _choose(self, action: Action | None) -> None:
        if action is not None:
            if self.session is not None:
                self.sheet.close()
            action(self)
            self._draw_footer()

    def map(self) -> None:
        """The map of all concepts."""
        at = self.session.concept.id if self.session else ""
        self._show_sheet(contents(self.keeper.progress, at))

    def connections(self) -> None:
        """What this concept builds on, and what builds on it."""
        if self.session is not None:
            self._show_sheet(connections(self.session.concept.id))

    def explain(self) -> None:
        """The explanation: beside the figure where there is room, else over it."""
        from tui_transformer.ui import sheets

        if self.session is None:
            return
        if self.size.width >= WIDE and not self.has_class("-explained"):
            self.add_class("-explained")
        else:
            self.remove_class("-explained")
            self._show_sheet(sheets.explanation(self.session))

    def challenges(self) -> None:
        """What there is to achieve here."""
        from tui_transformer.ui import sheets

        if self.session is not None:
            self._show_sheet(sheets.challenges(self.session, self.keeper.progress.solved))

    def hint(self, number: int) -> None:
        """Give a hint for a challenge; asked again, open the solution."""
        if self.session is None:
            return
        challenge = self.session.challenge(number)
        key = (self.session.concept.id, number)
        if challenge.hint and key not in self.hinted:
            self.hinted.add(key)
            self.say(f"Hint: {challenge.hint} (t and enter again: the solution)")
        else:
            told = ", ".join(f"{k} = {v}" for k, v in challenge.solution.items())
            self.say(f"One solution: {told}")

    def mathematics(self) -> None:
        """The code that computed the pinned number."""
        from tui_transformer.ui import sheets

        if self.session is not None:
            self._show_sheet(sheets.mathematics(self.session))

    def help(self) -> None:
        """Every key and every control."""
        from tui_transformer.ui import sheets

        self._show_sheet(sheets.help_sheet(self.session))

    def go_to(self) -> None:
        """Find any concept, preset or command."""
        from tui_transformer.ui import sheets

        self._show_sheet(sheets.go_to(self.session))

    # ── looks ──────────────────────────────────────────────────────────────────────────

    def _repaint(self, palette: Palette) -> None:
        """Give every part its colours."""
        self.palette = palette
        for widget in self.query(LineWidget):
            widget.palette = palette

    def repaint(self, palette: Palette) -> None:
        """Draw everything in other colours."""
        self._repaint(palette)
        self.sheet.draw()
        self.entry.draw()
        self.draw()
        self.refresh()


