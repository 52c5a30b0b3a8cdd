"""What the benchmark's exit status says: a count that is too high is wrong, a time never."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench import carried
from tests.bench.apps import SMOKE, Failed, Plan
from tests.bench.felt import ALONE, HALVES
from tests.bench.report import Row, markdown

SLOW = Row("a key", "ms", 1.0, 100.0, 3.0)
MANY = Row("pictures for a key", "", 1.0, 2.0, 1.0, counted=True)
FEW = Row("bytes", "B", 100.0, 110.0, 1.2, counted=True)
BROKEN = Row("", note="broken")


@pytest.mark.parametrize(
    ("rows", "failures"), [([SLOW, FEW], 0), ([SLOW, MANY], 1), ([MANY, MANY], 2), ([BROKEN], 1)]
)
def test_only_counts_and_what_cannot_be_done_fail(
    rows: list[Row], failures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scenario(plan: Plan) -> Iterator[Row]:
        for row in rows:
            if row is BROKEN:
                raise Failed("it does not start")
            yield row

    def nothing(state: Path) -> None:
        assert state.is_dir()

    monkeypatch.setattr(carried, "prepare", nothing)
    found, failed = carried.carried_out({"one": scenario}, SMOKE)
    assert failed == failures
    assert len(found) == len(rows)


def test_what_is_written_down_are_ratios_and_amounts_where_there_is_none() -> None:
    alone = Row("behind", "s", None, 1.5, 2.0, absolute=True)
    lines = markdown("Felt", [SLOW, alone]).splitlines()
    assert lines[0] == "## Felt"
    assert lines[-2:] == [
        "| a key | 100.00 × | ≤ 3 × | missed |",
        "| behind | 1.5 s | ≤ 2 s | met |",
    ]


def test_the_table_has_every_scenario_once() -> None:
    first, second = HALVES
    names = [*ALONE, *first, *second]
    assert len(names) == len(set(names))
    felt = {"start", "json", "key", "pictures", "bytes", "slow", "play", "sentence", "private"}
    assert felt <= set(names)
