"""Weights damaged bit by bit: refused in one sentence, in the running program too."""

import shutil
from pathlib import Path

from tests.torture.rounds import Broken, Round
from tests.torture.starting import checked_end, tfx
from tui_transformer import weights
from tui_transformer.nn.published.safetensors import BadFile, read
from tui_transformer.text import is_clean


def damaged_weights(round_: Round) -> None:
    """Change the weights bit by bit: every byte of the header, some of the data, the length."""
    for original in sorted(weights.FOLDER.glob("*.safetensors")):
        data = original.read_bytes()
        header = 8 + int.from_bytes(data[:8], "little")
        copy = round_.folder / original.name
        places = set(range(header)) if len(data) < 2_000_000 else set(range(0, header, 97))
        places |= {round_.random.randrange(header, len(data)) for _ in range(200 * round_.size)}
        if round_.size == 1:
            places = set(round_.random.sample(sorted(places), min(len(places), 500)))
        for place in places:
            damaged = bytearray(data)
            damaged[place] ^= 1 << round_.random.randrange(8)
            _refused(round_, copy, damaged, f"a bit of byte {place}")
        for cut in (0, 7, 8, header, len(data) - 1):
            _refused(round_, copy, data[:cut], f"cut to {cut} bytes")
        _refused(round_, copy, data + b"\0", "a byte more")


def _refused(round_: Round, copy: Path, data: bytes | bytearray, how: str) -> None:
    copy.write_bytes(data)
    round_.tally.faults += 1
    try:
        read(copy, checked=True)
    except BadFile as problem:
        if is_clean(str(problem)) and len(str(problem)) < 200:
            return
        raise Broken(f"{copy.name}, {how}: says {problem!r}") from problem
    except Exception as problem:
        raise Broken(f"{copy.name}, {how}: {problem!r}") from problem
    raise Broken(f"{copy.name}, {how}: nobody noticed")


def started_with_weights(round_: Round) -> None:
    """Open a concept whose weights are damaged, from the command line and from the map."""
    folder = round_.folder / "weights"
    shutil.copytree(weights.FOLDER, folder)
    for file in folder.glob("*.safetensors"):
        data = bytearray(file.read_bytes())
        data[-9] ^= 4
        file.write_bytes(data)
    env = {"TORTURE_WEIGHTS": str(folder)}
    round_.tally.faults += 2
    with tfx(round_, "softmax", fault="weights", env=env) as terminal:
        terminal.wait_for("0.659001", 30)
        terminal.send("gsorter\r")
        terminal.wait_for("cannot be used", 30)
        terminal.settle(quiet=0.3)
        terminal.key("ctrl+q")
        checked_end(round_, terminal)
    with tfx(round_, "sorter", fault="weights", env=env) as terminal:
        terminal.wait_for("cannot be used", 30)
        terminal.key("ctrl+q")
        checked_end(round_, terminal, None)
