"""What is used of Textual that it does not promise: a change is to be noticed here first."""

import hashlib
import inspect
import re

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._parser import Parser as TextualParser
from textual._queue import Queue
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.color import Color
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.strip import Strip

from tests.terminal_parts.terminal_run import demo
from tui_transformer.ui.terminal.cell_diff import CellDiffApp
from tui_transformer.ui.terminal.line_filter import VISIBLE
from tui_transformer.ui.terminal.restore import RESET


def parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type]


def test_display() -> None:
    assert parameters(App._display) == ["self", "screen", "renderable"]
    # CellDiffApp does what this does, but for the bytes: after a change, read it again.
    digest = hashlib.sha256(inspect.getsource(App._display).encode()).hexdigest()
    assert digest[:16] == "4b78dff6669a455c"
    names = set(App._display.__code__.co_names)
    assert {"_running", "_closed", "_batch_count", "is_headless", "_driver", "is_inline"} <= names


def test_updates() -> None:
    assert issubclass(LayoutUpdate, CompositorUpdate) and issubclass(ChopsUpdate, CompositorUpdate)
    assert parameters(LayoutUpdate.__init__) == ["self", "strips", "region"]
    assert parameters(ChopsUpdate.__init__) == ["self", "chops", "spans", "chop_ends"]
    strip = Strip([Segment("ab", Style.parse("red"))], 2)
    console = Console(color_system="truecolor", force_terminal=True)
    layout = LayoutUpdate([[strip]], Region(3, 1, 2, 1)).render_segments(console)
    chops = ChopsUpdate([{0: None, 3: strip}], [(0, 0, 4)], [[3, 5]]).render_segments(console)
    assert (layout, chops) == ("\x1b[2;4H\x1b[31mab\x1b[0m", "\x1b[1;4H\x1b[31ma\x1b[0m")


def test_strips_and_styles() -> None:
    assert parameters(Strip.render_ansi) == ["style", "color_system"]
    style = Style(bold=True, color="#010203", bgcolor="color(4)")
    assert style._ansi is None and style._link is None
    assert Strip.render_ansi(style, ColorSystem.TRUECOLOR) == "1;38;2;1;2;3;44"
    assert style._ansi == "1;38;2;1;2;3;44"
    assert Console(force_terminal=True, color_system="256")._color_system is ColorSystem.EIGHT_BIT


def test_app() -> None:
    assert parameters(App._fatal_error) == parameters(App._close_messages_no_wait) == ["self"]
    app = CellDiffApp[None]()
    assert app._exit is False
    for name in ("_running", "_closed", "_batch_count", "_sync_available", "_screen_stack"):
        assert hasattr(app, name)
    assert app._loop is None and app._exception is None and app.return_code is None
    assert "_fatal_error" in App._handle_exception.__code__.co_names
    assert isinstance(MessagePump.message_queue_size, property)


def test_the_way_of_a_key() -> None:
    # AtOnceApp does what these do with a key, as far as it is the screen's: after a change, read
    # them again.
    own, forward = (App.on_event, "3dbf14d694916fe3"), (Screen._forward_event, "edd1065a4a2daca2")
    for method, digest in (own, forward):
        source = inspect.getsource(method).encode()
        assert hashlib.sha256(source).hexdigest()[:16] == digest, method.__qualname__
    assert "_message_queue" in MessagePump.__dict__
    assert {"_message_queue", "get"} <= set(MessagePump._get_message.__code__.co_names)
    assert {"values", "ready_event"} <= vars(Queue[None]()).keys()
    for context, name in ((App._context, "active_app"), (MessagePump._context, "reset")):
        assert name in inspect.unwrap(context).__code__.co_names


def test_driver() -> None:
    assert {"_writer_thread", "write"} <= set(LinuxDriver.write.__code__.co_names)
    assert {"_writer_thread", "stop"} <= set(LinuxDriver.close.__code__.co_names)
    started = set(LinuxDriver.start_application_mode.__code__.co_names)
    assert {"_run_input_thread", "_query_in_band_window_resize", "WriterThread"} <= started
    assert parameters(LinuxDriver._get_terminal_size) == ["self"]
    assert parameters(Driver.process_message) == parameters(Driver.send_message)
    assert {"_timeout_time"} <= set(TextualParser.feed.__code__.co_names)
    assert "mouse_pixels" in XTermParser.parse_mouse_code.__code__.co_names


def test_everything_that_textual_switches_is_switched_back() -> None:
    source = re.sub("#.*", "", inspect.getsource(LinuxDriver))
    modes = re.findall(r"\\x1b\[\?(\d+)h", source)
    assert len(modes) > 8
    for mode in modes:
        assert f"\x1b[?{mode}{'h' if mode in ('7', '25') else 'l'}" in RESET
    assert "\x1b[<u" in RESET


def test_the_filter_leaves_nothing_that_acts() -> None:
    black = Color(0, 0, 0)
    clean = [Segment("loss 0.1 ≤ 日"), Segment("x", Style.parse("red"))]
    assert VISIBLE.apply(clean, black) is clean
    bad = [Segment("a\x1b[31mb\x9b\u202e   "), Segment("\x07"), Segment("ok", Style.parse("red"))]
    shown = VISIBLE.apply(bad, black)
    assert [part.text for part in shown] == ["a␛[31mb\ufffd\ufffd", "", "ok"]
    assert [part.cell_length for part in shown] == [part.cell_length for part in bad]
    assert shown[2].style == bad[2].style


def test_a_fault_in_the_diff_loses_no_frame() -> None:
    with demo({"DEMO_FAULT": "1"}) as terminal:
        terminal.wait_for("ready 0")
        for number in (1, 2, 3):
            terminal.key("n")
            terminal.wait_for(f"ready {number}")
        terminal.key("q")
        assert terminal.exit_status() == 0
        assert b"found by a test" in terminal.raw
    with demo({"TFX_CELL_DIFF": "0"}) as terminal:
        terminal.wait_for("ready 0")
        terminal.key("n")
        terminal.wait_for("ready 1")
