"""How each number of `block` comes about."""

from functools import partial

from tui_transformer.concepts import _sorter_weights as sorter
from tui_transformer.concepts.block.model import TransformerBlock
from tui_transformer.concepts.block.run import lengths, passage
from tui_transformer.steps import linear, positions
from tui_transformer.steps.block import Block
from tui_transformer.terms import Leaf, Named, Place, Term, n, operand, sqrt


def opened(m: TransformerBlock, index: int) -> Block:
    """The numbers of one block, under the names that begin with its own."""
    if index not in m.opened:
        p, prefix = passage(m.settings, index), f"block_{index + 1}."
        kind: Leaf = "weight" if m.trained else "draw"
        weights = {name: Named(prefix + name, w, kind) for name, w in p.weights.items()}
        given = Named(
            prefix + "input",
            p.at("input"),
            partial(entering, m, index),
            partial(entering_formula, m, index),
        )
        m.opened[index] = Block(p.settings.plan, weights, p.trace, given, m.causal, prefix)
    return m.opened[index]


def entering(m: TransformerBlock, index: int, i: int, j: int) -> Term:
    """The first block reads words and places, every later one what the one before it left."""
    if index:
        return opened(m, index - 1)["output"].working(i, j).term
    known = sorter.letter(m.words[i]) if m.trained else None
    if known is None:
        return Named("vectors", m.sources()["vectors"], "draw")[i, j] + wave(m, i, j)
    return Named("embedding", sorter.trained()["embedding"], "weight")[known, j] + wave(m, i, j)


def entering_formula(m: TransformerBlock, index: int, i: int, j: int) -> str:
    if index:
        return opened(m, index - 1)["output"].working(i, j).symbols
    own = "letter's own learned number" if m.trained else "word's own random number"
    return f"{own} + {wave_formula(m, i, j)}"


def wave_formula(m: TransformerBlock, i: int, j: int) -> str:
    if m.trained:
        return f"number {j} of place {i}, as the sorter learned it"
    return f"{'cos' if j % 2 else 'sin'}(p / 10000^(2i/d)), p = {i}, i = {j // 2}"


def wave(m: TransformerBlock, i: int, j: int) -> Term:
    """What stands for a place: an odd d goes without the last cosine."""
    if m.trained:
        table = Named("position", sorter.trained()["position"], "weight")
        return table[i, j] if i < len(table.values) else operand("no such place was learned", 0)
    return positions.wave(i, j, n(m.d_model + m.d_model % 2), n(10_000))


@TransformerBlock.positions.because(lambda m, i, j: f"PE(p, {j}) = {wave_formula(m, i, j)}")
def position(m: TransformerBlock, i: int, j: int) -> Term:
    return wave(m, i, j)


# ── the block at the clock, and the last one ───────────────────────────────────────────


def here(m: TransformerBlock) -> Block:
    return opened(m, m.here.index)


def last(m: TransformerBlock) -> Block:
    return opened(m, m.blocks - 1)


def shown_formula(m: TransformerBlock, name: str, *at: Place) -> str:
    return "after − before" if name.endswith("edit") else here(m)[name].working(*at).symbols


@TransformerBlock.shown.because(shown_formula)
def shown(m: TransformerBlock, name: str, *at: Place) -> Term:
    stage, _, edit = name.partition(" ")
    if not edit:
        return here(m)[stage].working(*at).term
    after, before = ("output", "input") if stage == "whole" else (stage, m.settings.before(stage))
    return here(m)[after][at] - here(m)[before][at]


@TransformerBlock.stages.because(lambda m, name, *at: last(m)[name].working(*at).symbols)
def stage(m: TransformerBlock, name: str, *at: Place) -> Term:
    return last(m)[name].working(*at).term


TransformerBlock.output.is_of(TransformerBlock.stages, lambda m, *at: ("output", *at))
TransformerBlock.attention_shares.is_of(TransformerBlock.stages, lambda m, *at: ("shares", *at))


@TransformerBlock.weights_of_last.because(
    "drawn by the seed and the number of the block, or learned"
)
def weight(m: TransformerBlock, name: str, *at: Place) -> Term:
    return last(m).weights[name][at]


def is_a_sum(m: TransformerBlock) -> bool:
    """Say whether a block hands on what it was given and two edits, and nothing else."""
    return m.norm == "pre" and m.residual


@TransformerBlock.handed_on.because(
    lambda m, *at: (
        "output = input + attention + feed_forward"
        if is_a_sum(m)
        else here(m)["output"].working(*at).symbols
    )
)
def handed_on(m: TransformerBlock, *at: Place) -> Term:
    if not is_a_sum(m):
        return shown(m, "output", *at)
    return here(m)["input"][at] + here(m)["attention"][at] + here(m)["feed_forward"][at]


# ── lengths ────────────────────────────────────────────────────────────────────────────


def typical(row_lengths: Named, *at: Place) -> Term:
    return sqrt(linear.mean_square(row_lengths.row(*at)))


def typical_formula(m: TransformerBlock, what: str) -> str:
    return f"length a word: √(Σ ‖{what}‖² / n), over the {len(m.words)} words"


@TransformerBlock.lengths.because(lambda m, name, i: f"length of the row: √Σ {name}²")
def length(m: TransformerBlock, name: str, i: int) -> Term:
    return linear.length(m.the("shown").row(name, i))


@TransformerBlock.sizes.because(
    lambda m, name: typical_formula(m, "after − before" if name.endswith("edit") else "x")
)
def a_size(m: TransformerBlock, name: str) -> Term:
    return typical(m.the("lengths"), name)


def half(m: TransformerBlock, k: int) -> Named:
    """The stream after so many halves of blocks."""
    if not k:
        return opened(m, 0)["input"]
    middle = "after_attention" if m.norm == "pre" else "norm_1"
    return opened(m, (k - 1) // 2)[middle if k % 2 else "output"]


def rows(x: Named) -> Named:
    """How long each row is."""
    return Named(
        f"{x.name}.length",
        lengths(x.values),
        lambda i: linear.length(x.row(i)),
        "length of the row: √Σ x²",
    )


@TransformerBlock.stream_norms.because(lambda m, k: typical_formula(m, "x"))
def stream_norm(m: TransformerBlock, k: int) -> Term:
    return typical(rows(half(m, k)))


@TransformerBlock.stream_edits.because(lambda m, k: typical_formula(m, "after − before"))
def stream_edit(m: TransformerBlock, k: int) -> Term:
    after, before = half(m, k + 1), half(m, k)
    moved = Named(
        f"{after.name} − {before.name}",
        after.values - before.values,
        lambda i, j: after[i, j] - before[i, j],
        "after − before",
    )
    return typical(rows(moved))


@TransformerBlock.width.because("d")
def width(m: TransformerBlock) -> Term:
    return operand("d of the sorter", m.width) if m.trained else m.one("d_model") * 1


# ── weights, counted ───────────────────────────────────────────────────────────────────

COUNTED = {"norms": (0, 4), "attention": (4, 4), "feed_forward": (8, 5)}  # of d² and of d


def part_formula(m: TransformerBlock, name: str) -> str:
    squares, ones = COUNTED[name]
    return f"{squares}d² + {ones}d" if squares else f"{ones}d"


@TransformerBlock.parts.because(part_formula)
def part(m: TransformerBlock, name: str) -> Term:
    d, (squares, ones) = m.one("width"), COUNTED[name]
    return squares * d**2 + ones * d if squares else ones * d


@TransformerBlock.parameter_count.because("12d² + 13d")
def parameter_count(m: TransformerBlock) -> Term:
    d = m.one("width")
    return 12 * d**2 + 13 * d
