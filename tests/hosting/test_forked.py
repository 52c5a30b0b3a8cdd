"""All that a session needs is there before it is forked."""

import subprocess
import sys
from pathlib import Path

from tui_transformer.concepts import _real_model_places as places
from tui_transformer.concepts import entries

HERE = Path(__file__).parent


def test_a_fork_imports_nothing_whatever_it_shows() -> None:
    states = ["", *(entry.id for entry in entries()), "no-such-state"]
    done = subprocess.run(
        [sys.executable, "-I", "-B", str(HERE / "forked.py"), *states],
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert len(lines) == len(states)
    late = {
        state: names - {places.PACKAGE}  # which is looked for, and never imported
        for state, _, rest in (line.partition(": ") for line in lines)
        if (names := set(rest.split()))
    }
    assert not {state: names for state, names in late.items() if names}
