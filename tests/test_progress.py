"""What is remembered: whole or not at all, and a sentence that leads to the file."""

import fcntl
import os
import stat
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from tui_transformer.progress import Keeper, Progress, load, save, state_file
from tui_transformer.text import is_clean
from tui_transformer.ui.app import build
from tui_transformer.ui.instrument import Instrument

COLUMNS = 78  # of a status line at 80×24


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, with the state where the platform keeps it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    state_file().parent.mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("content", ["", "\n", " \r\n\t"])
def test_an_empty_file_counts_as_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "progress.json"
    path.write_text(content)
    keeper = Keeper(path)
    assert keeper.complain() == ""
    keeper.update(keeper.progress.visit("softmax"))
    assert keeper.complain() == ""
    assert load(path) == (Progress().visit("softmax"), "")


def test_a_damaged_file_is_named_with_its_folder(home: Path) -> None:
    state_file().write_text("{")
    assert Keeper(state_file()).complain() == (
        "Damaged or from a newer tfx, left alone: ~/.local/state/tfx/progress.json."
    )


def _damaged(path: Path) -> None:
    path.write_text("{")


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2_000_000)


def _unwritable(path: Path) -> None:
    path.parent.rmdir()
    path.parent.symlink_to("/proc/self")


TROUBLE = {
    "Damaged or from a newer tfx, left alone": _damaged,
    "Too large to be our progress, left alone": _large,
    "Progress cannot be read (not a file)": Path.mkdir,
    "Progress cannot be read (Input/output error)": lambda p: p.symlink_to("/proc/self/mem"),
    "Progress cannot be saved": _unwritable,
}
FOLDERS = [
    "tfx",
    "a/b",
    "x" * 60,
    "/".join("abcdefghi" * 3),
    "y" * 90 + "/z",
    "日本/語",
    "a\x1b[2Jb",
]


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("cause", TROUBLE)
def test_the_cause_comes_first_and_the_file_can_be_found(
    home: Path, cause: str, folder: str
) -> None:
    path = home / folder / "progress.json"
    path.parent.mkdir(parents=True)
    TROUBLE[cause](path)
    keeper = Keeper(path)
    keeper.update(keeper.progress.visit("softmax"))
    said = keeper.complain()
    assert said.startswith(cause) and said.endswith("progress.json.")
    assert is_clean(said) and cell_len(said) <= COLUMNS and "\n" not in said
    where = said.split(": ")[-1]
    assert where.startswith("~/") or "…" in where
    assert "…" in where or where.removesuffix(".") == f"~/{folder}/progress.json".replace(
        "\x1b", "␛"
    )


async def test_it_is_said_whole_on_the_screen(home: Path) -> None:
    state_file().write_text("{")
    async with build("tfx softmax", "dark", False, state_file()).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(pilot.app.screen, Instrument)
        strips = pilot.app.screen._compositor.render_strips()
        text = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
    assert " Damaged or from a newer tfx, left alone: ~/.local/state/tfx/progress.json." in text


def test_what_is_saved_is_on_the_disk_before_it_replaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system is asked for every call that matters, in its order."""
    path, calls = tmp_path / "progress.json", []
    progress = Progress().visit("softmax")
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        whole = os.fstat(handle).st_size == len(progress.to_json().encode())
        calls.append(("fsync", whole, stat.S_ISREG(os.fstat(handle).st_mode)))
        fsync(handle)

    def noted_replace(old: Path, new: Path) -> Path:
        calls.append(("replace", new == path, path.exists()))
        return replace(old, new)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    assert save(progress, path) == ""
    assert calls == [("fsync", True, True), ("replace", True, False)]
    assert load(path) == (progress, "")


def test_a_disk_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "progress.json"
    assert save(Progress().visit("softmax"), path) == ""

    def broken(handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    said = save(Progress().visit("neuron"), path)
    assert said.startswith("Progress cannot be saved (Input/output error): ")
    assert load(path) == (Progress().visit("softmax"), "")
    assert [one.name for one in tmp_path.iterdir()] == ["progress.json"]


def test_who_writes_slowly_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk takes seconds where everybody writes: who comes meanwhile waits, and adds to it."""
    path, asked = tmp_path / "progress.json", []
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)

    def slept(seconds: float) -> None:
        asked.append(seconds)
        if len(asked) == 3000:  # three seconds of waiting
            assert save(Progress().visit("softmax"), path) == ""
            os.close(other)

    monkeypatch.setattr(time, "sleep", slept)
    keeper = Keeper(path)
    keeper.update(keeper.progress.visit("neuron"))
    assert load(path) == (Progress().visit("softmax").visit("neuron"), "")
    assert len(asked) == 3000


def test_who_never_comes_back_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, asked = tmp_path / "progress.json", []
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    monkeypatch.setattr(time, "sleep", asked.append)
    keeper = Keeper(path)
    keeper.update(keeper.progress.visit("neuron"))
    os.close(other)
    assert load(path) == (Progress().visit("neuron"), "") and sum(asked) < 5
