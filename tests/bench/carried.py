"""Carrying scenarios out: what came of each, and how much went wrong."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.apps import Failed, NotAvailable, Plan, prepare
from tests.bench.report import Row

Scenarios = dict[str, Callable[[Plan], Iterator[Row]]]


def carried_out(scenarios: Scenarios, plan: Plan) -> tuple[list[Row], int]:
    """Measure, and say how much could not be or was counted too high."""
    rows: list[Row] = []
    failures = 0
    with tempfile.TemporaryDirectory() as state:
        prepare(Path(state))
        for name, scenario in scenarios.items():
            print(f"measuring: {name} …", file=sys.stderr, flush=True)
            try:
                rows += scenario(plan)
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
