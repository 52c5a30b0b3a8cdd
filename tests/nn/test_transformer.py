"""The block's two passes against a reference in plain loops, and against finite differences."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from tui_transformer.arrays import Array
from tui_transformer.nn.attention import causal_mask
from tui_transformer.nn.transformer import Block, Trace, backward, forward

Rows = list[list[float]]
TOKENS, D, HEADS, D_FF = 5, 6, 2, 10
SWITCHES = [
    {},
    {"attention": False},
    {"feed_forward": False},
    {"residual": False},
    {"normalize": False},
    {"attention": False, "feed_forward": False},
]


# ── a block as one would write it with nothing but lists and math ──────────────────────


def linear(rows: Rows, w: Rows, b: list[float]) -> Rows:
    return [
        [
            math.fsum(x * w[i][j] for i, x in enumerate(row)) + b[j]
            for j in range(len(b))
        ]
        for row in rows
    ]  # fmt: skip


def plus(a: Rows, b: Rows) -> Rows:
    return [[x + y for x, y in zip(p, q, strict=True)] for p, q in zip(a, b, strict=True)]


def normed(rows: Rows, gain: list[float], bias: list[float], epsilon: float) -> Rows:
    result = []
    for row in rows:
        mean = math.fsum(row) / len(row)
        variance = math.fsum((x - mean) ** 2 for x in row) / len(row)
        deviation = math.sqrt(variance + epsilon)
        result.append(
            [g * (x - mean) / deviation + b for x, g, b in zip(row, gain, bias, strict=True)]
        )
    return result


def bend(name: str, x: float) -> float:
    if name == "relu":
        return max(0.0, x)
    if name == "gelu":
        return 0.5 * x * math.erfc(-x / math.sqrt(2))
    return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def look(rows: Rows, w: dict[str, Rows], heads: int, causal: bool) -> tuple[Rows, list[Rows]]:
    q, k, v = (linear(rows, w[f"attention.w_{p}"], w[f"attention.b_{p}"]) for p in "qkv")
    size = len(rows[0]) // heads
    found: Rows = [[] for _ in rows]
    shares: list[Rows] = []
    for head in range(heads):
        columns = range(head * size, (head + 1) * size)
        shares.append([])
        for i in range(len(rows)):
            seen = range(i + 1) if causal else range(len(rows))
            scores = [math.fsum(q[i][c] * k[j][c] for c in columns) / math.sqrt(size) for j in seen]
            exps = [math.exp(s - max(scores)) for s in scores]
            row = [e / math.fsum(exps) for e in exps]
            found[i] += [math.fsum(row[j] * v[j][c] for j in seen) for c in columns]
            shares[head].append(row + [0.0] * (len(rows) - len(row)))
    return linear(found, w["attention.w_o"], w["attention.b_o"]), shares


def reference(
    plan: Block, weights: dict[str, Array], x: Array, causal: bool, drop: dict[str, Array] | None
) -> tuple[dict[str, Rows], list[Rows]]:
    """All stages of a block and its shares of attention, without NumPy's arithmetic."""
    w = {name: weight.tolist() for name, weight in weights.items()}
    rows: Rows = x.tolist()
    nothing: Rows = [[0.0] * len(row) for row in rows]
    stages: dict[str, Rows] = {"input": rows}
    shares = [[[0.0] * len(rows) for _ in rows] for _ in range(plan.heads)]

    def norm(name: str, rows: Rows) -> Rows:
        if plan.normalize:
            rows = normed(rows, w[f"{name}.gain"], w[f"{name}.bias"], plan.epsilon)
        stages[name] = rows
        return rows

    def dropped(rows: Rows, part: str) -> Rows:
        if drop is not None:
            factors = drop[part].tolist()
            rows = [[a * f for a, f in zip(*z, strict=True)] for z in zip(rows, factors,
                                                                         strict=True)]  # fmt: skip
        stages[part] = rows
        return rows

    read = norm("norm_1", rows) if plan.norm == "pre" else rows
    said = nothing
    if plan.attention:
        said, shares = look(read, w, plan.heads, causal)
    said = dropped(said, "attention")
    middle = stages["after_attention"] = plus(rows, said) if plan.residual else said
    middle = middle if plan.norm == "pre" else norm("norm_1", middle)
    read = norm("norm_2", middle) if plan.norm == "pre" else middle
    said = nothing
    if plan.feed_forward:
        hidden = linear(read, w["feed_forward.w_1"], w["feed_forward.b_1"])
        hidden = [[bend(plan.activation, a) for a in row] for row in hidden]
        said = linear(hidden, w["feed_forward.w_2"], w["feed_forward.b_2"])
    said = dropped(said, "feed_forward")
    end = plus(middle, said) if plan.residual else said
    stages["output"] = end if plan.norm == "pre" else norm("norm_2", end)
    return stages, shares


# ── what the tests share ───────────────────────────────────────────────────────────────


def problem(seed: int = 0, **changes: object) -> tuple[Block, dict[str, Array], Array]:
    plan = Block(D, HEADS, D_FF, **changes)  # type: ignore[arg-type]
    rng = np.random.default_rng(seed)
    return plan, plan.lively_weights(rng), rng.standard_normal((TOKENS, D))


def dropout(seed: int, shape: tuple[int, ...] = (TOKENS, D)) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {part: (rng.random(shape) > 0.3) / 0.7 for part in ("attention", "feed_forward")}


def close(mine: Array, theirs: object, within: float) -> bool:
    other = np.asarray(theirs)
    return bool(np.max(np.abs(mine - other)) <= within * max(1.0, float(np.max(np.abs(other)))))


# ── forwards ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("activation", ["gelu", "gelu_tanh", "relu"])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("dropped", [False, True])
def test_forward_agrees_with_plain_loops(
    norm: str, activation: str, causal: bool, dropped: bool
) -> None:
    plan, w, x = problem(1, norm=norm, activation=activation)
    drop = dropout(2) if dropped else None
    trace = forward(plan, w, x, causal_mask(TOKENS) if causal else None, drop)
    stages, shares = reference(plan, w, x, causal, drop)
    assert list(trace.stages) == list(stages)
    for name, rows in stages.items():
        assert close(trace.stages[name], rows, 1e-12), name
    assert close(trace.weights, shares, 1e-12)
    assert np.allclose(trace.weights.sum(axis=-1), 1, atol=1e-15)


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("switched", SWITCHES, ids=lambda s: "+".join(s) or "all on")
def test_forward_agrees_with_parts_switched_off(norm: str, switched: dict[str, bool]) -> None:
    plan, w, x = problem(3, norm=norm, **switched)
    trace = forward(plan, w, x)
    stages, _ = reference(plan, w, x, False, None)
    for name, rows in stages.items():
        assert close(trace.stages[name], rows, 1e-12), name


@pytest.mark.parametrize("shape", [(1, 4, 1), (64, 128, 8)])
def test_the_smallest_and_a_large_block_agree_too(shape: tuple[int, int, int]) -> None:
    tokens, d, heads = shape
    tokens = min(tokens, 6)
    plan = Block(d, heads, 4 * d)
    rng = np.random.default_rng(4)
    w, x = plan.lively_weights(rng), rng.standard_normal((tokens, d))
    stages, _ = reference(plan, w, x, False, None)
    assert close(forward(plan, w, x).output, stages["output"], 1e-12)


def test_the_stages_come_in_the_order_in_which_they_come_about() -> None:
    attend, feed = ["attention", "after_attention"], ["feed_forward"]
    pre, post = (forward(*problem(norm=norm)).stages for norm in ("pre", "post"))
    assert [*pre] == ["input", "norm_1", *attend, "norm_2", *feed, "output"]
    assert [*post] == ["input", *attend, "norm_1", *feed, "norm_2", "output"]


def test_without_its_parts_a_pre_block_is_exactly_the_identity() -> None:
    for seed in range(20):
        plan, w, x = problem(seed, attention=False, feed_forward=False)
        assert np.array_equal(forward(plan, w, x).output, x)
        post = Block(D, HEADS, D_FF, "post", attention=False, feed_forward=False)
        assert not np.allclose(forward(post, w, x).output, x, atol=0.01)


def test_without_norms_pre_and_post_are_the_same() -> None:
    _, w, x = problem()
    outputs = [forward(Block(D, HEADS, D_FF, norm, normalize=False), w, x).output
               for norm in ("pre", "post")]  # type: ignore[arg-type]  # fmt: skip
    assert np.array_equal(*outputs)


def test_a_batch_is_its_sequences_one_by_one() -> None:
    plan, w, _ = problem()
    x = np.random.default_rng(5).standard_normal((3, TOKENS, D))
    mask = causal_mask(TOKENS)
    together = forward(plan, w, x, mask)
    assert together.weights.shape == (3, HEADS, TOKENS, TOKENS)
    for i, one in enumerate(x):
        assert close(together.output[i], forward(plan, w, one, mask).output, 1e-14)


def test_words_permute_and_causal_words_ignore_what_follows() -> None:
    plan, w, x = problem()
    order = np.array([3, 0, 4, 1, 2])
    assert close(forward(plan, w, x[order]).output, forward(plan, w, x).output[order], 1e-14)
    later = x.copy()
    later[3:] += 1.0
    mask = causal_mask(TOKENS)
    before, after = (forward(plan, w, rows, mask).output for rows in (x, later))
    assert np.array_equal(before[:3], after[:3])
    assert not np.allclose(before[3:], after[3:])


# ── backwards ──────────────────────────────────────────────────────────────────────────

# The five-point rule: its error falls with step⁴, so that rounding and rule are both far
# below 1e-6 here.
STEP = 1e-3


def slope(f: Callable[[float], float]) -> float:
    return (8 * (f(STEP) - f(-STEP)) - (f(2 * STEP) - f(-2 * STEP))) / (12 * STEP)


def assert_gradients(
    plan: Block, w: dict[str, Array], x: Array, mask: Array | None, drop: dict[str, Array] | None
) -> None:
    """Compare every element of every gradient with central differences of u·output."""
    rng = np.random.default_rng(99)
    u = rng.standard_normal(x.shape)
    dx, grads = backward(plan, w, forward(plan, w, x, mask, drop), u, drop)
    assert list(grads) == list(plan.shapes())
    for name, mine in {**grads, "x": dx}.items():
        array = x if name == "x" else w[name]
        assert mine.shape == array.shape, name
        theirs = np.empty_like(array)
        for at in np.ndindex(array.shape):
            here = array[at]

            def moved(by: float, at: tuple[int, ...] = at, array: Array = array,
                      here: float = here) -> float:  # fmt: skip
                array[at] = here + by
                result = float(np.sum(u * forward(plan, w, x, mask, drop).output))
                array[at] = here
                return result

            theirs[at] = slope(moved)
        scale = max(float(np.max(np.abs(theirs))), 1e-3)
        assert np.max(np.abs(mine - theirs)) <= 1e-6 * scale, name


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize(
    ("activation", "causal", "dropped"),
    [("gelu", True, False), ("gelu_tanh", False, True), ("relu", True, True)],
)
def test_backward_agrees_with_central_differences(
    norm: str, activation: str, causal: bool, dropped: bool
) -> None:
    plan = Block(4, 2, 6, norm, activation)  # type: ignore[arg-type]
    rng = np.random.default_rng(7)
    w, x = plan.lively_weights(rng), rng.standard_normal((3, 4))
    if activation == "relu":  # differences across a kink mean nothing: none may lie near
        trace = forward(plan, w, x, causal_mask(3))
        assert np.min(np.abs(trace.kept["before"])) > 0.01
    drop = dropout(8, (3, 4)) if dropped else None
    assert_gradients(plan, w, x, causal_mask(3) if causal else None, drop)


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("switched", SWITCHES[1:], ids="+".join)
def test_backward_agrees_with_parts_switched_off(norm: str, switched: dict[str, bool]) -> None:
    plan = Block(2, 1, 2, norm, **switched)  # type: ignore[arg-type]
    rng = np.random.default_rng(11)
    w, x = plan.lively_weights(rng), rng.standard_normal((3, 2)) * [1.0, 3.0]
    assert_gradients(plan, w, x, None, None)


def test_backward_takes_a_batch() -> None:
    plan = Block(2, 1, 3)
    rng = np.random.default_rng(12)
    w, x = plan.lively_weights(rng), rng.standard_normal((2, 3, 2)) * [1.0, 3.0]
    assert_gradients(plan, w, x, causal_mask(3), dropout(13, (2, 3, 2)))


def test_gradients_through_several_blocks_chain() -> None:
    plan = Block(4, 2, 6)
    rng = np.random.default_rng(14)
    ws = [plan.lively_weights(rng) for _ in range(3)]
    x, u = rng.standard_normal((2, 3, 4))

    def run(x: Array) -> list[Trace]:
        traces: list[Trace] = []
        for w in ws:
            traces.append(forward(plan, w, x))
            x = traces[-1].output
        return traces

    d = u
    for w, trace in reversed(list(zip(ws, run(x), strict=True))):
        d, _ = backward(plan, w, trace, d)
    along = 0.05 * rng.standard_normal(x.shape)  # a small step: three blocks bend a lot
    expected = slope(lambda by: float(np.sum(u * run(x + by * along)[-1].output)))
    assert float(np.sum(d * along)) == pytest.approx(expected, rel=1e-6)


# ── types, counts, weights ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("activation", ["gelu", "gelu_tanh", "relu"])
def test_float32_stays_float32(norm: str, activation: str) -> None:
    plan, wide, x64 = problem(norm=norm, activation=activation)
    w, x = {name: a.astype(np.float32) for name, a in wide.items()}, x64.astype(np.float32)
    trace = forward(plan, w, x, causal_mask(TOKENS), dropout(1))
    arrays = [*trace.stages.values(), trace.weights, *trace.kept.values()]
    dx, grads = backward(plan, w, trace, np.ones_like(x), dropout(1))
    for array in (*arrays, dx, *grads.values()):
        assert array.dtype == np.float32
    exact = forward(plan, wide, x64, causal_mask(TOKENS), dropout(1))
    assert close(trace.output, exact.output, 1e-5)


@pytest.mark.parametrize("d", [4, 16, 128, 768])
def test_a_block_has_12_d_squared_and_13_d_parameters(d: int) -> None:
    assert Block(d, 4, 4 * d).parameter_count() == 12 * d * d + 13 * d
    assert Block(768, 12, 3072).parameter_count() == 7_087_872


def test_random_weights_are_those_of_gpt_2() -> None:
    plan = Block(64, 4, 256)
    w = plan.random_weights(np.random.default_rng(0), dtype=np.float32)
    assert {name: a.shape for name, a in w.items()} == plan.shapes()
    for name, a in w.items():
        assert a.dtype == np.float32
        if a.ndim == 2:
            assert np.std(a) == pytest.approx(0.02, rel=0.05)
        else:
            assert np.all(a == float(name.endswith("gain")))


def test_lively_weights_keep_vectors_about_as_long_and_leave_nothing_idle() -> None:
    plan = Block(128, 4, 512)
    w = plan.lively_weights(np.random.default_rng(0))
    assert {name: a.shape for name, a in w.items()} == plan.shapes()
    x = np.random.default_rng(1).standard_normal((200, 128))
    for name, a in w.items():
        assert np.all(a != 0), name
        if a.ndim == 2:
            assert np.std(a) == pytest.approx(a.shape[0] ** -0.5, rel=0.02)
    assert np.std(x @ w["attention.w_v"]) == pytest.approx(1, rel=0.05)
    assert all(abs(np.mean(w[f"{norm}.gain"]) - 1) < 0.05 for norm in ("norm_1", "norm_2"))
