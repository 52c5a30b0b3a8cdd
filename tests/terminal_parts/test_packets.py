"""`textual serve tfx`: packets through pipes instead of a terminal, as textual-serve speaks them.

The packets are read here by hand. What textual-serve itself makes of them is tried in a browser.
"""

import io
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from tests.bench.screen import Screen
from tests.ssh_server import processes, state
from tests.waiting import PATIENCE, until

TFX = Path(sys.executable).parent / "tfx"
SERVED = {
    "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    "COLUMNS": "90",
    "ROWS": "28",
}


class Served:
    """A program whose packets are read."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.screen = Screen(90, 28)
        self.told: list[Any] = []
        self.greeting = b""
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with io.BufferedReader(cast(io.RawIOBase, self.process.stdout)) as whole:
            self.greeting = whole.readline()
            while len(head := whole.read(5)) == 5:
                kind, size = struct.unpack(">cI", head)
                payload = whole.read(size)
                with self._lock:
                    if kind == b"D":
                        self.screen.feed(payload)
                    else:
                        self.told.append((kind, json.loads(payload)))

    def send(self, kind: bytes, payload: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(kind + len(payload).to_bytes(4, "big") + payload)
        self.process.stdin.flush()

    def type(self, text: str) -> None:
        self.send(b"D", text.encode())

    def tell(self, **what: Any) -> None:
        self.send(b"M", json.dumps(what).encode())

    def shows(self, wanted: str, row: int | None = None) -> bool:
        def there() -> bool:
            with self._lock:
                lines = self.screen.text()
            return wanted in ("\n".join(lines) if row is None else lines[row])

        return until(there)

    def ended(self) -> int:
        """The exit status, once everything has been read."""
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status


@contextmanager
def serving(*words: str, env: dict[str, str] | None = None) -> Iterator[Served]:
    process = subprocess.Popen(
        [TFX, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env=os.environ | SERVED | (env or {}),
    )
    served = Served(process)
    try:
        yield served
    finally:
        process.kill()
        served.ended()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()


def descendants(process: int) -> list[int]:
    """All that a process has started, however indirectly."""
    found, new = [process], [process]
    while new:
        parents = {str(each) for each in new}

        def is_child(folder: Path, parents: set[str] = parents) -> bool:
            return (folder / "stat").read_text().rpartition(")")[2].split()[1] in parents

        new = [each for each in processes(is_child) if each not in found]
        found += new
    return found


def gone(process: int) -> bool:
    return state(Path(f"/proc/{process}")) in "ZX"


@pytest.mark.parametrize("kiosk", [False, True])
def test_keys_sizes_and_the_end(kiosk: bool) -> None:
    words = ("--kiosk",) if kiosk else ("softmax", "temperature=2")
    asked = {"SSH_ORIGINAL_COMMAND": "softmax temperature=2"}
    with serving(*words, env=asked) as tfx:
        assert tfx.shows("0.501688")  # e^(2/2) / (e^(2/2) + e^(1/2) + e^(0.1/2))
        assert tfx.greeting == b"__GANGLION__\n"
        assert tfx.shows("quit", row=27)
        tfx.type("l")
        assert tfx.shows("0.514184")
        tfx.screen.resize(120, 40)
        tfx.tell(type="resize", width=120, height=40)
        assert tfx.shows("quit", row=39)
        tfx.tell(type="blur")
        tfx.tell(type="focus")
        tfx.type("q")
        assert tfx.ended() == 0
        assert tfx.told == [(b"M", {"type": "exit"})]
        assert tfx.screen.modes.private == {7, 25}


def test_what_cannot_be_opened_is_said_on_the_page() -> None:
    with serving("softmaxx") as tfx:
        assert tfx.ended() == 2
        assert "There is nothing called softmaxx" in "\n".join(tfx.screen.text())
        assert tfx.told == [(b"M", {"type": "exit"})]


@pytest.mark.parametrize(
    "end",
    [
        lambda tfx: tfx.tell(type="quit"),
        lambda tfx: tfx.process.stdin.close(),
        lambda tfx: tfx.process.send_signal(signal.SIGTERM),
        lambda tfx: tfx.process.kill(),
        lambda tfx: tfx.send(b"M", b"no JSON"),
        lambda tfx: tfx.send(b"M", b"[" * 100_000),
        lambda tfx: tfx.process.stdin.write(b"D\xff\xff\xff\xff"),
    ],
    ids=["quit", "closed", "SIGTERM", "SIGKILL", "garbage", "deep", "long"],
)
@pytest.mark.parametrize("words", [("softmax",), ("--kiosk",)], ids=["own", "kiosk"])
def test_whatever_ends_it_leaves_no_process(end: Any, words: tuple[str, ...]) -> None:
    with serving(*words) as tfx:
        assert tfx.shows("quit" if words[0] == "softmax" else "Linear unit")
        started = descendants(tfx.process.pid)
        assert len(started) >= 2
        end(tfx)
        assert tfx.ended() in (128 + signal.SIGHUP, -signal.SIGKILL)
        assert until(lambda: all(map(gone, started)))


def test_a_page_that_never_reads_holds_no_heap_and_ends_when_told() -> None:
    with serving("descent", env={"COLUMNS": "200", "ROWS": "50"}) as tfx:
        assert tfx.shows("loss")
        started = descendants(tfx.process.pid)
        tfx._lock.acquire()  # whoever reads stands still
        try:
            tfx.tell(type="resize", width=10**12, height=-1)
            for _ in range(300):
                tfx.type("l" * 100)
            status = Path(f"/proc/{tfx.process.pid}/status").read_text()
            assert int(status.split("VmRSS:")[1].split()[0]) < 60_000  # kB
            tfx.tell(type="quit")
            assert until(lambda: tfx.process.poll() is not None)
            assert until(lambda: all(map(gone, started)))
        finally:
            tfx._lock.release()


def test_without_a_page_the_variable_changes_nothing() -> None:
    """Whatever a served program starts inherits it."""
    done = subprocess.run(
        [TFX, "softmax", "--json"], capture_output=True, env=os.environ | SERVED, timeout=90
    )
    assert json.loads(done.stdout)["concept"] == "softmax"
