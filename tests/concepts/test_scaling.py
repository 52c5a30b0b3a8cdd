"""Scaling: published shares, and formulas against operations counted in the real code."""

import itertools
import json
import math

import numpy as np
import pytest

from tests.calculator import calculate
from tui_transformer.concepts.scaling import CONCEPT, Scaling, view
from tui_transformer.nn import attention as att
from tui_transformer.nn.reach import PATTERNS, mask_cells, pattern_mask
from tui_transformer.nn.transformer import Block, forward
from tui_transformer.session import Session
from tui_transformer.terms import plain


class Counting(np.ndarray):
    """An array that counts the multiplications and additions of every matrix product."""

    flops: dict[str, int] = {"all": 0}

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        plain = [x.view(np.ndarray) if isinstance(x, Counting) else x for x in inputs]
        if out is not None:
            kwargs["out"] = tuple(x.view(np.ndarray) if isinstance(x, Counting) else x for x in out)
        result = getattr(ufunc, method)(*plain, **kwargs)
        if ufunc is np.matmul:
            Counting.flops["all"] += 2 * result.size * plain[0].shape[-1]
        return result.view(Counting) if isinstance(result, np.ndarray) else result


def counted(work) -> int:
    """Count what a piece of code multiplies and adds in matrix products."""
    Counting.flops["all"] = 0
    work()
    return Counting.flops["all"]


def test_the_shares_of_gpt2() -> None:
    shares = {256: "5.3", 1024: "18.2", 4096: "47.1", 4608: "50.0", 32768: "87.7"}
    for length, share in shares.items():
        assert f"{100 * Scaling(length=length).attention_share:.1f}" == share
    assert Scaling(length=4608).attention_share == 0.5


@pytest.mark.parametrize(("n", "d", "heads"), [(8, 16, 2), (13, 24, 4), (40, 6, 1)])
def test_flops_are_those_of_the_real_block(n: int, d: int, heads: int) -> None:
    plan = Block(d, heads, 4 * d)
    rng = np.random.default_rng(0)
    weights = {name: w.view(Counting) for name, w in plan.random_weights(rng).items()}
    x = rng.normal(size=(n, d)).view(Counting)
    m = Scaling(length=n, d_model=d, heads=heads)
    assert counted(lambda: forward(plan, weights, x)) == m.attention_flops + m.linear_flops
    q = att.split_heads(x, heads)
    assert counted(lambda: att.attention(q, q, q)) == m.attention_flops
    # The real code makes all scores and masks them: a causal mask alone saves no operation.
    assert counted(lambda: att.attention(q, q, q, att.causal_mask(n))) == m.attention_flops


@pytest.mark.parametrize("pattern", PATTERNS[:-1])
def test_flops_of_a_pattern_are_those_of_code_that_skips_what_is_masked(pattern: str) -> None:
    n, d, heads, window, stride = 17, 12, 3, 4, 5
    m = Scaling(length=n, d_model=d, heads=heads, pattern=pattern, window=window, stride=stride)
    mask = pattern_mask(pattern, n, window, stride)
    rng = np.random.default_rng(1)
    q, k, v = (att.split_heads(rng.normal(size=(n, d)), heads) for _ in range(3))
    output, operations = np.zeros_like(q), 0
    for h, i in np.ndindex(heads, n):
        scores = {}
        for j in np.flatnonzero(mask[i]).tolist():
            scores[j] = math.fsum((q[h, i] * k[h, j]).tolist()) / math.sqrt(d // heads)
            operations += 2 * (d // heads)
        whole = math.fsum(math.exp(s) for s in scores.values())
        for j, s in scores.items():
            output[h, i] += math.exp(s) / whole * v[h, j]
            operations += 2 * (d // heads)
    assert operations == m.attention_flops
    assert output == pytest.approx(att.attention(q, k, v, mask)[0], rel=1e-12, abs=1e-12)


def test_low_rank_flops_are_those_of_summaries_of_keys_and_values() -> None:
    """Linformer (Wang et al. 2020), §4: attention over `rank` mixtures of the keys and values."""
    n, d, heads, rank = 40, 12, 3, 5
    rng = np.random.default_rng(1)
    q, k, v = (rng.normal(size=(heads, n, d // heads)).view(Counting) for _ in range(3))
    mixing = rng.normal(size=(rank, n)).view(Counting)
    m = Scaling(length=n, d_model=d, heads=heads, pattern="low-rank", rank=rank)
    assert counted(lambda: att.attention(q, mixing @ k, mixing @ v)) == m.attention_flops
    assert m.attention_flops < m.replace(pattern="full").attention_flops
    assert m.replace(rank=n).attention_flops == m.replace(pattern="full").attention_flops


def power_iteration(a: np.ndarray, rank: int) -> float:
    """Miss as little of a matrix as `rank` directions allow, found by going to and fro."""
    rng, left = np.random.default_rng(3), a.copy()
    for _ in range(rank):
        v = rng.normal(size=len(a))
        for _ in range(3000):
            v = left.T @ (left @ v)
            v /= math.sqrt(math.fsum((v * v).tolist()))
        left = left - np.outer(left @ v, v)  # what this direction holds is taken away
    return math.sqrt(math.fsum((left**2).ravel().tolist()) / math.fsum((a**2).ravel().tolist()))


def test_no_other_two_thin_matrices_miss_less() -> None:
    """Eckart & Young (1936), by power iteration, by descent, and against random directions."""
    m = Scaling(pattern="low-rank", length=24, rank=3)
    a = m.drawn_attention
    assert a.sum(axis=1) == pytest.approx(np.ones(24))
    assert m.rank_error == pytest.approx(power_iteration(a, 3), abs=1e-9)
    assert m.rank_error == pytest.approx(float(np.linalg.norm(a - m.thin) / np.linalg.norm(a)))
    assert np.linalg.matrix_rank(m.thin) == 3
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(24, 3)), rng.normal(size=(3, 24))
    for _ in range(200):  # alternating least squares: fit one matrix, then the other
        left = a @ np.linalg.pinv(right)
        right = np.linalg.pinv(left) @ a
        missed = float(np.linalg.norm(a - left @ right) / np.linalg.norm(a))
        assert missed > m.rank_error - 1e-12
    assert missed == pytest.approx(m.rank_error, abs=1e-4)


def test_more_rank_misses_less_and_all_of_it_nothing() -> None:
    errors = [Scaling(length=8, rank=rank).rank_error for rank in range(1, 10)]
    assert errors[7:] == [0, 0] and all(a > b for a, b in itertools.pairwise(errors[:8]))
    assert len(view(Scaling(pattern="low-rank", rank=5)).says) < 79


@pytest.mark.parametrize(("n", "d", "heads", "layers"), [(8, 16, 2, 3), (21, 12, 4, 1)])
def test_bytes_are_those_of_the_real_weights(n: int, d: int, heads: int, layers: int) -> None:
    plan = Block(d, heads, 4 * d)
    weights = plan.random_weights(np.random.default_rng(0), dtype=np.float32)
    shares = forward(plan, weights, np.ones((n, d), np.float32)).weights
    assert shares.dtype == np.float32
    m = Scaling(length=n, d_model=d, heads=heads, layers=layers)
    assert m.score_bytes == layers * shares.nbytes


def test_gpt2_would_store_604_megabytes_of_scores() -> None:
    assert Scaling().score_bytes == 4 * 1024**2 * 12 * 12 == 603_979_776


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_crossover_is_the_first_length_where_attention_costs_as_much(pattern: str) -> None:
    for d, window, stride in ((1, 3, 8), (2, 7, 3), (3, 9, 40), (5, 40, 2), (5, 16, 1)):
        m = Scaling(pattern=pattern, d_model=d, window=window, stride=stride, rank=window)
        first = next(
            (
                n
                for n in range(1, 3000)
                if 4 * mask_cells(pattern, n, window, stride, window) * d >= 24 * n * d * d
            ),
            None,
        )
        assert m.crossover_length == first


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_crossover_has_its_arithmetic(pattern: str) -> None:
    for d in (1, 2, 3, 7, 768):
        for size in (1, 2, 5, 8, 64, 2311, 4096):
            m = Scaling(pattern=pattern, d_model=d, window=size, stride=size, rank=size)
            cell = view(m).panels[3].rows[-1][1]
            if m.crossover_length is None:
                assert cell.content == "never"
            else:
                assert calculate(plain(cell.working().term)) == m.crossover_length, (d, size)


def test_hop_one_is_the_mask_and_the_routes_are_told() -> None:
    panel = view(Scaling(pattern="strided", hop=2)).panels[2]
    working = panel.working(63, 2)  # 61 tokens apart: 7 strides and 5 tokens
    assert working.value == 1
    assert working.symbols.startswith("63 ← ")
    assert "has not heard" in view(Scaling(pattern="block")).panels[2].working(63, 2).symbols


def test_the_longest_text_needs_no_matrix() -> None:
    for pattern in PATTERNS:
        m = Scaling(pattern=pattern, length=131072, d_model=16384, hop=16)
        view(m)
        json.loads(m.to_json("scaling"))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_it_says_is_short(pattern: str) -> None:
    for changes in (
        {},
        {"length": 8},
        {"length": 131072, "hop": 16, "window": 1, "stride": 1},
        {"length": 131072, "d_model": 1},
        {"d_model": 16384, "length": 8},
    ):
        says = view(Scaling(pattern=pattern).replace(**changes)).says
        assert len(says) <= 78, says
        assert "0 %" not in says.replace("100 %", "").replace(".0 %", ""), says


def test_the_clock_lets_news_travel() -> None:
    session = Session.open(CONCEPT).set(pattern="sliding")
    heard = [
        np.count_nonzero(s.model.first) for s in (session, session.step(1), session.step(1).step(1))
    ]
    assert heard == [mask_cells("sliding", 64, 8 * hop, 1) for hop in (1, 2, 3)]
    assert "3 hops" in session.step(1).step(1).figure.says


def test_two_keys_lead_to_the_aha() -> None:
    start = Session.open(CONCEPT)
    assert "18.2 %" in start.figure.says
    longer = start.nudge(10).nudge(10).model
    assert longer.length == 10_200 and longer.attention_share > 0.6, "the claims look at this state"


def test_a_stride_of_1_is_not_called_wide() -> None:
    says = view(Scaling(pattern="strided", stride=1)).says
    assert says == "strided: of 1,024 tokens it leaves no cell out; one hop reaches all."


def test_no_task_is_solved_without_what_it_is_about() -> None:
    overtaken, sparse, never = (task.solved for task in CONCEPT.challenges)
    assert not overtaken(Scaling(d_model=64, length=1024)) and not overtaken(Scaling(length=4608))
    assert not sparse(Scaling(pattern="causal")) and not sparse(Scaling(pattern="strided"))
    assert not sparse(Scaling(pattern="sliding", window=512)), "two hops, but of half the cells"
    assert not never(Scaling(pattern="strided", stride=4096))
    assert not never(Scaling(pattern="sliding", window=2304)), "2·2304 + 1 is more than 6·768"


def test_a_prime_width_leaves_one_head() -> None:
    assert set(Scaling(d_model=347).idle()) == {"heads"}
    assert not Scaling(d_model=346).idle()
