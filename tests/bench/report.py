"""What was measured, as a table for people and as JSON for machines."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles


@dataclass(frozen=True)
class Row:
    """One measurement: tfx beside what it is compared with, and what it should be."""

    what: str
    unit: str = ""
    baseline: float | None = None
    tfx: float | None = None
    limit: float | None = None
    """What tfx should not exceed: a ratio, unless `absolute`."""
    absolute: bool = False
    """The limit is in the unit of the measurement."""
    note: str = ""
    counted: bool = False
    """What is measured is counted, and the same on a busy machine: it fails where it is missed."""

    @property
    def wrong(self) -> bool:
        """Whether a count is more than it should be."""
        return self.counted and self.verdict.startswith("missed")

    @property
    def ratio(self) -> float | None:
        """How many times the baseline."""
        if self.tfx is None or not self.baseline:
            return None
        return self.tfx / self.baseline

    @property
    def goal(self) -> str:
        """The limit in words."""
        if self.limit is None:
            return ""
        return f"≤ {self.limit:g} {self.unit if self.absolute else '×'}"

    @property
    def verdict(self) -> str:
        """Whether the goal was met, or why that is not known."""
        value = self.tfx if self.absolute else self.ratio
        if value is None or self.limit is None:
            return self.note
        verdict = "met" if value <= self.limit else "missed"
        return f"{verdict} · {self.note}" if self.note else verdict


def table(rows: Iterable[Row]) -> str:
    """The rows under each other."""
    head = ["what", "baseline", "tfx", "ratio", "goal", ""]
    lines = [head]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} ×"
        baseline, tfx = (_amount(value, row.unit) for value in (row.baseline, row.tfx))
        lines.append([row.what, baseline, tfx, ratio, row.goal, row.verdict])
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            text.rjust(width) if 1 <= column <= 3 else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def markdown(title: str, rows: Iterable[Row]) -> str:
    """The rows as a table of Markdown; ratios, and amounts where there is no ratio."""
    lines = [f"## {title}", "", "| what | | goal | |", "|---|---|---|---|"]
    for row in rows:
        found = f"{row.ratio:.2f} ×" if row.ratio is not None and not row.absolute else ""
        found = found or _amount(row.tfx, row.unit)
        lines.append(f"| {row.what} | {found} | {row.goal} | {row.verdict} |")
    return "\n".join(lines)


def write_json(rows: Iterable[Row], path: Path) -> None:
    """Everything in the table, unrounded."""
    found = [asdict(r) | {"ratio": r.ratio, "goal": r.goal, "verdict": r.verdict} for r in rows]
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of the values do not exceed."""
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def _amount(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:.4g} {unit}".rstrip()
