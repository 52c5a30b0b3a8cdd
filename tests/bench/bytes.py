"""How many bytes a key sends, against the fewest that could have changed the same cells.

The brackets of a synchronised update are allowed once a key, where the program uses them.
"""

from collections.abc import Iterator

from tests.bench.apps import Plan
from tests.bench.keys import TYPED, Stroke, typed
from tests.bench.report import Row


def bytes_per_key(plan: Plan) -> Iterator[Row]:
    """The mean of the keys that were timed; the baseline is measured for interest."""
    for number, case in enumerate(TYPED):
        baseline, tfx = typed(case, plan)
        if not number:
            yield row("the baseline's label", baseline, None, "not judged")
        yield row(case.link.split()[0], tfx, 1.2)


def row(what: str, strokes: list[Stroke], limit: float | None, note: str = "") -> Row:
    """The fewest bytes in the place of the baseline."""
    fewest = sum(stroke.fewest for stroke in strokes) / len(strokes)
    sent = sum(stroke.sent for stroke in strokes) / len(strokes)
    what = f"bytes per key, to the fewest: {what}"
    return Row(what, "B", fewest, sent, limit, note=note, counted=limit is not None)
