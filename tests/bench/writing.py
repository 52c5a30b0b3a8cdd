"""What a token costs that a published model writes, beside the same arithmetic in bare NumPy."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.bench.apps import SMOKE, Failed, Plan
from tests.bench.pytorch import ONE_THREAD
from tests.bench.report import Row

CASES = (("gpt2", "f4", "a GPT-2"), ("llama", "f4", "a Llama"), ("llama", "f2", "a Llama in F16"))


def tokens(plan: Plan) -> Iterator[Row]:
    """12 layers, 768 channels, 24 tokens before it; the time of the processor, one thread."""
    for family, kind, called in CASES:
        size = ["small"] if plan is SMOKE else []
        rounds = str(max(plan.rounds, 2))
        program = [sys.executable, "-m", "tests.bench.writing_numpy", family, kind, rounds, *size]
        done = subprocess.run(
            program, capture_output=True, text=True, timeout=600, env=os.environ | ONE_THREAD
        )
        if done.returncode:
            raise Failed(f"{' '.join(program)}: {done.stderr}")
        bare, ours = json.loads(done.stdout)
        yield Row(f"a token of {called}, to bare NumPy", "ms", bare, ours, 1.3)
