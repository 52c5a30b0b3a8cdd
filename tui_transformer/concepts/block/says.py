"""What the block screen says about this very state."""

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.block.model import TransformerBlock
from tui_transformer.concepts.block.run import size
from tui_transformer.numbers import fixed, number, probability, share
from tui_transformer.text import shorten


def says(m: TransformerBlock) -> str:
    """Say what this stage does to the stream, and what is missing from it."""
    if m.stage == 0 and m.typed.note:
        return m.typed.note
    return _stage(m) if m.attention or m.feed_forward else _nothing(m)


def _long(x: Array) -> str:
    return _short(size(x))


def _short(length: float) -> str:
    return fixed(length, 2) if length < 100 else number(length, 4)


def _nothing(m: TransformerBlock) -> str:
    """Say what is left of a block without its parts."""
    hand_on = "the block hands on its" if m.blocks == 1 else f"all {m.blocks} blocks hand on their"
    x = m.here.at("input")
    if not m.residual:
        return "Both parts and the residual off: nothing of the words is left."
    if m.norm == "pre" or not m.normalize:
        return f"Nothing is added: {hand_on} input, to the last bit."
    moved = _long(m.here.at("output") - x)
    return f"Nothing is added, yet post-LN's norms move the stream by {moved} (of {_long(x)})."


def _stage(m: TransformerBlock) -> str:
    """Say what the lit stage does."""
    p, name = m.here, m.stage_name
    x = p.at(name)
    match name:
        case "input":
            return _input(m)
        case "shares":
            return _shares(m)
        case "norm_1" | "norm_2":
            return _norm(m, name)
        case "attention" | "feed_forward":
            part = name.replace("_", "-").capitalize()
            if not getattr(m, name):
                done = "it adds exactly 0" if m.residual else "0 will replace the stream"
                return f"{part} is off: {done}."
            if not m.residual:
                return f"{part} makes {_long(x)}; it will replace the stream of {_stream(m)}."
            return f"{part} proposes an edit {_long(x)} long; the stream is {_stream(m)} long."
        case "hidden":
            if not m.feed_forward:
                return "Feed-forward is off: nothing is hidden here."
            above = share(float(np.mean(x > 0)))
            return f"{x.shape[1]} hidden units a word, {above} above 0; no word meets another here."
        case "after_attention":
            return _added(m)
        case _:
            return _output(m)


def _stream(m: TransformerBlock) -> str:
    return _long(m.here.before(m.stage_name))


def _input(m: TransformerBlock) -> str:
    """Say at the start what the block will do."""
    x, a, f, out = (_long(m.here.at(s)) for s in ("input", "attention", "feed_forward", "output"))
    if not m.residual:
        return f"Without the residual, {x} goes in and {out} comes out: replaced, not edited."
    if m.norm == "pre" or not m.normalize:
        return f"Block 1: attention adds {a}, feed-forward {f}; stream {x} → {out}."
    return f"Block 1: attention adds {a}, feed-forward {f}, norms after; {x} → {out}."


def _norm(m: TransformerBlock, name: str) -> str:
    x, given = _long(m.here.at(name)), _long(m.here.trace.kept[f"before_{name}"])
    if not m.normalize:
        return f"{name} is off: it passes on what it gets, {x} long."
    if m.norm == "pre":
        return f"{name} reads a copy and makes it {x} long; the stream stays {given} long."
    return f"{name} stands in the stream and normalises what comes: {given} → {x} long."


def _shares(m: TransformerBlock) -> str:
    """Say whom the lit word looks at most."""
    if not m.attention:
        return "Attention is off: no word looks at another."
    row = m.here.at("shares")[0, m.token]
    top = int(np.argmax(row))
    me, other = (shorten(m.words[at], 10) for at in (m.token, top))
    most = f"“{other}”" if top != m.token else "itself"
    return f"Head 0: “{me}” looks most at {most}, with {probability(float(row[top]), 3)} of 1."


def _cosine(a: Array, b: Array) -> float | None:
    """Compare two directions, over all words at once."""
    a, b = a.ravel(), b.ravel()
    with np.errstate(under="ignore"):
        whole = float(np.sqrt(a @ a)) * float(np.sqrt(b @ b))
        return float(a @ b) / whole if whole else None


def _kept(after: Array, before: Array) -> str:
    cosine = _cosine(after, before)
    return "no direction" if cosine is None else f"cosine {number(round(cosine, 12), 2)}"


def _added(m: TransformerBlock) -> str:
    after, before = m.here.at("after_attention"), m.here.at("input")
    kept = _kept(after, before)
    if not m.residual and not m.attention:
        return "Attention is off and there is no residual: nothing of the words is left."
    if not m.residual:
        return f"Not added: attention's {_long(after)} is the stream now, {kept} with before."
    return f"Added, not replaced: the stream moves by {_long(after - before)} and keeps {kept}."


def _output(m: TransformerBlock) -> str:
    """Say what a block, or all of them so far, made of the words."""
    p = m.here
    after, before = p.at("output"), p.at("input")
    moved, kept = _long(after - before), _kept(after, before)
    if not m.residual:
        return f"Replaced, not edited: {kept} between what went in and what comes out."
    if m.blocks == 1:
        return f"One block moved a stream {_long(before)} long by {moved} ({kept} with the input)."
    edit = _short(m.stream_edits[2 * p.index + 1])
    return (
        f"Block {p.index + 1}: last edit {edit}, stream {_long(after)} long; {kept} with its input."
    )
