"""A tiny app with a key for every kind of end, which the tests run in a pseudo-terminal."""

import ctypes
import os
import signal
import sys
import time
from typing import Any


def main() -> int:
    from textual.app import ComposeResult
    from textual.events import Paste, Resize
    from textual.filter import LineFilter
    from textual.widgets import Input, Static

    from tui_transformer.ui.terminal import lifecycle
    from tui_transformer.ui.terminal.cell_diff import CellDiffApp
    from tui_transformer.ui.terminal.driver import TerminalDriver
    from tui_transformer.ui.terminal.line_filter import VISIBLE
    from tui_transformer.ui.terminal.painter import Painter

    class Demo(CellDiffApp[None]):
        ENABLE_COMMAND_PALETTE = False
        AUTO_FOCUS = ""
        BINDINGS = [
            ("q,ctrl+c", "quit"),
            ("ctrl+l", "redraw"),
            ("ctrl+z", "suspend_process"),
            ("b", "begin"),
            ("i", "focus_input"),
            ("n", "count"),
            ("1", "end('crash')"),
            ("2", "end('hang')"),
            ("3", "end('kill')"),
            ("4", "end('exit')"),
            ("5", "end('fault')"),
            ("6", "thread"),
        ]
        count = 0

        def get_line_filters(self) -> list[LineFilter]:
            return [*super().get_line_filters(), VISIBLE]

        def compose(self) -> ComposeResult:
            yield Static("ready 0", id="count", markup=False)
            yield Static("", id="size", markup=False)
            yield Static("title \x1b]0;evil\x07 ", markup=False)
            yield Input(placeholder="type here", max_length=50)
            yield Static("", id="busy", markup=False)

        def say(self, where: str, what: str) -> None:
            self.query_one(where, Static).update(what)

        def on_resize(self, event: Resize) -> None:
            self.say("#size", f"size {event.size.width}x{event.size.height}")

        def on_paste(self, event: Paste) -> None:
            self.say("#size", f"pasted {len(event.text)}")

        def action_redraw(self) -> None:
            self.redraw()

        def action_focus_input(self) -> None:
            self.query_one(Input).focus()

        def action_count(self) -> None:
            self.count += 1
            self.say("#count", f"ready {self.count} {self.cell_diff_fault or ''}")

        def action_begin(self) -> None:
            self.set_interval(1 / 60, self.keep_busy)

        def keep_busy(self) -> None:
            self.action_count()
            self.say("#busy", chr(97 + self.count % 26) * self.size.width * 10)

        def action_thread(self) -> None:
            self.run_worker(lambda: time.sleep(60), thread=True)

        def action_end(self, how: str) -> None:
            hidden = "the value of a variable"
            if how == "crash":
                raise ValueError(f"boom \x1b[31m {len(hidden)}")
            if how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if how == "exit":
                os._exit(3)
            if how == "fault":
                ctypes.string_at(0)
            while how == "hang":
                pass

    if os.environ.get("DEMO_FAULT"):
        frames = iter([True, True, False])

        def paint(painter: Painter, *args: Any, **options: Any) -> str:
            if next(frames):
                return whole(painter, *args, **options)
            raise RuntimeError("found by a test")

        whole = Painter.paint
        Painter.paint = paint  # type: ignore[method-assign]

    return lifecycle.run(Demo(driver_class=TerminalDriver))


if __name__ == "__main__":
    from tui_transformer.ui.terminal.supervisor import supervise

    sys.exit(supervise(main))
