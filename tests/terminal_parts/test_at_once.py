"""Keys that go straight to the screen: when they do, and that none overtakes what came before."""

import asyncio
from contextvars import Context
from typing import Any

import pytest
from textual import events
from textual._context import active_app
from textual.binding import Binding
from textual.widgets import Input, Static

from tests.pty_terminal import Terminal
from tests.test_in_a_terminal import TFX
from tui_transformer.ui.terminal.at_once import AtOnceApp, AtOnceScreen


class Heard(AtOnceScreen):
    """Notes what it hears, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self.leave = asyncio.Event()

    def on_key(self, event: events.Key) -> None:
        event.stop().prevent_default()
        if event.key == "e":
            raise ZeroDivisionError("pressed e")
        self.heard.append(event.key)

    async def on_paste(self, event: events.Paste) -> None:
        event.stop()
        await self.leave.wait()
        self.heard.append(event.text)


class Program(AtOnceApp[None]):
    BINDINGS = [Binding("b", "bell", priority=True), Binding("n", "bell")]

    def get_default_screen(self) -> Heard:
        return Heard()


def key(name: str) -> events.Key:
    return events.Key(name, name)


async def test_a_key_is_heard_before_anything_else_happens() -> None:
    app = Program()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.hear(key("x")) and app.hear(key("y")) and app.hear(key("n"))
        assert screen_of(app).heard == ["x", "y", "n"]


async def test_no_key_overtakes_what_waits_in_a_queue() -> None:
    app = Program()
    async with app.run_test() as pilot:
        await pilot.pause()
        screen_of(app).leave.set()
        app.post_message(events.Paste("pasted"))
        assert not app.hear(key("x"))
        app.post_message(key("x"))
        await pilot.pause()
        assert screen_of(app).heard == ["pasted", "x"]
        assert app.hear(key("y"))


async def test_no_key_overtakes_what_is_being_dealt_with() -> None:
    app = Program()
    async with app.run_test() as pilot:
        await pilot.pause()
        screen = screen_of(app)
        screen.post_message(events.Paste("pasted"))
        while not screen.leave._waiters:
            await asyncio.sleep(0)
        assert screen._message_queue.empty() and not app.hear(key("x"))
        screen.leave.set()
        await pilot.pause()
        assert app.hear(key("y")) and screen.heard == ["pasted", "y"]


class Wheeled(Static):
    """Tells the screen of a turn of the wheel."""

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        heard = self.screen
        assert isinstance(heard, Heard)
        heard.heard.append("wheel")


async def test_no_key_overtakes_a_click_that_a_part_of_the_screen_has_to_see_to() -> None:
    app = Program()
    async with app.run_test() as pilot:
        await screen_of(app).mount(part := Wheeled("turn me"))
        await pilot.pause()
        turned = events.MouseScrollUp(part, 1, 0, 0, -1, 0, False, False, False)
        assert not app.hear(turned)
        app.post_message(turned)
        while not app.hear(key("x")):
            await asyncio.sleep(0)
        assert screen_of(app).heard == ["wheel", "x"]


async def test_a_key_finds_the_app_whoever_hears_it() -> None:
    """After a stop the terminal is read by who woke the program, and knows of no app."""

    def tell() -> None:
        assert active_app.get() is app
        screen_of(app).heard.append("told")

    app = Program()
    async with app.run_test() as pilot:
        await pilot.pause()
        Context().run(screen_of(app).now, tell)
        Context().run(screen_of(app).soon, tell)
        await pilot.pause()
        assert screen_of(app).heard == ["told", "told"]


async def test_what_is_bound_first_or_has_another_place_goes_textuals_way() -> None:
    app = Program()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert not app.hear(key("b"))
        app.app_focus = False
        assert not app.hear(key("x"))  # which tells Textual that the window is in front again
        app.app_focus = True
        await screen_of(app).mount(line := Input())
        line.focus()
        await pilot.pause()
        assert app.focused is line and not app.hear(key("x"))


async def test_what_is_called_soon_comes_after_all_that_was_heard() -> None:
    app = Program()
    async with app.run_test() as pilot:
        await pilot.pause()
        screen = screen_of(app)
        app.hear(key("x"))
        screen.soon(lambda: screen.heard.append("drawn"))
        app.hear(key("y"))
        await pilot.pause()
        assert screen.heard == ["x", "y", "drawn"]


async def test_a_fault_ends_the_app_as_one_in_a_message_does() -> None:
    app = Program()
    with pytest.raises(ZeroDivisionError):
        async with app.run_test() as pilot:
            await pilot.pause()
            app.hear(key("e"))
            await pilot.pause()
            assert not app.hear(key("x"))


def screen_of(app: AtOnceApp[Any]) -> Heard:
    assert isinstance(app.screen, Heard)
    return app.screen


def test_what_is_pasted_and_typed_in_one_breath_keeps_its_order() -> None:
    with Terminal([*TFX, "softmax"]) as terminal:
        terminal.wait_for("? help")
        terminal.key("ctrl+p")
        terminal.wait_for("Go to")
        terminal.send("des\x1b[200~cent \x1b[201~steps=3\r")
        terminal.wait_for("bowl · step 3")
