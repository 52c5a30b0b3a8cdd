"""`python -m tests.bench --table`: what a person feels, as ratios.

What a start and a key take on the clock is measured alone, with the bytes of the same keys; the
rest, most of it processor time and counts, two at a time.
"""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.bench.apps import Plan
from tests.bench.bytes import bytes_per_key
from tests.bench.carried import Scenarios, carried_out
from tests.bench.classroom import hosting
from tests.bench.keys import latency
from tests.bench.lines import pictures, slow
from tests.bench.memory import private
from tests.bench.play import playing, sentence
from tests.bench.processor import SIZES, processor
from tests.bench.report import Row, markdown
from tests.bench.startup import first_frames, json_process

ALONE: Scenarios = {"start": first_frames, "key": latency, "bytes": bytes_per_key}
# The rest of it, in two halves that take about as long: they are measured at once.
HALVES: tuple[Scenarios, Scenarios] = (
    {
        "json": json_process,
        "80×24": partial(processor, sizes=SIZES[:1]),
        "sentence": sentence,
        "private": private,
        "host": hosting,
    },
    {
        "120×36": partial(processor, sizes=SIZES[1:]),
        "pictures": pictures,
        "slow": slow,
        "play": playing,
    },
)
HEAD = """# How fast it is

Made by `python -m tests.bench --table`, which takes a few minutes: what tfx takes, divided by what
the Textual app of one label takes, or NumPy alone, measured in turns on the same machine. Times
vary, so nothing compares this file."""
TABLE = Path("screenshots/speed.md")
BRISK = Plan(starts=8, keys=40, turns=2)


def half(at: int) -> tuple[list[Row], int]:
    """Measure one half of what is felt."""
    return carried_out(HALVES[at], BRISK)


def tabulate() -> int:
    """Measure what is felt, and write it down as ratios."""
    alone = carried_out(ALONE, BRISK)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        parts = [alone, *pool.map(half, range(2))]
    rows = [row for found, _ in parts for row in found]
    each = [row for row in rows if "×" in row.what[:6] and "of all concepts" not in row.what]
    felt = [row for row in rows if row not in each]
    text = f"{HEAD}\n\n{markdown('What is felt', felt)}\n\n{markdown('Each concept', each)}\n"
    TABLE.write_text(text, encoding="utf-8")
    print(text)
    return 1 if any(failures for _, failures in parts) else 0
