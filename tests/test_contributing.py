"""The ten minutes of CONTRIBUTING.md, followed word for word in a copy of the house."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPIED = ("tui_transformer", "tests", "screenshots", "README.md", "CONTRIBUTING.md")
COPIED += ("ARCHITECTURE.md", "pyproject.toml", "Makefile", "man", ".ci")
# The step's first file, what is said of it, and what is to be written there.
STEP = re.compile(r"(?ms)^\d+\. [^`]*`([\w/.]+\.py)`[^`]*```(?:python)?\n(.*?)```")
# What a new concept must pass; for it alone.
TESTS = ("test_contract.py", "test_why.py", "test_stars.py", "test_idle_controls.py", "claims")
TESTS += (
    "test_tasks.py",
    "test_snapshots.py",
    "test_house.py",
    "concepts/test_mean.py",
    "test_docs.py",
)


def run(home: Path, *command: str) -> str:
    """Run Python in the copy; what it printed is the reason where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_concept_is_added_by_what_stands_there(tmp_path: Path) -> None:
    home = tmp_path / "house"
    home.mkdir()
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, home / name)
    steps = STEP.findall((home / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(steps) == 4
    for name, code in steps:
        file = home / name
        if not file.exists():
            file.write_text(code, encoding="utf-8")
        else:  # at the end of its chapter
            text = file.read_text(encoding="utf-8")
            chapter = text.index("\n    ),\n")
            file.write_text(f"{text[:chapter]}\n{code.rstrip()}{text[chapter:]}", encoding="utf-8")
    run(home, "tests.generate", "mean")
    assert "(1 + 2 + 6) / 3" in run(home, "tui_transformer", "mean", "--why", "mean")
    for check in (("ruff", "check"), ("ruff", "format", "--check")):
        run(home, *check, *(name for name, _ in steps))
    tests = [f"tests/{name}" for name in TESTS]
    passed = run(home, "pytest", "-q", "-n", "0", "-m", "", "-k", "mean or table", *tests)
    assert int(re.search(r"(\d+) passed", passed + "0 passed")[1]) > 20 or passed.count(".") > 20
