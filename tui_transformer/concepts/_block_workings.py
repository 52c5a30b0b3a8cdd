"""How each number inside a block comes about, one step back from where it stands."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tui_transformer.concepts._block_run import Passage, embedded, lengths, passage, size
from tui_transformer.concepts._softmax_row import power_symbol, powers
from tui_transformer.controls import Array
from tui_transformer.nn import attention as att
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.working import Working, dot, n, total

Row = Sequence[float] | Array


def stage(p: Passage, name: str, i: int, j: int) -> Working:
    """Show how one number of a stage comes about: row i, column j."""
    match name:
        case "input":
            return _input(p, i, j)
        case "norm_1" | "norm_2":
            return _norm(p, name, i, j)
        case "attention" | "feed_forward":
            return _part(p, name, i, j)
        case "hidden":
            return _hidden(p, i, j)
        case "output" if p.settings.plan.norm == "post":
            return _norm(p, "norm_2", i, j)
        case _:
            return _added(p, name, i, j)


def _input(p: Passage, i: int, j: int) -> Working:
    """The first block reads words and places, every later one what the one before it left."""
    if p.index:
        return stage(passage(p.settings, p.index - 1), "output", i, j)
    d = p.settings.plan.d_model
    word, _ = embedded(p.settings.words, d, p.settings.seed)
    wave = "cos" if j % 2 else "sin"
    return Working(
        f"word's own random number + {wave}(p / 10000^(2i/d)), p = {i}, i = {j // 2}",
        f"{n(word[i, j])} + {wave}({i}/10000**({j - j % 2}/{d + d % 2}))",
        float(p.at("input")[i, j]),
        "stages",
    )


def _norm(p: Passage, name: str, i: int, j: int) -> Working:
    """Layer norm of one number within its row."""
    row, y = p.trace.kept[f"before_{name}"][i], float(p.at(name)[i, j])
    if not p.settings.plan.normalize:
        return Working(f"{name} is off: x is passed on", n(row[j]), y, "stages")
    mean = float(np.mean(row))
    variance = float(np.mean((row - mean) ** 2))
    gain, bias = p.weights[f"{name}.gain"][j], p.weights[f"{name}.bias"][j]
    return Working(
        f"{name}: gain·(x − mean)/√(variance + ε) + bias, over the word's row",
        f"{n(gain)}*({n(row[j])} - {n(mean)})/sqrt({n(variance)} + 0.00001) + {n(bias)}",
        y,
        "stages",
    )


def _within(row: Row, column: Row, value: float) -> float:
    """Say how far two ways of adding the same terms may differ, where they cancel."""
    whole = math.fsum(abs(float(x) * float(y)) for x, y in zip(row, column, strict=True))
    return max(1e-9, 1e-13 * whole / abs(value)) if value else 1e-9


def _part(p: Passage, name: str, i: int, j: int) -> Working:
    """What a part adds: what it found or holds, times its last matrix."""
    value = float(p.at(name)[i, j])
    found, matrix, bias, said = {
        "attention": ("found", "w_o", "b_o", "what the heads found · W_o + b_o"),
        "feed_forward": ("hidden", "w_2", "b_2", "hidden · W_2 + b_2"),
    }[name]
    if found not in p.trace.kept:
        return Working(f"{name} is off: it adds nothing", "0", value, "stages")
    row, column = p.trace.kept[found][i], p.weights[f"{name}.{matrix}"][:, j]
    return Working(
        f"{said}: a row times a column",
        f"{dot(row, column)} + {n(p.weights[f'{name}.{bias}'][j])}",
        value,
        "stages",
        _within(row, column, value),
    )


def _hidden(p: Passage, i: int, j: int) -> Working:
    """One hidden unit: a weighted sum, bent."""
    value = float(p.at("hidden")[i, j])
    if "fed" not in p.trace.kept:
        return Working("feed_forward is off: nothing is hidden here", "0", value, "stages")
    row, column = p.trace.kept["fed"][i], p.weights["feed_forward.w_1"][:, j]
    bend = ACTIVATIONS[p.settings.plan.activation]
    a = float(p.trace.kept["before"][i, j])
    before = f"({dot(row, column)} + {n(p.weights['feed_forward.b_1'][j])})"
    return Working(
        f"{bend.name}(a) = {bend.written('a')}, a = x·W_1 + b_1",
        bend.worked(a, before),
        value,
        "stages",
        _within(row, column, a),
    )


def _added(p: Passage, name: str, i: int, j: int) -> Working:
    """The stream and what a part adds to it; without the residual the part alone."""
    part = "attention" if name == "after_attention" else "feed_forward"
    edit, value = n(p.at(part)[i, j]), float(p.at(name)[i, j])
    if not p.settings.plan.residual:
        return Working(f"residual off: {part} takes the stream's place", edit, value, "stages")
    return Working(
        f"{name} = stream + {part}", f"{n(p.before(name)[i, j])} + {edit}", value, "stages"
    )


def share(p: Passage, head: int, i: int, j: int) -> Working:
    """How much word i takes from word j, by one head."""
    value = float(p.at("shares")[head, i, j])
    if "q" not in p.trace.kept:
        return Working("attention is off: nobody looks", "0", value, "attention")
    if p.settings.causal and j > i:
        return Working("a later word is masked: its weight is exactly 0", "0", value, "attention")
    z = att.scores(p.trace.kept["q"], p.trace.kept["k"])[head, i]
    z = z[: i + 1] if p.settings.causal else z
    terms = [f"exp({expression})" for expression, _ in powers(z)]
    return Working(
        f"head {head}: {power_symbol(z, 'z')} / Σ over the words, z = q·k/√d_head",
        f"{terms[j]} / ({total(terms)})",
        value,
        "attention",
    )


def whole(p: Passage, i: int, j: int) -> Working:
    """Show the whole block in one line: the stream and its two edits."""
    plan = p.settings.plan
    if plan.norm == "post" or not plan.residual:
        return stage(p, "output", i, j)
    x, a, f = (float(p.at(name)[i, j]) for name in ("input", "attention", "feed_forward"))
    out = float(p.at("output")[i, j])
    return Working(
        "output = input + attention + feed_forward",
        f"{n(x)} + {n(a)} + {n(f)}",
        out,
        "output",
        max(1e-9, 1e-13 * (abs(x) + abs(a) + abs(f)) / abs(out)) if out else 1e-9,
    )


def moved(after: Array, before: Array, i: int, j: int) -> Working:
    """How far one number of the stream moved."""
    return Working(
        "after − before",
        f"{n(after[i, j])} - {n(before[i, j])}",
        float(after[i, j] - before[i, j]),
        "stages",
    )


def length(row: Row, what: str) -> Working:
    """The length of one row."""
    size = float(lengths(np.asarray(row)))
    return Working(f"length of the row: √Σ {what}²", f"sqrt({dot(row, row)})", size, "stages")


def typical(x: Array, what: str) -> Working:
    """The length of a typical row, from the lengths of all of them."""
    squares = total(f"{n(r)}**2" for r in lengths(x))
    return Working(
        f"length a word: √(Σ ‖{what}‖² / n), over the {len(x)} words",
        f"sqrt({squares} / {len(x)})",
        size(x),
        "stages",
    )
