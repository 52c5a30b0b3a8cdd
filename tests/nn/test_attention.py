"""Attention against loops, identities and the paper's own arithmetic."""

import math

import numpy as np
import pytest

from tui_transformer.nn import attention as nn

SHAPES = [(1, 1, 1, 1), (3, 4, 2, 5), (7, 7, 64, 3), (2, 16, 512, 8)]


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise"):
        yield


def draw(*shape, seed=0, dtype=np.float64):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def by_hand(q, k, v, mask=None):
    """One query at a time, one key at a time, exactly rounded sums."""
    output, shares = [], []
    for i, query in enumerate(q.tolist()):
        z = [
            math.fsum(a * b for a, b in zip(query, key, strict=True)) / math.sqrt(len(query))
            for key in k.tolist()
        ]
        seen = [mask is None or bool(mask[i][j]) for j in range(len(z))]
        top = max((x for x, s in zip(z, seen, strict=True) if s), default=0.0)
        e = [math.exp(x - top) if s else 0.0 for x, s in zip(z, seen, strict=True)]
        share = [x / math.fsum(e) if any(seen) else 0.0 for x in e]
        shares.append(share)
        output.append(
            [
                math.fsum(w * row[c] for w, row in zip(share, v.tolist(), strict=True))
                for c in range(v.shape[1])
            ]
        )
    return np.array(output), np.array(shares)


@pytest.mark.parametrize(("queries", "keys", "d", "d_v"), SHAPES)
@pytest.mark.parametrize("masked", [False, True])
def test_it_is_what_the_loops_give(queries, keys, d, d_v, masked):
    q, k, v = draw(queries, d), draw(keys, d, seed=1), draw(keys, d_v, seed=2)
    mask = np.random.default_rng(3).random((queries, keys)) < 0.6 if masked else None
    output, w = nn.attention(q, k, v, mask)
    expected_output, expected_weights = by_hand(q, k, v, mask)
    np.testing.assert_allclose(w, expected_weights, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(output, expected_output, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize(("queries", "keys", "d", "d_v"), SHAPES)
def test_raw_scores_are_dot_products(queries, keys, d, d_v):
    q, k = draw(queries, d), draw(keys, d, seed=1)
    raw = nn.scores(q, k, scaled=False)
    assert raw.shape == (queries, keys)
    for i in range(queries):
        for j in range(keys):
            dot = math.fsum(a * b for a, b in zip(q[i].tolist(), k[j].tolist(), strict=True))
            assert raw[i, j] == pytest.approx(dot, rel=1e-11, abs=1e-12)
            assert nn.scores(q, k)[i, j] == pytest.approx(dot / d**0.5, rel=1e-11, abs=1e-12)


def test_scores_112_and_96_at_64_dimensions():
    q, k = np.ones((1, 64)), np.stack([np.full(64, 1.75), np.full(64, 1.5)])
    assert nn.scores(q, k, scaled=False).tolist() == [[112.0, 96.0]]
    assert nn.scores(q, k).tolist() == [[14.0, 12.0]]
    np.testing.assert_allclose(nn.weights(nn.scores(q, k)), [[0.880797, 0.119203]], atol=5e-7)
    # A difference of 2: the same as the logistic function of 2.
    assert nn.weights(nn.scores(q, k))[0, 0] == pytest.approx(1 / (1 + math.exp(-2)), rel=1e-14)


@pytest.mark.parametrize("d", [1, 4, 64, 512])
def test_the_paper_footnote_the_variance_is_d_and_then_1(d):
    q, k = draw(1500, d), draw(1500, d, seed=1)
    assert np.mean(nn.scores(q, k, scaled=False) ** 2) == pytest.approx(d, rel=0.1)
    assert np.mean(nn.scores(q, k) ** 2) == pytest.approx(1, rel=0.1)


def test_rows_add_up_to_one_in_any_batch():
    w = nn.weights(nn.scores(draw(2, 3, 5, 8), draw(2, 3, 6, 8, seed=1)))
    assert w.shape == (2, 3, 5, 6)
    np.testing.assert_allclose(w.sum(axis=-1), 1, rtol=1e-14)
    assert (w > 0).all()


def test_batches_are_many_single_ones():
    q, k, v = draw(2, 3, 5, 8), draw(2, 3, 6, 8, seed=1), draw(2, 3, 6, 4, seed=2)
    output, _ = nn.attention(q, k, v)
    for i in range(2):
        for j in range(3):
            np.testing.assert_allclose(
                output[i, j], by_hand(q[i, j], k[i, j], v[i, j])[0], rtol=1e-11, atol=1e-14
            )


def test_permuting_keys_and_values_together_changes_nothing():
    q, k, v = draw(4, 8), draw(6, 8, seed=1), draw(6, 3, seed=2)
    order = np.random.default_rng(3).permutation(6)
    output, w = nn.attention(q, k, v)
    permuted, permuted_w = nn.attention(q, k[order], v[order])
    np.testing.assert_allclose(permuted, output, rtol=1e-12)
    np.testing.assert_allclose(permuted_w, w[:, order], rtol=1e-13)


def test_permuting_queries_permutes_the_output():
    q, k, v = draw(4, 8), draw(6, 8, seed=1), draw(6, 3, seed=2)
    order = [2, 0, 3, 1]
    np.testing.assert_allclose(
        nn.attention(q[order], k, v)[0], nn.attention(q, k, v)[0][order], rtol=1e-13
    )


def test_the_same_to_every_score_changes_nothing():
    s = draw(3, 5)
    np.testing.assert_allclose(nn.weights(s + 1000), nn.weights(s), rtol=1e-12)


def test_the_output_stays_between_the_values():
    v = draw(6, 3, seed=2)
    output, _ = nn.attention(draw(50, 8), draw(6, 8, seed=1), v)
    assert (output >= v.min(axis=0)).all()
    assert (output <= v.max(axis=0)).all()


def test_equal_keys_share_and_give_the_mean():
    q, k, v = draw(2, 4), np.tile(draw(1, 4, seed=1), (5, 1)), draw(5, 3, seed=2)
    output, w = nn.attention(q, k, v)
    np.testing.assert_allclose(w, 0.2, rtol=1e-15)
    np.testing.assert_allclose(output, np.tile(v.mean(axis=0), (2, 1)), rtol=1e-12)


def test_causal_mask():
    assert nn.causal_mask(3).tolist() == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
    assert nn.causal_mask(1, 4).tolist() == [[True] * 4]
    assert nn.causal_mask(2, 4).tolist() == [[True, True, True, False], [True] * 4]
    assert nn.causal_mask(3).dtype == bool


def test_masked_weights_are_exactly_zero_and_the_rest_adds_up():
    n = 9
    w = nn.weights(nn.scores(draw(2, n, 16), draw(2, n, 16, seed=1)), nn.causal_mask(n))
    assert (w[:, ~nn.causal_mask(n)] == 0.0).all()
    assert (w[:, nn.causal_mask(n)] > 0.0).all()
    np.testing.assert_allclose(w.sum(axis=-1), 1, rtol=1e-14)
    assert (w[:, 0, 0] == 1.0).all()


@pytest.mark.parametrize("wild", [1e150, -1e150, 0.0])
def test_what_is_masked_has_no_influence_at_all(wild):
    n, q, k, v = 7, draw(7, 8), draw(7, 8, seed=1), draw(7, 3, seed=2)
    before, w = nn.attention(q, k, v, nn.causal_mask(n))
    k[4:], v[4:] = wild, wild
    after, changed = nn.attention(q, k, v, nn.causal_mask(n))
    assert (after[:4] == before[:4]).all()
    assert (changed[:4] == w[:4]).all()


def test_masking_is_the_same_as_not_being_there():
    q, k, v = draw(4, 8), draw(6, 8, seed=1), draw(6, 3, seed=2)
    mask = np.array([True, False, True, True, False, True])
    np.testing.assert_allclose(
        nn.attention(q, k, v, mask)[0], nn.attention(q, k[mask], v[mask])[0], rtol=1e-13
    )


def test_a_query_that_may_see_nothing_takes_nothing():
    mask = np.array([[True, True], [False, False]])
    output, w = nn.attention(draw(2, 4), draw(2, 4, seed=1), draw(2, 3, seed=2), mask)
    assert w[1].tolist() == [0.0, 0.0]
    assert output[1].tolist() == [0.0, 0.0, 0.0]
    assert w[0].sum() == pytest.approx(1)


def test_huge_and_tiny_scores_stay_finite():
    w = nn.weights(np.array([[1e308, -1e308], [5.0, 5.0 - 800], [1e-310, 0.0]]))
    np.testing.assert_allclose(w, [[1, 0], [1, 0], [0.5, 0.5]], atol=1e-300)
    tiny = nn.scores(np.full((1, 4), 1e-200), np.full((2, 4), 1e-200))
    np.testing.assert_allclose(nn.weights(tiny), [[0.5, 0.5]])


@pytest.mark.parametrize("masked", [False, True])
def test_float32_stays_float32(masked):
    q, k, v = (draw(5, 8, seed=s, dtype=np.float32) for s in range(3))
    output, w = nn.attention(q, k, v, nn.causal_mask(5) if masked else None)
    assert output.dtype == w.dtype == nn.scores(q, k, scaled=False).dtype == np.float32
    exact, _ = by_hand(q, k, v, nn.causal_mask(5) if masked else None)
    np.testing.assert_allclose(output, exact, atol=1e-6)
    assert nn.merge_heads(nn.split_heads(q, 2)).dtype == np.float32


def test_heads_are_consecutive_column_groups():
    x = np.arange(24.0).reshape(2, 12)
    heads = nn.split_heads(x, 3)
    assert heads.shape == (3, 2, 4)
    for h in range(3):
        assert heads[h].tolist() == x[:, 4 * h : 4 * h + 4].tolist()


@pytest.mark.parametrize("heads", [1, 2, 3, 4, 6, 12])
def test_merging_undoes_splitting(heads):
    x = draw(2, 5, 12)
    assert np.array_equal(nn.merge_heads(nn.split_heads(x, heads)), x)


def test_many_heads_are_single_heads_side_by_side():
    q, k, v = draw(5, 12), draw(5, 12, seed=1), draw(5, 12, seed=2)
    together = nn.merge_heads(nn.attention(*(nn.split_heads(x, 3) for x in (q, k, v)))[0])
    for h in range(3):
        own = slice(4 * h, 4 * h + 4)
        np.testing.assert_allclose(
            together[:, own], by_hand(q[:, own], k[:, own], v[:, own])[0], rtol=1e-11, atol=1e-14
        )


def test_heads_must_share_evenly():
    with pytest.raises(ValueError, match="5 heads cannot share 12"):
        nn.split_heads(draw(2, 12), 5)
