"""`python -m tests.bench`: measure everything and print it; `--smoke` does everything once.

`--table` measures what a person feels, in all concepts and in under five minutes on a machine that
does nothing else, and writes it to screenshots/speed.md. Times are never judged by the exit status:
it is 1 if something could not be carried out, or if what is counted (pictures, bytes) is too much.
"""

import argparse
import sys
from pathlib import Path

from tests.bench.apps import SMOKE, Plan
from tests.bench.bytes import bytes_per_key
from tests.bench.carried import Scenarios, carried_out
from tests.bench.classroom import following, hosting
from tests.bench.felt import tabulate
from tests.bench.keys import holding, latency, sizes
from tests.bench.lines import pictures, slow
from tests.bench.memory import idle, memory, private
from tests.bench.play import playing, sentence
from tests.bench.processor import processor
from tests.bench.pytorch import training_step
from tests.bench.report import table, write_json
from tests.bench.startup import first_frames, json_process
from tests.bench.text import long_text
from tests.bench.training import while_training
from tests.bench.weights import loading
from tests.bench.writing import tokens

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
    chosen = {name: SCENARIOS[name] for name in options.only}
    rows, failures = carried_out(chosen, SMOKE if options.smoke else Plan())
    print(table(rows))
    if options.json:
        write_json(rows, options.json)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
