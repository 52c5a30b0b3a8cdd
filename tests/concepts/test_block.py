"""The block: what each switch proves, and the clock. (Its numbers: tests/claims/block.py.)"""

import json
import math
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

from tests.calculator import calculate
from tui_transformer.cli import main
from tui_transformer.concepts.block import CONCEPT, TransformerBlock, run, view
from tui_transformer.controls import BadValue
from tui_transformer.panels import Heatmap, Plot, Table, Words
from tui_transformer.session import Session
from tui_transformer.terms import plain

NOTHING = {"attention": False, "feed_forward": False}


def table(m: TransformerBlock, title: str) -> Table:
    return next(p for p in view(m).panels if isinstance(p, Table) and p.title == title)


def bits(m: TransformerBlock) -> str:
    return json.dumps(json.loads(m.to_json("block"))["values"])


def test_help_says_which_shapes_and_which_orientation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "block"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    for said in ("x·W + b, W [in, out]", "1e-5", "consecutive groups of d_head columns", "erf",
                 "head, query, key", "[n, d_model]", "8 a block"):  # fmt: skip
        assert said in text


# ── the aha, and what it refutes ───────────────────────────────────────────────────────


@pytest.mark.parametrize("blocks", [1, 5, 96])
def test_without_its_parts_pre_norm_is_exactly_the_identity(blocks: int) -> None:
    m = TransformerBlock(blocks=blocks, **NOTHING)
    assert m.output.tobytes() == TransformerBlock().stages["input"].tobytes()
    assert "to the last bit" in view(m).says
    assert set(m.stream_edits) == {0.0}


def test_without_its_parts_post_norm_is_not() -> None:
    m = TransformerBlock(norm="post", **NOTHING)
    assert float(np.max(np.abs(m.output - m.stages["input"]))) > 0.5
    assert "post-LN's norms move the stream" in view(m).says
    off = m.replace(normalize=False)
    assert np.array_equal(off.output, off.stages["input"])


def test_a_block_adds_edits_to_the_stream() -> None:
    pre, post = TransformerBlock().stages, TransformerBlock(norm="post").stages
    for stages in (pre, post):
        assert np.array_equal(stages["after_attention"], stages["input"] + stages["attention"])
    assert np.array_equal(pre["output"], pre["after_attention"] + pre["feed_forward"])
    assert np.array_equal(post["output"], post["norm_2"])
    working = view(TransformerBlock()).formula
    assert working.symbols == "output = input + attention + feed_forward"
    assert calculate(plain(working.term)) == pytest.approx(pre["output"][1, 0], rel=1e-12)


def test_without_the_residual_the_stream_is_replaced() -> None:
    m = TransformerBlock(residual=False, stage=8)
    assert np.array_equal(m.output, m.stages["feed_forward"])
    assert "Replaced, not edited" in view(m).says
    dead = m.replace(**NOTHING)
    assert not np.any(dead.output)
    assert "nothing of the words is left" in view(dead).says


@pytest.mark.parametrize("part", ["attention", "feed_forward", "residual", "normalize", "causal"])
def test_switching_a_part_off_and_on_again_gives_the_same_bits(part: str) -> None:
    m = TransformerBlock(blocks=3)
    before, weights = bits(m), m.weights_of_last
    other = m.replace(**{part: not getattr(m, part)})
    assert bits(other) != before
    assert all(np.array_equal(other.weights_of_last[name], w) for name, w in weights.items())
    again = other.replace(**{part: getattr(m, part)})
    assert bits(again) == before
    run._run.cache_clear()
    run.passage.cache_clear()
    assert bits(again.replace()) == before


def test_pre_norm_grows_along_the_stream_and_post_norm_does_not() -> None:
    pre, post = (TransformerBlock(norm=norm, blocks=48) for norm in ("pre", "post"))
    assert pre.stream_norms[-1] > 5 * pre.stream_norms[0]
    assert max(post.stream_norms[1:]) < 1.2 * math.sqrt(16) + 0.2 * 4
    assert max(pre.stream_edits[-2:]) < 0.15 * pre.stream_norms[-1]
    assert min(post.stream_edits[-2:]) > 0.3 * post.stream_norms[-1]


def test_both_orders_are_on_the_screen() -> None:
    for order, mark in (("pre", "●"), ("post", "○")):
        lines = next(p for p in view(TransformerBlock(norm=order)).panels if isinstance(p, Words))
        assert lines.lines[0].startswith(f"{mark} pre-LN") and "post-LN" in lines.lines[1]


def test_heads_divide_and_odd_sizes_are_fine() -> None:
    assert TransformerBlock(d_model=12, heads=5).heads == 4
    assert TransformerBlock(d_model=7, heads=2).heads == 1
    assert TransformerBlock(d_model=7).output.shape == (6, 7)
    assert TransformerBlock(d_model=128, heads=16).attention_shares.shape[0] == 16
    with pytest.raises(BadValue):
        TransformerBlock().parsed({"heads": "3"})


# ── the clock ──────────────────────────────────────────────────────────────────────────


def test_the_clock_walks_through_the_stages_and_on_through_the_blocks() -> None:
    session = Session.open(CONCEPT, {"blocks": "2"})
    seen = []
    for _ in range(17):
        m = session.model
        assert isinstance(m, TransformerBlock)
        seen.append((m.here.index, m.stage_name))
        session = session.step(1)
    inside = ("norm_1", "shares", "attention", "after_attention", "norm_2", "hidden",
              "feed_forward", "output")  # fmt: skip
    assert seen == [(0, "input"), *((b, name) for b in (0, 1) for name in inside)]
    assert session.model.same(TransformerBlock(blocks=2, stage=16))
    with pytest.raises(BadValue):
        TransformerBlock().parsed({"stage": "9"})
    assert TransformerBlock(stage=99).stage == 8
    assert TransformerBlock(norm="post", stage=8).settings.order == run.POST


def test_the_block_at_the_clock_is_that_block_of_a_shorter_stack() -> None:
    for stage in (3, 8, 9, 16, 24):
        m = TransformerBlock(blocks=4, stage=stage)
        short = TransformerBlock(blocks=m.here.index + 1)
        assert all(np.array_equal(m.here.at(name), x) for name, x in short.stages.items())
    two, three = (TransformerBlock(blocks=blocks) for blocks in (2, 3))
    assert np.array_equal(three.stages["input"], two.output)
    assert not np.array_equal(
        two.weights_of_last["norm_1.gain"], three.weights_of_last["norm_1.gain"]
    )


@pytest.mark.parametrize("order", ["pre", "post"])
def test_the_lit_stage_is_marked_in_the_path_and_shown(order: str) -> None:
    for stage in range(9):
        m = TransformerBlock(norm=order, stage=stage)
        path = table(m, "The path through the block")
        assert path.row == stage
        assert str(path.rows[stage][0].content).endswith(m.stage_name)
        stream, work = (p for p in view(m).panels if isinstance(p, Heatmap))
        assert stream.title == "Stream, word × channel"
        assert work.title.startswith(m.stage_name)
        assert stream.row == work.row == m.token == 1
        assert stream.rows == work.rows == m.tokens
        assert cell_len(view(m).says) <= 78
        if m.stage_name in ("norm_1", "norm_2", "attention", "feed_forward"):
            expected = m.stages["input"] if stage < 4 and order == "pre" else None
            assert expected is None or np.array_equal(stream.values, expected)


def test_one_block_more_costs_one_block(monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[int] = []
    real = run._pass

    def counted(settings: run.Settings, index: int, x: Any) -> run.Passage:
        passed.append(index)
        return real(settings, index, x)

    monkeypatch.setattr(run, "_pass", counted)
    m = TransformerBlock(blocks=20, seed=1234, d_model=128, sentence="a b c d " * 16)
    view(m)
    assert sorted(passed) == [0, *range(20)]  # the stack, and a look into its first block
    passed.clear()
    view(m.replace(blocks=21))
    assert passed == [20]
    passed.clear()
    view(m.replace(stage=1))
    view(m.replace(stage=7))
    view(m.replace(token=3))
    assert passed == []


def test_what_is_kept_is_bounded() -> None:
    words = tuple(f"w{i}" for i in range(256))
    m = TransformerBlock(sentence=" ".join(words), d_model=128, heads=1, blocks=1)
    timeline = run._run(m.settings)
    assert timeline._keep * m.output.size <= run._KEPT_NUMBERS


# ── pictures ───────────────────────────────────────────────────────────────────────────


def test_extremes_stay_finite_and_their_workings_hold() -> None:
    for changes in ({"normalize": False}, {"normalize": False, "residual": False}, {}):
        m = TransformerBlock(blocks=96, stage=768, **changes)
        assert np.all(np.isfinite(m.stream_norms))
        figure = view(m)
        stream = next(p for p in figure.panels if isinstance(p, Heatmap))
        assert stream.working is not None
        for at in ((0, 0), (3, 7), (5, 15)):
            working = stream.working(*at)
            assert calculate(plain(working.term)) == pytest.approx(stream.values[at], rel=1e-9)
    plot = next(p for p in figure.panels if isinstance(p, Plot))
    assert plot.x.high == 96


def test_the_input_of_a_later_block_shows_where_it_came_from() -> None:
    m = TransformerBlock(blocks=3, stage=17)
    stream = next(p for p in view(m).panels if isinstance(p, Heatmap))
    assert stream.working is not None
    working = stream.working(2, 3)
    assert working.symbols == "output = stream + feed_forward"
    assert calculate(plain(working.term)) == stream.values[2, 3]


def test_the_sorters_blocks_are_those_of_the_whole_model() -> None:
    from tui_transformer.concepts.sorter import network
    from tui_transformer.nn import gpt
    from tui_transformer.nn.made_up.sorting import PLAN, encode

    line = "CBABBCABBBC"
    done = gpt.forward(PLAN, network.weights(), encode(line))
    m = TransformerBlock(weights="sorter", sentence=" ".join(line), causal=True, blocks=3)
    np.testing.assert_array_equal(m.output, done.streams[-1])
    np.testing.assert_array_equal(m.attention_shares, done.attention[-1])
    assert m.replace(blocks=96).blocks == 3
    assert {"d_model", "heads", "activation", "seed"} <= set(m.idle())
