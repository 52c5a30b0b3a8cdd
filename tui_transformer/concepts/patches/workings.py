"""How each number of `patches` comes about, down to what was painted and to the weights."""

from tui_transformer.concepts.patches.model import Patches
from tui_transformer.steps import softmax
from tui_transformer.steps.activations import bent
from tui_transformer.steps.attention import products
from tui_transformer.steps.attention import score as scaled_score
from tui_transformer.terms import Operand, Term, function, n, operand

absolute = function("abs")
ceiling = function("ceil")


def pixel(m: Patches, patch: int, at: int) -> tuple[int, int]:
    """Where a token's number stands in the picture."""
    (down, right), (row, column) = divmod(patch, m.size // m.side), divmod(at, m.side)
    return down * m.side + row, right * m.side + column


# ── the picture and its tokens ─────────────────────────────────────────────────────────


@Patches.image.because("|drawing − painted|: what was painted is turned over")
def image(m: Patches, row: int, column: int) -> Term:
    drawn = operand(f"the {m.drawing}'s pixel", m.drawn[row, column])
    return absolute(drawn - m.the("pixels")[row, column])


@Patches.tokens.because(
    lambda m, j, at: "token {}: the pixel at row {}, column {}".format(
        m.patch_names[j], *pixel(m, j, at)
    )
)
def token(m: Patches, j: int, at: int) -> Term:
    return m.the("image")[pixel(m, j, at)]


@Patches.projected.because("x = tokens·E + b")
def projected(m: Patches, j: int, i: int) -> Term:
    product = products(m.the("tokens").row(j), m.leaf("projection", "weight").column(i))
    return product + m.leaf("bias", "weight")[i]


@Patches.q.because("q = x·W_q")
def query(m: Patches, j: int, i: int) -> Term:
    return products(m.the("projected").row(j), m.leaf("w_q", "weight").column(i))


@Patches.k.because("k = x·W_k")
def key(m: Patches, j: int, i: int) -> Term:
    return products(m.the("projected").row(j), m.leaf("w_k", "weight").column(i))


@Patches.scores.because("s = q·k / √d")
def score(m: Patches, j: int, i: int) -> Term:
    return scaled_score(m.the("q").row(j), m.the("k").row(i))


@Patches.attention.because(
    lambda m, j, i: f"{m.patch_names[j]} looks at {m.patch_names[i]}: e^s / Σ e^s"
)
def attention(m: Patches, j: int, i: int) -> Term:
    return softmax.share(m.the("scores").row(j), i)


@Patches.looked.because(lambda m, row, column: f"what {m.patch_names[m.query]} gives to it")
def looked(m: Patches, row: int, column: int) -> Term:
    return m.the("attention")[m.query, row * len(m.looked) + column]


# ── convolution and detector ───────────────────────────────────────────────────────────


@Patches.convolved.because(lambda m, *_: f"{m.kernel}: Σ kernel·pixel over 3×3; outside is 0")
def convolved(m: Patches, row: int, column: int) -> Term:
    kernel, around = m.leaf("kernel_weights", "weight"), m.the("image")
    inside: list[tuple[Operand, Operand]] = [
        (kernel[r, c], around[row + r - 1, column + c - 1])
        for r in range(3)
        for c in range(3)
        if 0 <= row + r - 1 < m.size and 0 <= column + c - 1 < m.size
    ]
    return products([w for w, _ in inside], [x for _, x in inside])


@Patches.detector.because(
    lambda m, name, *_: {
        "score": "Σ weight·pixel, over the picture",
        "passes": "ReLU(score)",
        "weights": "the detector's weight at this pixel",
    }[name]
)
def detector(m: Patches, name: str, *place: int) -> Term:
    drawn = m.leaf("smile_weights", "weight")
    match name:
        case "weights":
            return drawn[place]
        case "passes":
            return bent("relu", m.the("detector")["score"])
    rows = range(m.size)
    return products(
        [w for row in rows for w in drawn.row(row)],
        [x for row in rows for x in m.the("image").row(row)],
    )


# ── counts ─────────────────────────────────────────────────────────────────────────────


@Patches.counts.because(lambda m, side: f"n = ({m.size}/{side})²")
def count(m: Patches, side: str) -> Term:
    return (n(m.size) / int(side)) ** 2


@Patches.cells.because("n²: every patch meets every patch")
def cells(m: Patches, side: str) -> Term:
    return m.the("counts")[side] ** 2


Patches.score_cells.is_of(Patches.cells, lambda m: m.patch)


@Patches.layers_to_see_all.because(
    lambda m, kind: (
        "⌈(s − 1)/2⌉: each 3×3 layer sees one pixel farther on each side"
        if kind == "convolution"
        else "1: every patch is one look away"
    )
)
def layers_to_see_all(m: Patches, kind: str) -> Term:
    return ceiling((n(m.size) - 1) / 2) if kind == "convolution" else n(1)
