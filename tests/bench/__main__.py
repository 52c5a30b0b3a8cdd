"""`python -m tests.bench`: measure everything and print it; `--smoke` does everything once.

Times are never judged by the exit status: it is 1 only if something could not be carried out.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.apps import SMOKE, Failed, NotAvailable, Plan, prepare
from tests.bench.bytes import bytes_per_key
from tests.bench.classroom import following, hosting
from tests.bench.keys import holding, latency, sizes
from tests.bench.memory import idle, memory
from tests.bench.processor import processor
from tests.bench.pytorch import training_step
from tests.bench.report import Row, table, write_json
from tests.bench.startup import first_frames, json_process
from tests.bench.text import long_text
from tests.bench.training import while_training
from tests.bench.weights import loading
from tests.bench.writing import tokens

SCENARIOS: dict[str, Callable[[Plan], Iterator[Row]]] = {
    "start": first_frames,
    "json": json_process,
    "key": latency,
    "processor": processor,
    "bytes": bytes_per_key,
    "hold": holding,
    "sizes": sizes,
    "text": long_text,
    "weights": loading,
    "training": while_training,
    "pytorch": training_step,
    "token": tokens,
    "idle": idle,
    "memory": memory,
    "class": following,
    "host": hosting,
}


def main() -> int:
    """Carry out the scenarios that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="everything once, without precision")
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    options = parser.parse_args()
    rows: list[Row] = []
    failures = 0
    with tempfile.TemporaryDirectory() as state:
        prepare(Path(state))
        for name in options.only:
            print(f"measuring: {name} …", file=sys.stderr, flush=True)
            try:
                rows += SCENARIOS[name](SMOKE if options.smoke else Plan())
            except NotAvailable as reason:
                rows.append(Row(name, note=str(reason)))
            except (Failed, TimeoutError, OSError) as error:
                rows.append(Row(name, note="could not be carried out"))
                print(f"{name}: {error}", file=sys.stderr)
                failures += 1
    print(table(rows))
    if options.json:
        write_json(rows, options.json)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
