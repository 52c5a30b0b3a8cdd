"""What `scaling` claims."""

import math

import numpy as np

from tests.claims.book import Claims, State, close, opened, read, shown
from tests.claims.plain_scaling import PATTERNS, cells, costs, hops, neighbours, with_changes

scaling = Claims(
    "scaling",
    examples=(
        "tfx scaling length=8 pattern=sliding",
        "tfx scaling length=9 pattern=block window=9",
        "tfx scaling length=10 pattern=global",
        "tfx scaling pattern=strided stride=1 length=131072",
        "tfx scaling pattern=strided stride=4096 d_model=16384",
        "tfx scaling pattern=global window=4096 d_model=1365 length=131072 hop=16",
        "tfx scaling pattern=sliding window=4096 d_model=1 length=131072",
        "tfx scaling pattern=block window=4096 d_model=600",
        "tfx scaling d_model=347 heads=1 length=100",
        "tfx scaling pattern=sliding window=1 length=65537 hop=16",
        "tfx scaling pattern=causal d_model=100 length=1199",
        "tfx scaling pattern=low-rank rank=64",
        "tfx scaling pattern=low-rank rank=4096 length=20000 d_model=64",
        "tfx scaling pattern=low-rank rank=3 length=9",
    ),
    random=24,
)


# ── values ─────────────────────────────────────────────────────────────────────────────


@scaling.oracle("score_cells", "density", "score_bytes")
def of_the_mask(s: State) -> None:
    c, v = s.controls, s.values
    assert v.score_cells == cells(c, c.length)
    if c.length <= 1200 and c.pattern != "low-rank":
        assert v.score_cells == sum(len(neighbours(c, i)) for i in range(c.length))
    close(v.density, cells(c, c.length) / (c.length * c.length))
    assert v.score_bytes == 4 * c.heads * c.layers * cells(c, c.length)


@scaling.oracle("attention_flops", "linear_flops", "attention_share")
def operations(s: State) -> None:
    c, v = s.controls, s.values
    attention, rest = costs(c, c.length)
    assert (v.attention_flops, v.linear_flops) == (attention, rest)
    close(v.attention_share, attention / (attention + rest))
    for n, row in s.table("Share of a block's FLOPs, by tokens").items():
        attention, rest = costs(c, int(n.replace(",", "")))
        close(row[""], attention / (attention + rest))
    (table,) = (p for p in s.figure.panels if p.title == "Share of a block's FLOPs, by tokens")
    assert all(bar.content.value == share.content for _, bar, share in table.rows)
    (plot,) = (p for p in s.figure.panels if p.title.startswith("FLOPs of one block"))
    for mark in plot.marks:
        if getattr(mark, "label", "") in ("the rest", f"attention, {c.pattern}"):
            at = mark.label == "the rest"
            points = list(zip(mark.x, mark.y, strict=True))[::10]
            assert [y for _, y in points] == [costs(c, int(n))[at] for n, _ in points]
    costly = expenses(s)
    assert costly["attention FLOPs"] == v.attention_flops
    assert costly["other FLOPs"] == v.linear_flops
    assert costly["score bytes"] == v.score_bytes
    assert costly["… with Flash"] == 4 * c.length * c.heads * c.layers  # one float32 a row
    assert costly["even at n ="] == ("never" if v.crossover_length is None else v.crossover_length)


def expenses(s: State) -> dict[str, object]:
    """The two columns of the table of costs."""
    (table,) = (p for p in s.figure.panels if p.title == "What it costs")
    return {row[0].content: row[1].content for row in table.rows}


@scaling.oracle("crossover_length")
def crossover(s: State) -> None:
    c, n = s.controls, s.values.crossover_length

    def enough(tokens: int) -> bool:
        attention, rest = costs(c, tokens)
        return attention >= rest

    if n is not None:
        assert enough(n) and not (n > 1 and enough(n - 1))
    else:
        longest = {"sliding": 2 * c.window + 1, "global": 2 * c.window + 3}
        reached = {"block": c.window, "low-rank": 2 * c.rank}  # the others come near from below
        needed = 6 * c.d_model
        assert reached.get(c.pattern, needed - 1) < needed
        assert longest.get(c.pattern, needed) <= needed
        assert not enough(10**7)


@scaling.oracle("hops_to_reach_all")
def reach(s: State) -> None:
    assert s.values.hops_to_reach_all == hops(s.controls)
    table = s.table("Patterns at this length")
    assert list(table) == PATTERNS
    for pattern, row in table.items():
        c = with_changes(s.controls, pattern=pattern)
        assert row["cells"] == cells(c, c.length)
        close(row["density"], cells(c, c.length) / c.length**2)
        assert row["hops to all"] == (hops(c) or "never")
    (picture,) = (p for p in s.figure.panels if p.title == "Who has heard of whom")
    corner = with_changes(s.controls, length=min(s.controls.length, 64))
    step = np.zeros((corner.length, corner.length))
    for i in range(corner.length):
        step[i, neighbours(corner, i)] = 1
    heard, known = np.eye(corner.length), np.zeros_like(step)
    for _ in range(corner.hop):  # a cell counts the hops for which the row has known the column
        heard = (heard @ step > 0).astype(float)
        known += heard
    assert np.array_equal(picture.values, known)


@scaling.oracle("rank_error")
def best_of_rank(s: State) -> None:
    """Eckart & Young (1936) without a decomposition: what is missed are eigenvalues of A·Aᵀ."""
    n = min(s.controls.length, 64)
    q, k = np.random.default_rng(0).standard_normal((2, 64, 16))
    powers = np.exp(q[:n] @ k[:n].T / 4)
    a = powers / powers.sum(axis=1, keepdims=True)
    kept = np.linalg.eigvalsh(a @ a.T)[::-1][: s.controls.rank].sum()
    close(s.values.rank_error**2, 1 - kept / (a * a).sum(), least=1e-12)
    (picture,) = (p for p in s.figure.panels if p.key == "thin")
    close(np.linalg.norm(a - picture.values) / np.linalg.norm(a), s.values.rank_error, least=1e-9)
    for rank, row in s.table(f"What low rank misses, {n} drawn tokens").items():
        close(
            row[""] ** 2,
            1 - np.linalg.eigvalsh(a @ a.T)[::-1][: int(rank)].sum() / (a * a).sum(),
            least=1e-12,
        )


# ── sentences ──────────────────────────────────────────────────────────────────────────


def is_density(s: State, text: str) -> None:
    """See that a text is the share of cells."""
    shown(text, cells(s.controls, s.controls.length) / s.controls.length**2)


@scaling.says("At {n} tokens attention is {share} of a block's FLOPs.")
def full(s: State, n: str, share: str) -> None:
    assert s.controls.pattern == "full"
    shown(n, s.controls.length)
    attention, rest = costs(s.controls, s.controls.length)
    shown(share, attention / (attention + rest))


@scaling.says("causal: {cells} of the cells; one hop reaches all that came before, none later.")
def causal(s: State, cells: str) -> None:
    is_density(s, cells)
    assert s.controls.pattern == "causal" and hops(s.controls) == 1


@scaling.says("block: {cells} of the cells, and no number of hops leads out of a block.")
def blocks(s: State, cells: str) -> None:
    is_density(s, cells)
    assert s.controls.pattern == "block" and hops(s.controls) is None


@scaling.says("{pattern}: of {n} tokens it leaves no cell out; one hop reaches all.")
def nothing_left_out(s: State, pattern: str, n: str) -> None:
    assert pattern == s.controls.pattern
    shown(n, s.controls.length)
    assert cells(s.controls, s.controls.length) == s.controls.length**2


@scaling.says("sliding: {cells} of the cells; ±{near} tokens in {reach}, all in {all}.")
def sliding(s: State, cells: str, near: str, reach: str, all: str) -> None:
    c = s.controls
    is_density(s, cells)
    assert reach == ("1 hop" if c.hop == 1 else f"{c.hop} hops")
    shown(near, min(c.hop * c.window, c.length - 1))
    shown(all, hops(c))


@scaling.says("low-rank: {cells} of the cells; of {n} drawn tokens' it misses {missed}.")
def low_rank(s: State, cells: str, n: str, missed: str) -> None:
    is_density(s, cells)
    shown(n, min(s.controls.length, 64))
    if missed != "nothing":
        shown(missed, s.values.rank_error)
    assert (missed == "nothing") == (s.controls.rank >= int(n))


@scaling.says("strided: {cells} of the cells, yet 2 hops reach every token.")
def strided(s: State, cells: str) -> None:
    is_density(s, cells)
    assert s.controls.pattern == "strided" and hops(s.controls) == 2


@scaling.says("global: {cells} of the cells, yet 2 hops through token 0 reach every token.")
def through_0(s: State, cells: str) -> None:
    is_density(s, cells)
    c = s.controls
    assert c.pattern == "global" and hops(c) == 2
    assert all(0 in neighbours(c, i) for i in (1, c.length // 2, c.length - 1))
    assert len(neighbours(c, 0)) == c.length


# ── tasks ──────────────────────────────────────────────────────────────────────────────


@scaling.says(
    "At {n} tokens attention is {share} of the block; from {even} on it costs as much as the rest."
)
def drew_level(s: State, n: str, share: str, even: str) -> None:
    assert s.controls.d_model >= 1000
    shown(n, s.controls.length)
    attention, rest = costs(s.controls, s.controls.length)
    assert attention > rest
    shown(share, attention / (attention + rest))
    assert int(read(even)) == s.values.crossover_length <= s.controls.length
    crossover(s)


@scaling.says(
    "{count} of 1,048,576 cells are {percent}, and 2 hops lead from every token to every other."
)
def carried_far(s: State, count: str, percent: str) -> None:
    assert s.controls.length**2 == 1_048_576
    shown(count, cells(s.controls, 1024))
    is_density(s, percent)
    assert hops(s.controls) == 2 and cells(s.controls, 1024) < 1_048_576 / 10


@scaling.says("{pattern}: at most {most} cells a row on average; even would take 6·d = {needed}.")
def never_even(s: State, pattern: str, most: str, needed: str) -> None:
    c = s.controls
    assert pattern == c.pattern
    for n in (c.length, 10**6):
        assert cells(c, n) <= int(read(most)) * n
    assert cells(c, 10**8) > (int(read(most)) - 1) * 10**8  # and no smaller number would do
    assert int(read(needed)) == 6 * c.d_model


# ── the explanation ────────────────────────────────────────────────────────────────────


@scaling.tells(
    "a token costs 4·n·d for its scores and its mixture of values, and 24·d² for projections and "
    "[feed-forward layer](feed-forward). So attention overtakes the rest beyond n = 6d."
)
@scaling.tells("n² scores overtake all else beyond n = 6d; sparse masks can reach as far.")
def beyond_6d() -> None:
    for d in (1, 64, 768):
        s = opened(f"tfx scaling d_model={d} length=1000")
        assert s.values.score_cells == 1000**2
        assert costs(s.controls, 1000) == (1000 * 4 * 1000 * d, 1000 * 24 * d * d)
        assert s.values.crossover_length == 6 * d
        attention, rest = costs(s.controls, 6 * d + 1)
        assert attention > rest
    sparse = opened("tfx scaling pattern=strided stride=23")
    assert sparse.values.density < 0.1 and hops(sparse.controls) == 2


@scaling.tells(
    "At GPT-2's 1,024 tokens it is 18.2 % of a block; press shift+→ twice and it is well over half."
)
def gpt_2() -> None:
    """Radford et al. (2019), §2.3: 1,024 tokens, 768 wide in table 2's smallest model."""
    s = opened("tfx scaling")
    assert (s.controls.length, s.controls.d_model) == (1024, 768)
    shown("18.2 %", s.values.attention_share)
    # Two big steps on a logarithmic control: a tenfold text (the keys are tried elsewhere).
    assert opened("tfx scaling length=10200").values.attention_share > 2 / 3


@scaling.tells(
    "*global* lets everything pass through token 0, *block* stays inside blocks. Press `.` for "
    "one more layer and watch who can have heard from whom. A strided layer with few cells "
    "reaches everything in two hops; a sliding window needs many; blocks never meet. A stride "
    "near √(n/2) is cheapest. [What can be seen](receptive-field) in two hops comes at second "
    "hand"
)
@scaling.tells("Sparse is not blind: strided, with a stride near √(n/2); or through token 0.")
def hops_of_the_patterns() -> None:
    needed = {
        pattern: hops(opened(f"tfx scaling pattern={pattern} stride=23").controls)
        for pattern in PATTERNS[2:]
    }
    assert needed == {"sliding": 128, "strided": 2, "global": 2, "block": None, "low-rank": 1}
    for n in (1024, 5000):
        c = opened(f"tfx scaling pattern=strided length={n}").controls
        count = {s: cells(with_changes(c, stride=s), n) for s in range(2, 200)}
        assert abs(min(count, key=lambda s: count[s]) - math.sqrt(n / 2)) <= 2


@scaling.tells(
    "*low-rank* keeps no cell: two thin matrices take its place, and what they miss "
    "depends on the attention. At rank 8 they miss 48 % of what 64 drawn tokens look at."
)
def thin_matrices() -> None:
    s = opened("tfx scaling pattern=low-rank")
    assert (s.controls.rank, s.values.score_cells) == (8, 2 * 8 * 1024)
    shown("48 %", s.values.rank_error)
    best_of_rank(s)


@scaling.tells("A causal mask, too, saves half the work only in code that skips what is masked.")
def half_the_work() -> None:
    s = opened("tfx scaling pattern=causal length=4096")
    close(s.values.score_cells / 4096**2, 0.5, within=1e-3)
    assert expenses(s)["… with Flash"] == 4 * 4096 * 12 * 12
