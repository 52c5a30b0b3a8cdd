"""The programs that are measured, and how they are started: the same way, by this very Python."""

import compileall
import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.pty_terminal import Terminal
from tui_transformer.link import words

BASELINE = [sys.executable, "-m", "tests.bench.baseline_app"]
TFX = [sys.executable, "-m", "tui_transformer"]
COLUMNS, ROWS = 120, 36


class NotAvailable(Exception):
    """This tfx, or this machine, does not have what a scenario measures."""


class Failed(Exception):
    """A scenario could not be carried out."""


@dataclass(frozen=True)
class Plan:
    """How often things are done."""

    starts: int = 20
    keys: int = 100
    hold_seconds: float = 3.0
    holds: int = 3
    idle_seconds: float = 5.0
    rounds: int = 5
    followers: int = 30
    turns: int = 3


SMOKE = Plan(starts=1, keys=3, hold_seconds=0.5, holds=1, idle_seconds=1.0, rounds=1, followers=3)


def prepare(state: Path) -> None:
    """Compile the package, and keep the programs out of the person's own files."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        os.environ[name] = str(state)
    spec = importlib.util.find_spec("tui_transformer")
    if spec is None or spec.submodule_search_locations is None:
        raise Failed("tui_transformer is not installed for this Python")
    for folder in (*spec.submodule_search_locations, str(Path(__file__).parent)):
        compileall.compile_dir(folder, quiet=1)


def start(command: list[str]) -> Terminal:
    """Start a program on a terminal of the size that everything is measured at."""
    return Terminal(command, columns=COLUMNS, rows=ROWS)


def open_baseline() -> Terminal:
    """The baseline, at rest."""
    terminal = start(BASELINE)
    terminal.wait_for("label 0", timeout=30)
    terminal.settle(quiet=0.3)
    return terminal


def open_tfx(link: str = "", setup: tuple[str, ...] = ()) -> Terminal:
    """The screen of tfx that a link names, at rest after the keys of `setup`."""
    expected = "Neurons"
    if link:
        check(link)
        expected = titles()[words(link)[0]]
    terminal = start([*TFX, *words(link)])
    terminal.wait_for(expected, timeout=30)
    terminal.settle(quiet=0.5)
    for key in setup:
        terminal.press(key)
    return terminal


def run(*arguments: str) -> str:
    """What tfx prints; `NotAvailable` if it refuses."""
    done = subprocess.run([*TFX, *arguments], capture_output=True, text=True, timeout=60)
    if done.returncode == 2:
        reason = done.stderr.strip().removeprefix("tfx: ")
        raise NotAvailable(f"not available yet: {reason}")
    if done.returncode:
        raise Failed(f"tfx {' '.join(arguments)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


@cache
def check(link: str) -> None:
    """Refuse a link whose concept or whole numbers this tfx does not take as they are."""
    concept, *settings = words(link)
    controls = json.loads(run(concept, *settings, "--json"))["controls"]
    for name, _, value in (setting.partition("=") for setting in settings):
        if value.isdecimal() and controls[name] != int(value):
            raise NotAvailable(f"not available yet: {name} stops at {controls[name]}")


@cache
def titles() -> dict[str, str]:
    """Every concept's id and title, in the order of the syllabus."""
    return {concept["id"]: concept["title"] for concept in json.loads(run("list", "--json"))}
