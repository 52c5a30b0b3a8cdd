"""What holds for every test.

Small products only: more threads for BLAS make them slower, and many tests at once very slow.
Hypothesis looks for new cases at every run, but the gate tries the same ones every time.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before anything loads NumPy

from hypothesis import settings

settings.register_profile("gate", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("gate")
