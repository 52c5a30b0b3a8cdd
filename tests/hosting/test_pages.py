"""What a session would copy of what it shares with its parent: a page for each thing it touches."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from tests.waiting import PATIENCE
from tui_transformer.ui.terminal import lean
from tui_transformer.without import without


class Untouched(dict[str, Any]):
    """The modules that are loaded, of which each can be asked for, and not all."""

    def refuse(self, *_: object) -> NoReturn:
        raise AssertionError("each of the modules is touched")

    keys = values = items = copy = refuse

    def __iter__(self) -> Iterator[str]:
        self.refuse()


@contextmanager
def untouched() -> Iterator[dict[str, Any]]:
    """Python's modules, guarded as long as the block runs."""
    plain = sys.modules
    sys.modules = Untouched(plain)
    try:
        yield sys.modules
    finally:
        sys.modules = plain


def test_what_counts_as_not_installed_is_asked_for_by_name() -> None:
    with untouched() as modules:
        with without("no_such_module", "sys"):
            within = modules["no_such_module"], modules["sys"]
        left = "no_such_module" in modules, "sys" in modules
    assert within == (None, sys)
    assert left == (False, True)


def test_textual_that_is_there_is_not_looked_for() -> None:
    lean.load_textual()
    with untouched():
        lean.load_textual()


WRITTEN = """
from tui_transformer import records
from tui_transformer.cli import hosted
hosted.prepare()
for kind in records._all:
    for name in ("__init__", "__eq__", "__hash__"):
        assert not hasattr(vars(kind).get(name), "stands_in"), (kind, name)
print(len(records._all))
"""


def test_what_makes_records_is_written_before_a_session_is_forked() -> None:
    """Else each session would write it anew, on pages of its own."""
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", WRITTEN],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100
