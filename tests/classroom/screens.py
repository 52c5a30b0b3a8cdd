"""Presenters and followers in real terminals."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

from tests.forked_terminal import ForkedTerminal
from tests.pty_terminal import Terminal

TFX = (sys.executable, "-m", "tui_transformer")
FOLLOWING = "following physics"


def everybody_reads(*terminals: Terminal) -> None:
    """Read what everybody wrote: a terminal that is not read holds its program up."""
    for one in terminals:
        while one.listen(0):
            pass


class Running:
    """A command that runs, with the lines that it has printed."""

    def __init__(self, place: dict[str, str], *words: str) -> None:
        self.process = subprocess.Popen(
            (*TFX, *words), env={**os.environ, **place}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.lines: list[str] = []
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines += iter(self.process.stdout.readline, "")

    def type(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def state(self) -> dict[str, Any]:
        return json.loads(self.lines[-1]) if self.lines else {"controls": {}}

    def stands_at(self, temperature: float) -> bool:
        return bool(self.state()["controls"].get("temperature") == temperature)

    def end(self) -> tuple[int, str]:
        assert self.process.stdin is not None and self.process.stderr is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        status = self.process.wait(90)
        self._reader.join()
        said = self.process.stderr.read()
        self.process.stdout.close()  # type: ignore[union-attr]
        self.process.stderr.close()
        return status, said


class Room:
    """A presenter and those who follow, each in a terminal of their own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.env = {"TFX_CLASS_DIR": str(folder / "classes"), "XDG_STATE_HOME": str(folder)}
        self._stack = stack
        self.terminals: list[Terminal] = []

    def run(
        self,
        command: list[str],
        columns: int = 80,
        rows: int = 24,
        kind: type[Terminal] = Terminal,
    ) -> Terminal:
        """Run anything in a terminal of its own."""
        made = kind(command, columns=columns, rows=rows, env=self.env)
        self.terminals.append(self._stack.enter_context(made))
        return made

    def present(self, *words: str, columns: int = 80, rows: int = 24) -> Terminal:
        it = self.run([*TFX, "present", "physics", *words], columns, rows, ForkedTerminal)
        self.until(lambda: "following" in it.text()[0])
        return it

    def follow(self, *words: str, columns: int = 80, rows: int = 24) -> Terminal:
        it = self.run([*TFX, "follow", "physics", *words], columns, rows, ForkedTerminal)
        self.until(lambda: FOLLOWING in it.text()[0])
        return it

    def sees(self, terminal: Terminal, *texts: str) -> None:
        """Wait until all of that is on somebody's screen."""
        self.until(lambda: all(text in "\n".join(terminal.text()) for text in texts))

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so on the screens."""
        from tests.waiting import until

        def holds() -> object:
            everybody_reads(*self.terminals)
            return condition()

        if not until(holds):
            screens = "\n".join("\n".join(one.text()) for one in self.terminals)
            raise AssertionError(f"never so:\n{screens}")


@contextmanager
def a_room(folder: Path) -> Iterator[Room]:
    """A class in a folder; everybody is gone afterwards."""
    with ExitStack() as stack:
        yield Room(folder, stack)


def body(terminal: Terminal) -> list[str]:
    """The screen without title and the lines below the figure: what has to agree at one size."""
    return terminal.text()[1:-7]
