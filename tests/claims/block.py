"""What `block` claims of whole blocks; `block_stack` rebuilds them, `block_stages` has the rest."""

from itertools import pairwise

import numpy as np

import tests.claims.block_stages  # noqa: F401  (the sentences of single stages)
from tests.claims.block_stack import (
    POST,
    PRE,
    block,
    direction,
    embedded,
    halves,
    here,
    length,
    stack,
    trained,
    words_of,
)
from tests.claims.book import State, close, opened, shown
from tests.claims.feed_forward import shipped_sorter
from tests.claims.plain_transformer import read_off

# ── values ─────────────────────────────────────────────────────────────────────────────


@block.oracle("stages", "output", "attention", "tokens")
def stages(s: State) -> None:
    last = stack(s).runs[-1]
    order = PRE if s.controls.norm == "pre" else POST
    assert s.values.tokens == words_of(s.controls)
    assert tuple(s.values.stages) == order
    for name in order:
        close(s.values.stages[name], last.stages[name], 1e-9)
    close(s.values.output, last.output, 1e-9)
    close(s.values.attention, last.shares, 1e-9)
    if s.controls.attention:
        close(np.sum(s.values.attention, axis=-1), np.ones(np.shape(s.values.attention)[:2]))
    if s.controls.causal:
        assert not np.any(np.triu(s.values.attention, 1))


@block.oracle("weights", "parameter_count")
def weights(s: State) -> None:
    mine = stack(s).weights[-1]
    assert set(s.values.weights) == set(mine)
    for name, w in mine.items():
        close(s.values.weights[name], w, 1e-14)
    d = 48 if trained(s.controls) else s.controls.d_model
    assert s.values.parameter_count == sum(w.size for w in mine.values()) == 12 * d * d + 13 * d
    counts = [row["count"] for row in s.table("Parameters of a block").values()]
    assert sum(counts[:-1]) == counts[-1] == s.values.parameter_count


@block.oracle("stream_norms", "stream_edits")
def stream(s: State) -> None:
    streams = halves(s)
    close(s.values.stream_norms, [length(x) for x in streams], 1e-9)
    close(s.values.stream_edits, [length(b - a) for a, b in pairwise(streams)], 1e-9, least=1e-9)


# ── sentences: of the whole block ──────────────────────────────────────────────────────


@block.says("Block 1: attention adds {a}, feed-forward {f}; stream {x} → {out}.")
def adds(s: State, a: str, f: str, x: str, out: str) -> None:
    run, name = here(s)
    assert name == "input"
    for text, stage in ((a, "attention"), (f, "feed_forward"), (x, "input"), (out, "output")):
        shown(text, length(run.stages[stage]))
    whole = run.stages["input"] + run.stages["attention"] + run.stages["feed_forward"]
    close(run.output, whole, 1e-12)


@block.says("Block 1: attention adds {a}, feed-forward {f}, norms after; {x} → {out}.")
def adds_and_norms(s: State, a: str, f: str, x: str, out: str) -> None:
    run, _ = here(s)
    assert (s.controls.norm, s.controls.normalize) == ("post", True)
    for text, stage in ((a, "attention"), (f, "feed_forward"), (x, "input"), (out, "output")):
        shown(text, length(run.stages[stage]))


@block.says("Without the residual, {x} goes in and {out} comes out: replaced, not edited.")
def replaces(s: State, x: str, out: str) -> None:
    run, name = here(s)
    assert name == "input"
    assert not s.controls.residual
    shown(x, length(run.stages["input"]))
    shown(out, length(run.output))


@block.says("Nothing is added: the block hands on its input, to the last bit.")
def identity(s: State) -> None:
    assert s.values.stages["output"] == s.values.stages["input"]
    assert s.controls.blocks == 1


@block.says("Nothing is added: all {blocks} blocks hand on their input, to the last bit.")
def all_identity(s: State, blocks: str) -> None:
    assert int(blocks) == s.controls.blocks > 1
    assert len({run.output.tobytes() for run in stack(s).runs}) == 1
    assert s.values.stages["output"] == s.values.stages["input"]
    close(s.values.output, embedded(s.controls), 1e-14)


@block.says("Nothing is added, yet post-LN's norms move the stream by {moved} (of {x}).")
def norms_move(s: State, moved: str, x: str) -> None:
    run, _ = here(s)
    assert not np.any(run.stages["attention"]) and not np.any(run.stages["feed_forward"])
    shown(moved, length(run.output - run.stages["input"]))
    shown(x, length(run.stages["input"]))


@block.says("Both parts and the residual off: nothing of the words is left.")
def nothing_left(s: State) -> None:
    # Whatever goes in, the same comes out in every row.
    assert len({tuple(row) for row in s.values.output}) == 1
    assert len(s.values.output) > 1


@block.says("One block moved a stream {x} long by {moved} ({kept} with the input).")
def one_block(s: State, x: str, moved: str, kept: str) -> None:
    run, name = here(s)
    assert name == "output"
    shown(x, length(run.stages["input"]))
    shown(moved, length(run.output - run.stages["input"]))
    direction(kept, run.output, run.stages["input"])


@block.says("Block {at}: last edit {edit}, stream {x} long; {kept} with its input.")
def one_of_many(s: State, at: str, edit: str, x: str, kept: str) -> None:
    run, name = here(s)
    assert name == "output"
    assert 8 * int(at) == s.controls.stage
    before, after = halves(s)[2 * int(at) - 1 :][:2]
    shown(edit, length(after - before))
    shown(x, length(run.output))
    direction(kept, run.output, run.stages["input"])


@block.says("Replaced, not edited: {kept} between what went in and what comes out.")
def replaced(s: State, kept: str) -> None:
    run, _ = here(s)
    assert not s.controls.residual
    direction(kept, run.output, run.stages["input"])


# ── tasks ──────────────────────────────────────────────────────────────────────────────


@block.says("Both edits are 0: {n} × {d} numbers go in, and the same come out, to the last bit.")
def edits_of_nothing(s: State, n: str, d: str) -> None:
    assert s.values.stream_edits[-2:] == [0, 0]
    assert np.shape(s.values.output) == (int(n), int(d))
    assert s.values.output == s.values.stages["input"]


@block.says("No part adds anything; post-LN's norms alone make the stream {before} → {after} long.")
def norms_alone(s: State, before: str, after: str) -> None:
    assert (s.controls.norm, s.controls.attention, s.controls.feed_forward) == (
        "post",
        False,
        False,
    )
    last = stack(s).runs[-1]
    shown(before, length(last.stages["input"]))
    shown(after, length(last.output))
    assert s.values.output != s.values.stages["input"]


@block.says("Block {at} moves a stream {x} long by {first} and {second} of that.")
def small_edits(s: State, at: str, x: str, first: str, second: str) -> None:
    assert int(at) == s.controls.blocks
    before, middle, after = halves(s)[-3:]
    shown(x, length(before))
    parts = length(middle - before) / length(before), length(after - middle) / length(before)
    for text, part in zip((first, second), parts, strict=True):
        shown(text, part)
        assert part < 0.15


# ── the explanation ────────────────────────────────────────────────────────────────────


@block.tells("In **pre-LN** (GPT-2) the norm reads a copy, so the stream keeps growing")
def grows() -> None:
    # Radford et al. (2019), section 2.3: layer norm moved to the input of each sub-block
    norms = opened("tfx block blocks=24").values.stream_norms
    assert norms[::8] == sorted(norms[::8])
    assert norms[-1] > 3 * norms[0]


@block.tells(
    "In **post-LN** (the 2017 paper) the norm stands in the stream: even without edits it moves it."
)
def even_without_edits() -> None:
    # Vaswani et al. (2017), section 3.1: LayerNorm(x + Sublayer(x))
    post, pre = (
        opened(f"tfx block norm={norm} attention=off feed_forward=off").values
        for norm in ("post", "pre")
    )
    assert post.output != post.stages["input"]
    assert pre.output == pre.stages["input"]


@block.tells("`weights` *sorter* takes three blocks that learned to sort A, B and C.")
def three_blocks() -> None:
    """Run through all three, normed and compared with the letters, the right letter wins."""
    line, said = "CBABBCABBBC", ""
    s = opened(f"tfx block weights=sorter blocks=3 causal=on sentence='{' '.join(line)}'")
    logits = read_off(shipped_sorter(), np.array(s.values.output))
    said = "".join("ABC"[int(np.argmax(row))] for row in logits[5:])
    assert said == "".join(sorted(line[:6]))
    assert len(s.values.stream_norms) == 2 * 3 + 1


@block.tells("Two parts add edits to a stream")
def two_parts() -> None:
    v = opened("tfx block").values
    x, a, f = (np.array(v.stages[name]) for name in ("input", "attention", "feed_forward"))
    close(v.output, x + a + f, 1e-12)
    assert len(v.stream_edits) == 2
