"""How each number of `real-model` comes about, down to the tensors of the file.

The network runs in float32, and its numbers are walked down as they are; what is shown of
attention and of the best entries was worked out in float64 from them.
"""

from tui_transformer.concepts.real_model.model import BATCH, RealModel
from tui_transformer.concepts.real_model.reading import ROUNDING
from tui_transformer.concepts.real_model.says import readable
from tui_transformer.nn.cutting import Wire
from tui_transformer.numbers import count
from tui_transformer.steps import attention, linear, softmax
from tui_transformer.terms import Term, Working, dot, exp, log, n, operand, total


@RealModel.token_ids.because("its number in the vocabulary")
def token_id(m: RealModel, at: int) -> Term:
    return operand(f"entry {name(m, at)}", m.token_ids[at])


# ── where it looks ─────────────────────────────────────────────────────────────────────


def name(m: RealModel, at: int) -> str:
    return readable(m.tokens_read[at])


def size(m: RealModel) -> int:
    """The channels of a head."""
    return m.reading.run.keys[0].shape[-1]


def seen(m: RealModel, query: int) -> range:
    """The places that a token may look at."""
    if not m.reading.causal:
        return range(m.places)
    window = m.reading.network.window
    return range(max(query + 1 - window, 0) if window else 0, query + 1)


def share_formula(m: RealModel, layer: int, head: int, query: int, key: int) -> str:
    places = seen(m, query)
    if key not in places:
        why = "it comes later: the causal mask" if key > query else "it lies outside the window: it"
        return f"{why} makes it exactly 0"
    row = m.every_score[layer, head, query, places.start : places.stop]
    power = softmax.power_formula(row, "z")
    return f"{name(m, query)} → {name(m, key)} = {power} / Σ {power}, z = q·k/√{size(m)}"


@RealModel.every_head.because(share_formula)
def share(m: RealModel, layer: int, head: int, query: int, key: int) -> Term:
    places = seen(m, query)
    if key not in places:
        return operand("masked", 0)
    row = m.the("every_score").row(layer, head, query)[places.start : places.stop]
    return attention.share(row, key - places.start)


@RealModel.attention.because(lambda m, *place: share_formula(m, m.layer - 1, *place))
def attention_share(m: RealModel, head: int, query: int, key: int) -> Term:
    return share(m, m.layer - 1, head, query, key)


@RealModel.every_score.because(
    lambda m, layer, head, query, key: f"z = q({name(m, query)})·k({name(m, key)}) / √{size(m)}"
)
def score(m: RealModel, layer: int, head: int, query: int, key: int) -> Term:
    block, d = m.inside[0].block(layer + 1), size(m)
    group = head // (m.heads // m.reading.run.keys[0].shape[0])
    q, k = block["q"].row(query)[head * d :][:d], block["k"].row(key)[group * d :][:d]
    return attention.score(q, k)


def parked_formula(m: RealModel, layer: int, head: int) -> str:
    where = " and ".join(name(m, at) for at in m.reading.parked[:2])
    return f"{name(m, m.at)} → {where}: their shares, added"


@RealModel.parked.because(parked_formula)
def parked(m: RealModel, layer: int, head: int) -> Term:
    row = m.the("every_head").row(layer, head, m.at)
    return total(row[at] for at in m.reading.parked if at in seen(m, m.at))


def precision(m: RealModel) -> float:
    """The rounding of what the model runs in."""
    return m.inside[0].unit


# ── what it says ───────────────────────────────────────────────────────────────────────


@RealModel.vectors.because(
    "the stream, as it is multiplied with the table", lambda m: m.inside[0].unit
)
def vector(m: RealModel, layer: int, j: int) -> Term:
    return m.inside[0].read(layer).working(m.at, j).term


def entry(m: RealModel, layer: int, k: int) -> str:
    return readable(m.reading.name(int(m.said.tokens[layer, k])))


def logit_formula(m: RealModel, layer: int, k: int) -> str:
    network, word = m.reading.network, entry(m, layer, k)
    read = f"{network.read_as}·vector({word})"
    shift = "" if network.bias() is None else " + bias"
    return f"z({word}) = {read}{shift}, {m.vectors.shape[-1]} channels"


@RealModel.best_logits.because(logit_formula)
def best_logit(m: RealModel, layer: int, k: int) -> Term:
    return every_logit(m, layer, int(m.said.tokens[layer, k]))


@RealModel.every_logit.because(
    "the vector of the stream times that of an entry", lambda m: m.inside[0].unit
)
def every_logit(m: RealModel, layer: int, token: int) -> Term:
    return m.inside[0].score(m.the("vectors").row(layer), token)


@RealModel.batches.because(f"Σ e^(z − the best z) over {BATCH} entries of the vocabulary")
def batch(m: RealModel, layer: int, b: int) -> Term:
    z, best = m.the("every_logit"), m.the("best_logits")[layer, 0]
    end = min((b + 1) * BATCH, m.reading.network.vocabulary)
    return total(exp(z[layer, token] - best) for token in range(b * BATCH, end))


@RealModel.wholes.because("ln Σ e^z = the best z + ln Σ e^(z − the best z)")
def whole(m: RealModel, layer: int) -> Term:
    return m.the("best_logits")[layer, 0] + log(total(m.the("batches").row(layer)))


def chance_formula(m: RealModel, layer: int, k: int) -> str:
    entries = count(m.reading.network.vocabulary)
    return f"p({entry(m, layer, k)}) = e^(z − ln Σ e^z), Σ over {entries} entries"


@RealModel.chances.because(chance_formula)
def chance(m: RealModel, layer: int, k: int) -> Term:
    return exp(m.the("best_logits")[layer, k] - m.the("wholes")[layer])


@RealModel.lens.because(lambda m, layer, at, j: f"p of what {name(m, at)} says after a layer")
def lens(m: RealModel, layer: int, at: int, j: int) -> Term:
    """The same as for the chosen token, where another is chosen (`query`)."""
    there = m if at == m.at else m.replace(query=at)
    return 1 * there.the("chances")[layer, 0]


@RealModel.top_tokens.because("what it says in the end: z, or p")
def top_token(m: RealModel, k: int, j: int) -> Term:
    return m.the("best_logits" if j == 1 else "chances")[m.layers, k]


@RealModel.kv_cache_bytes.because(
    "2 (keys and values) · layers · tokens · heads of keys · channels of one · bytes of a number"
)
def kv_cache_bytes(m: RealModel) -> Term:
    keys = m.reading.run.keys[0]
    heads, places, channels = keys.shape
    many = operand("layers", m.layers) * operand("tokens", places)
    each = operand("heads of keys", heads) * operand("channels", channels)
    return 2 * many * each * operand("bytes", keys.itemsize)


def effect_formula(m: RealModel, layer: int, head: int) -> str:
    what = f"p({readable(m.reading.name(m.favoured))})" if m.reading.network.causal else "alike"
    return f"100 · ({what} without {Wire(layer, head)} − {what} with it)"


@RealModel.effects.because(effect_formula, lambda m: m.inside[0].unit)
def effect(m: RealModel, layer: int, head: int) -> Term:
    wire = Wire(layer, head)
    there = m.without(wire)
    if not m.reading.network.causal:
        return 100 * (there.one("similarity") - m.one("similarity"))
    p, whole = (_chance(one, m.favoured) for one in (there, m))
    return 100 * (_as(f"p without {wire}", p) - _as("p", whole))


def _chance(m: RealModel, token: int) -> Term:
    """How likely an entry is in the end."""
    return exp(m.the("every_logit")[m.layers, token] - m.the("wholes")[m.layers])


def _as(name: str, term: Term) -> Term:
    """Call the result of an arithmetic something."""
    return operand(name, term.value, lambda: Working(name, term, term.value, "effects"))


def contribution_formula(m: RealModel, k: int, j: int) -> str:
    name = m.contributions[k][0]
    if name == ROUNDING:
        return "the model's logit, in its own precision, − all that are summed in float64"
    return m.written.symbols(name)


@RealModel.contributions.because(contribution_formula)
def contribution(m: RealModel, k: int, j: int) -> Term:
    name, parts = m.contributions[k][0], m.the("contributions")
    if name != ROUNDING:
        return m.written.share(name)
    others = range(len(m.contributions) - 1)
    return m.the("best_logits")[m.layers, 0] - total(parts[i, 1] for i in others)


# ── how alike text and other are ───────────────────────────────────────────────────────


@RealModel.means.because("the mean over all tokens")
def mean(m: RealModel, of: int, layer: int, j: int) -> Term:
    return linear.mean(m.inside[of].stream(layer).column(j))


@RealModel.lengths.because("√Σ x² of the mean")
def length(m: RealModel, of: int, layer: int) -> Term:
    return linear.length(m.the("means").row(of, layer))


@RealModel.similarities.because("cosine = a·b / (|a|·|b|), a and b the means of all tokens")
def similar(m: RealModel, layer: int) -> Term:
    a, b = (m.the("means").row(of, layer) for of in (0, 1))
    lengths = m.the("lengths")
    if not (m.lengths[0, layer] and m.lengths[1, layer]):
        return operand("a mean without a direction", 0)
    return dot(a, b) / (lengths[0, layer] * lengths[1, layer])


@RealModel.similarity.because("cosine = a·b / (|a|·|b|), a and b the means of all tokens")
def similarity(m: RealModel) -> Term:
    return similar(m, m.layers)


# ── how large it is ────────────────────────────────────────────────────────────────────


def blocks(layers: Term, d: Term, f: Term) -> Term:
    """The numbers of all blocks: four square matrices, two to and from f hidden units, the rest."""
    return layers * (4 * d**2 + 2 * d * f + 9 * d + f)


@RealModel.parameter_count.because("entries·channels + layers·(one block) + the rest")
def parameter_count(m: RealModel) -> Term:
    """The rest are places, norms, a head of its own."""
    assert m.loaded is not None
    network, block = m.loaded.network, m.loaded.network.block  # the whole one, whatever is cut
    known = network.vocabulary * block.d_model + network.layers * block.parameter_count()
    rest = network.parameter_count() - known
    v, d = operand("entries", network.vocabulary), operand("channels", block.d_model)
    each = operand("numbers of a block", block.parameter_count())
    return v * d + operand("layers", network.layers) * each + operand("numbers of the rest", rest)


@RealModel.minilm_bytes.because("what it would bring: 22.7 million numbers of 4 bytes")
def minilm_bytes(m: RealModel) -> Term:
    d = operand("channels", 384)
    rest = (operand("entries", 30_522) + operand("places", 512) + 4) * d + d**2 + d
    return 4 * (rest + blocks(n(6), d, operand("hidden", 1536)))
