"""A tiny app with everything on it that these tests break: run by them in a pseudo-terminal."""

import ctypes
import os
import signal
import sys
import time


def main() -> int:
    from textual.app import ComposeResult
    from textual.filter import LineFilter
    from textual.widgets import Input, Static

    from tui_transformer.ui.terminal import lifecycle
    from tui_transformer.ui.terminal.cell_diff import CellDiffApp
    from tui_transformer.ui.terminal.driver import TerminalDriver
    from tui_transformer.ui.terminal.line_filter import VISIBLE

    class Demo(CellDiffApp[None]):
        ENABLE_COMMAND_PALETTE = False
        AUTO_FOCUS = ""
        BINDINGS = [
            ("q,ctrl+c", "quit"),
            ("ctrl+l", "redraw"),
            ("ctrl+z", "suspend_process"),
            ("i", "focus_input"),
            ("n", "count"),
            ("c", "crash"),
            ("h", "hang"),
            ("k", "kill"),
            ("e", "end"),
            ("s", "segfault"),
            ("t", "thread"),
        ]
        count = 0

        def get_line_filters(self) -> list[LineFilter]:
            return [*super().get_line_filters(), VISIBLE]

        def compose(self) -> ComposeResult:
            yield Static("ready 0", id="count", markup=False)
            yield Static("", id="size")
            yield Static("a\x1b]0;title\x07b", markup=False)
            yield Input(placeholder="type here", max_length=50)

        def on_paste(self, event: object) -> None:
            self.query_one("#count", Static).update(f"pasted {len(getattr(event, 'text', ''))}")

        def on_resize(self) -> None:
            self.query_one("#size", Static).update(f"size {self.size.width}x{self.size.height}")

        def action_redraw(self) -> None:
            self.redraw()

        def action_focus_input(self) -> None:
            self.query_one(Input).focus()

        def action_count(self) -> None:
            self.count += 1
            self.query_one("#count", Static).update(f"ready {self.count} {self.cell_diff_fault}")

        def action_crash(self) -> None:
            secret = "local value"
            raise ValueError(f"boom \x1b[31m{len(secret)}")

        def action_hang(self) -> None:
            while True:
                pass

        def action_kill(self) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        def action_end(self) -> None:
            os._exit(3)

        def action_segfault(self) -> None:
            ctypes.string_at(0)

        def action_thread(self) -> None:
            self.run_worker(lambda: time.sleep(60), thread=True)

    return lifecycle.run(Demo(driver_class=TerminalDriver))


if __name__ == "__main__":
    from tui_transformer.ui.terminal.supervisor import supervise

    sys.exit(supervise(main))
