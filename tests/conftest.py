"""Hypothesis looks for new cases at every run, but the gate tries the same ones every time."""

import os

from hypothesis import settings

settings.register_profile("gate", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("gate")
