"""Every program in these tests runs in memory, and is waited for by what it has heard."""

import pytest

from tests.hearing import heard_at_once  # noqa: F401


@pytest.fixture(autouse=True)
def _heard(heard_at_once: None) -> None:  # noqa: F811
    """See `tests/hearing.py`."""
