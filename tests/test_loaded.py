"""What a start loads, counted by name: nothing that what is asked for does not need."""

import subprocess
import sys
from pathlib import Path

from tests.pty_terminal import Terminal

RANDOM = {"numpy.random", "secrets"}  # what draws numbers, and what it brings along
PICTURES = {"PIL", "ffpyplayer", "yt_dlp"}  # what plotext takes where it is installed
READING = {"argparse", "gettext"}
ARCHIVES = {"bz2", "lzma", "ipaddress"}  # what `shutil` and `urllib.parse` take along
HINTS = {"numpy._typing", "numpy.typing"}  # kinds of arrays, for type checkers
THERE = "[name for name, module in sys.modules.items() if getattr(module, '__spec__', None)]"
BARS = {"textual.scrollbar", "textual.widgets._label"}
PALETTE = {"textual.command", "textual.widgets._input", "textual.widgets._directory_tree"}


def loaded(code: str) -> set[str]:
    """The modules that a program has loaded when it ends, and not only something in their place."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*{THERE}, file=sys.stderr)"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return set(done.stderr.split())


def test_printing_a_state_loads_what_its_numbers_need() -> None:
    there = loaded("from tui_transformer.cli import main; main(['softmax', '--json'])")
    assert "numpy" in there
    needless = {"difflib", "pathlib", "urllib.parse", "tui_transformer.lessons", "asyncio"}
    needless |= {"pickle", "platform", "textwrap"}
    assert there & (RANDOM | PICTURES | READING | HINTS | ARCHIVES | needless) == set()
    beside = there - loaded("import numpy")
    ours = {name for name in beside if name.startswith("tui_transformer")}
    assert len(ours) <= 66
    assert len(beside - ours) <= 13


def test_numpy_comes_without_its_help_which_is_there_for_who_wants_it() -> None:
    loaded("""
from tui_transformer.cli import main
main(["softmax", "--json"])
import numpy
assert "numpy" in numpy.__doc__.lower()
assert numpy.zeros.__doc__ is numpy.ndarray.__doc__ is None
import numpy.fft, numpy.ma, numpy.random
from numpy._core._add_newdocs import add_newdoc
assert "Return a new array" in numpy.zeros.__doc__
""")
    loaded("""
import numpy
from tui_transformer.cli import main
main(["softmax", "--json"])
assert "Return a new array" in numpy.zeros.__doc__
""")


def test_what_stands_aside_is_there_for_who_wants_it() -> None:
    there = loaded("""
from tui_transformer.cli import main
main(["softmax", "--json"])
import typing, numpy, numpy.typing
assert typing.get_origin(numpy.typing.NDArray[int]) is numpy.ndarray
from numpy._typing import NDArray
assert NDArray is numpy.typing.NDArray
assert numpy.linalg.eigh(numpy.eye(2)).eigenvalues.tolist() == [1, 1]
array = numpy.arange(3)
import pickle
from pickle import loads
assert (loads(pickle.dumps(array)) == array).all()
import bz2, io, ipaddress, lzma, platform, textwrap
assert platform.python_version() and textwrap.dedent(" a") == "a"
assert bz2.decompress(bz2.compress(b"a")) == lzma.decompress(lzma.compress(b"a")) == b"a"
assert ipaddress.ip_address("127.0.0.1").is_loopback
class Pickler(pickle.Pickler): pass
Pickler(io.BytesIO()).dump(array)
""")
    assert there > HINTS | ARCHIVES | {"pickle", "platform", "textwrap"}


def test_no_concept_draws_a_number_by_being_loaded() -> None:
    there = loaded("""
from tui_transformer.cli import main
main(["softmax", "--json"])
from tui_transformer.concepts import entries, load
for e in entries(): load(e.id)
""")
    assert there & (RANDOM | PICTURES | HINTS) == set()


SCREEN = f"""
import atexit, sys
atexit.register(lambda: open(sys.argv[1], "w").write(" ".join({THERE})))
from tui_transformer.cli import main
main(["softmax"])
"""


def test_a_picture_on_a_terminal_loads_what_is_on_it(tmp_path: Path) -> None:
    at, quiet = tmp_path / "modules", {"TFX_SUPERVISOR": "0", "XDG_STATE_HOME": str(tmp_path)}
    with Terminal([sys.executable, "-c", SCREEN, str(at)], env=quiet) as tfx:
        tfx.wait_for("0.659001")
        tfx.key("right")
        tfx.wait_for("0.681103")
        tfx.send("q")
        assert tfx.exit_status() == 0
    there = set(at.read_text().split())
    assert {"textual", "asyncio", "plotext._kernel"} <= there
    needless = RANDOM | PICTURES | READING | BARS | PALETTE | HINTS | ARCHIVES | {"ssl", "_ssl"}
    assert there & needless == set()
    assert not {name for name in there if name.startswith(("markdown_it", "tui_transformer.lines"))}


def test_where_textual_wants_more_of_its_palette_it_is_loaded_in_full() -> None:
    there = loaded("""
from tui_transformer.ui.terminal import lean
lean._NAMES = ()
lean.load_textual()
import textual.app, textual.theme
from textual.command import Provider
assert issubclass(textual.theme.ThemeProvider, Provider)
""")
    assert there >= PALETTE


def test_what_is_loaded_later_is_the_palette_itself() -> None:
    there = loaded("""
from tui_transformer.ui.terminal import lean
lean.load_textual()
lean.load_textual()
import sys
assert "textual.command" not in sys.modules
from textual.command import CommandPalette
from textual.screen import Screen
assert issubclass(CommandPalette, Screen)
""")
    assert there >= PALETTE
