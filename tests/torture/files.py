"""The state file in every condition, several programs at once, and a full disk."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.torture.hostile import JUNK
from tests.torture.rounds import Broken, Round, within
from tests.torture.starting import ROOT, checked_end, tfx
from tui_transformer.concepts import entries
from tui_transformer.progress import Keeper, load
from tui_transformer.text import is_clean

IDS = [entry.id for entry in entries()]
GOOD = {"version": 3, "theme": "light", "visited": ["softmax"], "solved": {"softmax": ["win"]}}
GOOD |= {
    "earlier": {"neuron": ["part them"]},
    "learnt": ["neuron"],
    "missed": {"softmax ask entropy": [0, "2026-11-28"]},
}


def _text(thing: Any) -> Callable[[Path], None]:
    return lambda file: file.write_text(thing if isinstance(thing, str) else json.dumps(thing))


def _folder(file: Path) -> None:
    file.mkdir()
    (file / "kept").write_text("kept")


def _pipe(file: Path) -> None:
    os.mkfifo(file)


def _large(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(100_000_000)


STATES: dict[str, Callable[[Path], None]] = {
    "missing": lambda file: None,
    "good": _text(GOOD),
    "empty": _text(""),
    "half-written": _text(json.dumps(GOOD)[:-20]),
    "of a newer tfx": _text({**GOOD, "version": 4, "more": [1, 2, 3]}),
    "with more in it": _text({**GOOD, "more": [1, 2, 3]}),
    "of version true": _text({**GOOD, "version": True}),
    "with other types": _text({**GOOD, "visited": "softmax", "solved": {"softmax": "win"}}),
    "with numbers for names": _text({**GOOD, "visited": [1, None, {"a": 2}]}),
    "a list": _text([GOOD]),
    "deep": _text("[" * 100_000),
    "huge numbers": _text('{"version": 1' + "0" * 5000 + "}"),
    "not a number": _text('{"version": NaN}'),
    "hostile": _text({**GOOD, "theme": "\x1b]0;x\x07", "visited": list(JUNK[:30]),
                      "solved": {text: [text] for text in JUNK[:30]}}),
    "half a character": _text({**GOOD, "visited": ["\ud800"]}),
    "half a concept": _text({**GOOD, "solved": {"\udfff": ["x"]}}),
    "not text": lambda file: void(file.write_bytes(bytes(range(256)) * 9)),
    "a directory": _folder,
    "100 MB": _large,
    "a pipe": _pipe,
    "endless": lambda file: file.symlink_to("/dev/zero"),
    "a terminal's": lambda file: file.symlink_to("/dev/tty"),
    "linked to nothing": lambda file: file.symlink_to("nowhere"),
    "linked to itself": lambda file: file.symlink_to(file.name),
}  # fmt: skip


ALLOWED = ("progress.json", "nowhere")  # the file, and where a link without a target leads


def void(_: object) -> None:
    """Return nothing."""


def contents(file: Path) -> object:
    """What there is, to be compared with what there was."""
    if file.is_symlink() and not file.is_file():
        return file.readlink()
    if not file.is_file():
        return sorted(file.iterdir()) if file.is_dir() else file.exists()
    return file.read_bytes()


def kept(before: object, after: object) -> bool:
    """Say whether nothing is lost: it is all there, or was added to."""
    if before == after or not isinstance(before, bytes):
        return before == after or before is False or isinstance(before, Path)
    if not before.strip():
        return True  # an empty file holds nothing that could be lost
    old, new = json.loads(before), json.loads(after)  # type: ignore[arg-type]
    solved = {(c, g) for c, goals in old["solved"].items() for g in goals}
    return (
        old.keys() == new.keys()
        and set(old["visited"]) <= set(new["visited"])
        and solved <= {(c, g) for c, goals in new["solved"].items() for g in goals}
    )


def state_file(round_: Round) -> None:
    """Start with a state file in every condition: nothing is lost, and one sentence is enough."""
    cases = {**STATES, **{f"random {n}": _random(round_.random) for n in range(40 * round_.size)}}
    for name, make in cases.items():
        file = round_.folder / f"{round_.tally.faults}" / "progress.json"
        file.parent.mkdir()
        make(file)
        before = contents(file)
        round_.tally.faults += 1
        try:
            with within(20):
                said = _used(Keeper(file))
        except Exception as problem:
            raise Broken(f"a state file that is {name}: {problem!r}") from problem
        if not kept(before, contents(file)):
            raise Broken(f"a state file that is {name} was {before!r} and is {contents(file)!r}")
        if len(said) > 1 or not all(is_clean(one) and one.endswith(".") for one in said):
            raise Broken(f"a state file that is {name}: {said}")
        if left := [one.name for one in file.parent.iterdir() if one.name not in ALLOWED]:
            raise Broken(f"a state file that is {name}: {left} stay behind")


def _random(random: Random) -> Callable[[Path], None]:
    """Damage a good file: a bit of it changed, or cut off, or other values in it."""
    whole = bytearray(json.dumps(GOOD).encode())
    if random.random() < 0.5:
        whole[random.randrange(len(whole))] ^= 1 << random.randrange(8)
        return lambda file: void(file.write_bytes(whole[: random.choice((None, 50))]))
    values = [None, 1, "x", [], {}, ["a"], {"a": 1}, {"a": ["b"]}, [["a"]], True, {"a": {"b": 1}}]
    return _text({name: random.choice((value, *values)) for name, value in GOOD.items()})


def _used(keeper: Keeper) -> list[str]:
    """Do what a run does; return what was said."""
    said = [keeper.complain()]
    for concept in IDS[:3]:
        keeper.update(keeper.progress.visit(concept).solve(concept, "goal"))
        said.append(keeper.complain())
    return [one for one in said if one]


def started_with_state(round_: Round) -> None:
    """Start the program itself with such a file."""
    name = round_.pick([name for name in STATES if name != "a terminal's"])
    file = round_.folder / "tfx" / "progress.json"
    file.parent.mkdir()
    STATES[name](file)
    before = contents(file)
    round_.tally.faults += 1
    with tfx(round_, "softmax") as terminal:
        terminal.wait_for("0.659001", 30)
        terminal.send("q")
        checked_end(round_, terminal)
    if not kept(before, contents(file)):
        raise Broken(f"a state file that is {name} was {before!r} and is {contents(file)!r}")


def nowhere_to_write(round_: Round) -> None:
    """Have no room, no folder or no right to write: what was there stays, and it is said."""
    file = round_.folder / "full" / "progress.json"
    file.parent.mkdir()
    _text(GOOD)(file)
    before = file.read_bytes()
    with limited(60):
        said = _used(Keeper(file))
    if len(said) != 1 or file.read_bytes() != before or len(list(file.parent.iterdir())) > 1:
        raise Broken(f"with a full disk: {said}, {list(file.parent.iterdir())}")
    for folder in ("/dev/full", "/proc/self", "/sys", "/dev/null/x", "/" + "x" * 300):
        said = _used(Keeper(Path(folder) / "progress.json"))
        round_.tally.faults += 1
        if len(said) != 1:
            raise Broken(f"in {folder}: {said}")
    round_.tally.faults += 1


def started_without_room(round_: Round) -> None:
    """Start the program itself on a full disk: it says so, and goes on."""
    round_.tally.faults += 1
    with tfx(round_, "softmax", fault="disk") as terminal:
        terminal.wait_for("0.659001", 30)
        terminal.wait_for("cannot be saved", 5)
        terminal.send("lq")
        checked_end(round_, terminal)


class limited:
    """Have no room for a file of more than so many bytes."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.most, self.before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)


AT_ONCE = """
import sys
import time
from pathlib import Path
from tui_transformer.progress import Keeper
for number in range(int(sys.argv[3])):
    keeper = Keeper(Path(sys.argv[1]))
    for part in range(4):
        keeper.update(keeper.progress.visit(f"{sys.argv[2]}-{number}-{part}"))
        time.sleep(0.002)
    assert not keeper.complain()
"""


def at_once(round_: Round) -> None:
    """Have several programs write at once, and one read: each finds all that any has finished."""
    file = round_.folder / "shared" / "progress.json"
    runs = 25 * round_.size
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, str(file), name, str(runs)],
            cwd=ROOT, stderr=subprocess.PIPE,
        )
        for name in "abc"
    ]  # fmt: skip
    seen: frozenset[str] = frozenset()
    while any(writer.poll() is None for writer in writers):
        progress, said = load(file)
        if said or not seen <= progress.visited:
            raise Broken(f"read while others write: {said}, lost {seen - progress.visited}")
        seen = progress.visited
    for writer in writers:
        _, errors = writer.communicate()
        if writer.returncode:
            raise Broken(errors.decode())
    wanted = {f"{name}-{n}-{part}" for name in "abc" for n in range(runs) for part in range(4)}
    if lost := wanted - load(file)[0].visited:
        raise Broken(f"{len(lost)} of {len(wanted)} are lost: {sorted(lost)[:5]}")
    round_.tally.faults += len(wanted)
