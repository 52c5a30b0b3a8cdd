"""What `sampling` claims: its values."""

import math
from itertools import accumulate

import numpy as np

from tests.claims.book import Claims, State, close, shown

sampling = Claims(
    "sampling",
    examples=(
        "tfx sampling logits=1,3,3 temperature=0 draws=40",
        "tfx sampling logits=2,2,2",
        "tfx sampling temperature=0.5",
        "tfx sampling logits=20,-20,19 temperature=0.05",
        "tfx sampling logits=20,-20,1 temperature=0.4 top_k=2",
        "tfx sampling logits=20,-20,1 top_k=1",
        "tfx sampling logits=1,1,1,1 top_p=0.5 draws=7",
        "tfx sampling top_k=3 top_p=0.51 draws=200",
    ),
)
TABLE = "From logits to the next token"


def shares(s: State) -> list[float]:
    """Softmax of the logits at this temperature; at 0 all for the first of the highest."""
    z, t = s.controls.logits, s.controls.temperature
    if t == 0:
        return [float(i == z.index(max(z))) for i in range(len(z))]
    powers = [math.exp((x - max(z)) / t) for x in z]
    return [power / math.fsum(powers) for power in powers]


def order(p: list[float]) -> list[int]:
    """From the most to the least probable, the first of equals first."""
    return sorted(range(len(p)), key=lambda i: (-p[i], i))


def filtered(s: State) -> list[float]:
    """Top-k, then top-p on what is left, then stretched to 1: one token after another."""
    p, c = shares(s), s.controls
    left = order(p)[: c.top_k or None]
    whole = math.fsum(p[i] for i in left)
    kept, before = [], 0.0
    for i in left:
        if kept and c.top_p < 1 and before >= c.top_p - 1e-12:
            break
        kept.append(i)
        before += p[i] / whole
    whole = math.fsum(p[i] for i in kept)
    return [p[i] / whole if i in kept else 0.0 for i in range(len(p))]


def drawn(s: State, count: int) -> list[int]:
    """Each of NumPy's uniform numbers falls into one token's stretch of 0..1."""
    ends = list(accumulate(filtered(s)))
    spots = np.random.default_rng(s.controls.seed).random(count)
    return [next((i for i, end in enumerate(ends) if u < end), order(ends)[0]) for u in spots]


# ── values ─────────────────────────────────────────────────────────────────────────────


@sampling.oracle("probabilities")
def probabilities(s: State) -> None:
    found = s.values.probabilities
    assert math.isclose(math.fsum(found), 1, rel_tol=1e-14)
    for p, true in zip(found, shares(s), strict=True):
        close(p, true, 1e-12, least=1e-307)
    z = s.controls.logits
    ranked = [found[i] for i in sorted(range(len(z)), key=lambda i: -z[i])]
    assert ranked == sorted(found, reverse=True)
    on_screen(s, "p", found)
    assert [row["z"] for row in s.table(TABLE).values()] == z


def on_screen(s: State, column: str, true: list[float]) -> None:
    """See that a column of the table has these numbers; 1−… where one is 1 for a float."""
    for i, row in enumerate(s.table(TABLE).values()):
        if isinstance(row[column], str):
            shown(row[column].removeprefix("1−"), math.fsum(true[:i] + true[i + 1 :]))
        else:
            assert row[column] == true[i]


@sampling.oracle("kept", "filtered_probabilities")
def filters(s: State) -> None:
    found = s.values.filtered_probabilities
    assert math.isclose(math.fsum(found), 1, rel_tol=1e-14)
    for q, true in zip(found, filtered(s), strict=True):
        close(q, true, 1e-12, least=1e-307)
    assert s.values.kept == [i for i, q in enumerate(filtered(s)) if q > 0]
    on_screen(s, "", found)
    for i, row in enumerate(s.table(TABLE).values()):
        word = "✓" if i in s.values.kept else "out" if shares(s)[i] else "–"
        assert row["kept"] == word
    plot = next(panel for panel in s.figure.panels if panel.title == "Shares, added up")
    p, k = shares(s), s.controls.top_k or len(found)
    left = [p[i] if place < k else 0 for place, i in enumerate(order(p))]
    close(plot.marks[1].y, list(accumulate(x / math.fsum(left) for x in left)))
    assert [order(p)[int(x) - 1] for x in plot.marks[2].x] == [
        i for i in order(p) if i in s.values.kept
    ]


@sampling.oracle("counts", "token")
def draws(s: State) -> None:
    true = drawn(s, s.controls.draws + 1)
    assert s.values.token == true[-1]
    assert s.values.counts == [true[:-1].count(i) for i in range(len(s.controls.logits))]
    rows = s.table(TABLE)
    assert [row["count"] for row in rows.values()] == s.values.counts
    names = ["la", "di", "da", "dum", "hey", "oh", *map(str, range(6, 12))]
    assert f"{names[true[-1]]} next" in rows
    [sung] = [panel for panel in s.figure.panels if panel.title == "What was drawn"]
    words = sung.lines[0].removeprefix("And so they sang: ").removesuffix("_").split()
    assert words == (["…"] if len(true) > 13 else []) + [names[i] for i in true[:-1][-12:]]
    q = filtered(s)
    best = order(q)[0]
    plot = next(panel for panel in s.figure.panels if panel.key == "share")
    close(plot.marks[0].at, q[best])
    hits = list(accumulate(float(token == best) for token in true[:-1]))
    close(plot.marks[1].y, [hit / (n + 1) for n, hit in enumerate(hits)])
