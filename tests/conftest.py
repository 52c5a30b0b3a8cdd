"""What holds for every test.

Small products only: more threads for BLAS make them slower, and many tests at once very slow.
Hypothesis looks for new cases at every run, but the gate tries the same ones every time.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before anything loads NumPy
# The look depends on the terminal; in tests it is that of a good one, wherever they run.
os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}

import pytest
from hypothesis import settings

settings.register_profile("gate", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("gate")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that see more where the weights of a published model are installed."""
    for item in items:
        if any(word in item.nodeid for word in ("real-model", "real_model", "minilm")):
            item.add_marker("published")
