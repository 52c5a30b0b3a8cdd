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


# What goes through everything there is, screen by screen, key by key or at random, and takes two
# thirds of the time: the gate runs it by itself, and so does `-m wide`; `-m ""` runs all.
WIDE = (
    "claims/test_claims.py::test_what_is_said_is_so",
    "lessons/test_asked_page.py",
    "lessons/test_in_a_terminal.py",
    "lessons/test_line_mode.py",
    "lessons/test_screen.py",
    "test_ascii.py::test_every_page",
    "test_ascii.py::test_every_sheet",
    "test_contract.py::test_workings_hold_at_random_states",
    "test_contributing.py",
    "test_idle_controls.py::test_idle_controls_are_named_and_no_others",
    "test_kiosk.py",
    "test_kiosk_over_ssh.py",
    "test_stars.py::test_no_way_of_opening",
    "test_why.py::test_every_level",
    "test_words.py::test_a_word_used_before",
    "torture/test_torture.py",
    "ui/test_code.py::test_the_code_behind_every_number",
    "ui/test_instrument.py::test_every_concept_at_every_size",
    "ui/test_reading.py::test_below_the_figure",
    "ui/test_search.py::test_every_control_value_and_task",
    "ui/test_typing.py::test_every_control_is_typed",
    "ui/test_typing.py::test_no_key_of_any_command",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what sees more where a published model's weights are installed, and what is wide."""
    for item in items:
        if any(word in item.nodeid for word in ("real-model", "real_model", "minilm")):
            item.add_marker("published")
        if item.nodeid.removeprefix("tests/").startswith(WIDE):
            item.add_marker("wide")
