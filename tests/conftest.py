"""What holds for every test.

Small products only: more threads for BLAS make them slower, and many tests at once very slow.
Hypothesis looks for new cases at every run, but the gate tries the same ones every time. It sets
no deadline: a machine that is busy is no fault.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before anything loads NumPy
# The look depends on the terminal; in tests it is that of a good one, wherever they run.
os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
# Nor are they configured as somebody likes it.
os.environ |= {"XDG_CONFIG_HOME": "/nonexistent"}

import pytest
from hypothesis import HealthCheck, settings

PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("searching", **PATIENT)
settings.register_profile("gate", derandomize=True, **PATIENT)
settings.load_profile("gate" if os.environ.get("CI") else "searching")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that see more where the weights of a published model are installed."""
    for item in items:
        if any(word in item.nodeid for word in ("real-model", "real_model", "minilm")):
            item.add_marker("published")
