"""A training step of ours and of PyTorch's, side by side on one thread.

PyTorch is no dependency, not even of the tests: `pip install torch==2.13.0`, then
`python -m tests.bench --only pytorch`.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.bench.apps import Failed, NotAvailable, Plan
from tests.bench.report import Row

ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "MKL", "OMP")}


def training_step(plan: Plan) -> Iterator[Row]:
    """Forward, loss, backward, clipping, AdamW: 2 layers, 4 heads, 32 sequences of 32 tokens."""
    if importlib.util.find_spec("torch") is None:
        raise NotAvailable("not available here: needs PyTorch 2.13")
    for d in (32, 64):
        program = [sys.executable, "-m", "tests.bench.pytorch_gpt", str(d), str(plan.rounds)]
        done = subprocess.run(
            program, capture_output=True, text=True, timeout=600, env=os.environ | ONE_THREAD
        )
        if done.returncode:
            raise Failed(f"{' '.join(program)}: {done.stderr}")
        theirs, ours = json.loads(done.stdout)
        yield Row(f"a training step, d_model {d}, to PyTorch", "ms", theirs, ours, 1.1)
