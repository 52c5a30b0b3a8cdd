"""The program with a fault built in, which tests start in a terminal:
`python -m tests.torture.program FAULT CONCEPT …`.

Nothing of this is in the program itself: everything is put into it from here.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

HIDDEN = "the value of a variable"


def raising(*_: Any) -> Any:
    """Fail, with something on the stack that nobody is to see."""
    hidden = HIDDEN
    raise ValueError(f"boom \x1b[31m\x9b5n {len(hidden)}")


def hanging(*_: Any) -> Any:
    """Never come back."""
    while True:
        time.sleep(0.01)


def on_f12(act: Callable[[Any], Any]) -> None:
    """Let f12 do it, whatever is open."""
    from tui_transformer.ui import keyboard

    plain = keyboard.press

    def press(screen: Any, event: Any) -> None:
        if event.key == "f12":
            act(screen)
        else:
            plain(screen, event)

    keyboard.press = press


def on_key(what: Callable[..., Any]) -> None:
    """Let a key do it."""
    on_f12(what)


def in_view(what: Callable[..., Any]) -> None:
    """Let the view of another state do it."""
    _in_view(what, 0)


def in_worker(what: Callable[..., Any]) -> None:
    """Let the view of another state do it, in the thread that computes slow figures."""
    _in_view(what, 0.3)


def _in_view(what: Callable[..., Any], slow: float) -> None:
    """Open a state of softmax whose view does it, after one that takes so many seconds."""
    from dataclasses import replace

    from tui_transformer.concepts import load
    from tui_transformer.session import Session

    plain = load("softmax")

    def view(model: Any) -> Any:
        if model.target == 2:
            return what()
        end = time.thread_time() + slow  # of computing: waiting alone makes no figure slow
        while time.thread_time() < end:
            pass
        return plain.view(model)

    def act(screen: Any) -> None:
        concept = replace(plain, view=view)
        screen.arrive(Session.open(concept, {"target": "1"}))
        last = Session.open(concept, {"target": "2"})
        screen.set_timer(3 * slow + 0.1, lambda: screen.arrive(last))

    on_f12(act)


def in_thread(what: Callable[..., Any]) -> None:
    """Let a thread of Textual's do it."""
    on_f12(lambda screen: screen.run_worker(what, thread=True))


def in_timer(what: Callable[..., Any]) -> None:
    """Let a timer do it."""
    on_f12(lambda screen: screen.set_timer(0.01, what))


def in_drawing(what: Callable[..., Any]) -> None:
    """Let a widget do it when it is painted."""
    from tui_transformer.ui.lines import LineWidget

    def act(screen: Any) -> None:
        LineWidget.render_lines = what  # type: ignore[method-assign]
        screen.repaint(screen.palette)

    on_f12(act)


def killed(*_: Any) -> None:
    """Be killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def many_files(_: Callable[..., Any]) -> None:
    """Have more files open than `select` can tell apart."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    for _ in range(1100):
        os.dup(2)


def no_files(_: Callable[..., Any]) -> None:
    """Have no file left to open."""
    held = []

    def act(screen: Any) -> None:
        try:
            while True:
                held.append(os.dup(2))
        except OSError:
            screen.say("no file is left to open")

    on_f12(act)


def damaged_weights(_: Callable[..., Any]) -> None:
    """Read weights from another folder."""
    from pathlib import Path

    from tui_transformer import weights

    weights.FOLDER = Path(os.environ["TORTURE_WEIGHTS"])


def disk_full(_: Callable[..., Any]) -> None:
    """Have no room for a file of more than a few bytes."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (60, 60))


def nothing(_: Callable[..., Any]) -> None:
    """Be as the program is, but for `*`, which draws the same numbers every time."""
    from random import Random

    import numpy as np

    plain, own = np.random.default_rng, Random(1)
    np.random.default_rng = lambda *args: plain(*(args or (own.randrange(2**32),)))  # type: ignore


FAULTS: dict[str, tuple[Callable[[Callable[..., Any]], None], Callable[..., Any]]] = {
    "key": (on_key, raising),
    "view": (in_view, raising),
    "worker": (in_worker, raising),
    "thread": (in_thread, raising),
    "timer": (in_timer, raising),
    "drawing": (in_drawing, raising),
    "hang": (on_key, hanging),
    "hanging worker": (in_worker, hanging),
    "kill": (on_key, killed),
    "exit": (on_key, lambda *_: os._exit(3)),
    "fault": (on_key, lambda *_: ctypes.string_at(0)),
    "abort": (on_key, lambda *_: os.abort()),
    "memory": (on_key, lambda *_: bytearray(1 << 62)),
    "recursion": (on_key, lambda *_: sys.setrecursionlimit(100) or in_circles()),
    "many files": (many_files, raising),
    "no files": (no_files, raising),
    "weights": (damaged_weights, raising),
    "disk": (disk_full, raising),
    "none": (nothing, raising),
}


def in_circles() -> Any:
    """Call itself."""
    return in_circles()


def main() -> int:
    """Build the fault in, once the child process runs, and start."""
    from tui_transformer import cli
    from tui_transformer.cli import screen

    fault, *arguments = sys.argv[1:]
    where, what = FAULTS[fault]
    start = screen.start

    def faulty_start(options: Any) -> int:
        where(what)
        return start(options)

    screen.start = faulty_start
    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
