"""`python -m tests.bench`: measure everything and print it; `--smoke` does everything once.

`--table` measures what a person feels, in all concepts and in under five minutes on a machine that
does nothing else, and writes it to screenshots/speed.md. Times are never judged by the exit status:
it is 1 if something could not be carried out, or if what is counted (pictures, bytes) is too much.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.bench.apps import SMOKE, Failed, NotAvailable, Plan, prepare
from tests.bench.bytes import bytes_per_key
from tests.bench.classroom import following, hosting
from tests.bench.keys import holding, latency, sizes
from tests.bench.lines import pictures, slow
from tests.bench.memory import idle, memory, private
from tests.bench.play import playing, sentence
from tests.bench.processor import SIZES, processor
from tests.bench.pytorch import training_step
from tests.bench.report import Row, markdown, table, write_json
from tests.bench.startup import first_frames, json_process
from tests.bench.text import long_text
from tests.bench.training import while_training
from tests.bench.weights import loading
from tests.bench.writing import tokens

Scenarios = dict[str, Callable[[Plan], Iterator[Row]]]
SCENARIOS: Scenarios = {
    "start": first_frames,
    "json": json_process,
    "key": latency,
    "processor": processor,
    "pictures": pictures,
    "bytes": bytes_per_key,
    "slow": slow,
    "play": playing,
    "sentence": sentence,
    "hold": holding,
    "sizes": sizes,
    "text": long_text,
    "weights": loading,
    "training": while_training,
    "pytorch": training_step,
    "token": tokens,
    "idle": idle,
    "private": private,
    "memory": memory,
    "class": following,
    "host": hosting,
}


# What is felt, in two halves that take about as long: they are measured at once.
HALVES: tuple[Scenarios, Scenarios] = (
    {
        "start": first_frames,
        "json": json_process,
        "80×24": partial(processor, sizes=SIZES[:1]),
        "sentence": sentence,
        "private": private,
        "host": hosting,
    },
    {
        "key": latency,
        "120×36": partial(processor, sizes=SIZES[1:]),
        "pictures": pictures,
        "bytes": bytes_per_key,
        "slow": slow,
        "play": playing,
    },
)
HEAD = """# How fast it is

Made by `python -m tests.bench --table`, which takes a few minutes: what tfx takes, divided by what
the Textual app of one label takes, or NumPy alone, measured in turns on the same machine. Times
vary, so nothing compares this file."""
TABLE = Path("screenshots/speed.md")
BRISK = Plan(starts=5, keys=20, turns=2)


def half(at: int) -> tuple[list[Row], int]:
    """Measure one half of what is felt."""
    return carried_out(list(HALVES[at]), BRISK, HALVES[at])


def tabulate() -> int:
    """Measure what is felt, two things at a time, and write it down as ratios."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        halves = list(pool.map(half, range(2)))
    rows = [row for found, _ in halves for row in found]
    each = [row for row in rows if "×" in row.what[:6] and "of all concepts" not in row.what]
    felt = [row for row in rows if row not in each]
    text = f"{HEAD}\n\n{markdown('What is felt', felt)}\n\n{markdown('Each concept', each)}\n"
    TABLE.write_text(text, encoding="utf-8")
    print(text)
    return 1 if any(failures for _, failures in halves) else 0


def main() -> int:
    """Carry out the scenarios that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="everything once, without precision")
    parser.add_argument("--table", action="store_true", help="what a person feels, in five minutes")
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    options = parser.parse_args()
    if options.table:
        return tabulate()
    rows, failures = carried_out(options.only, SMOKE if options.smoke else Plan())
    print(table(rows))
    if options.json:
        write_json(rows, options.json)
    return 1 if failures else 0


def carried_out(
    names: list[str], plan: Plan, scenarios: Scenarios | None = None
) -> tuple[list[Row], int]:
    """Measure, and say how much could not be or was counted too high."""
    rows: list[Row] = []
    failures = 0
    with tempfile.TemporaryDirectory() as state:
        prepare(Path(state))
        for name in names:
            print(f"measuring: {name} …", file=sys.stderr, flush=True)
            try:
                rows += (scenarios or SCENARIOS)[name](plan)
            except NotAvailable as reason:
                rows.append(Row(name, note=str(reason)))
            except (Failed, TimeoutError, OSError) as error:
                rows.append(Row(name, note="could not be carried out"))
                print(f"{name}: {error}", file=sys.stderr)
                failures += 1
    for row in rows:
        if row.wrong:
            print(f"counted too high: {row.what}", file=sys.stderr)
            failures += 1
    return rows, failures


if __name__ == "__main__":
    sys.exit(main())
