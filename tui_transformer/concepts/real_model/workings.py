"""How each number of `real-model` comes about, down to the tensors of the file.

The network runs in float32, and its numbers are walked down as they are; what is shown of
attention and of the best entries was worked out in float64 from them.
"""

from tui_transformer.concepts.real_model.model import BATCH, RealModel
from tui_transformer.concepts.real_model.says import readable
from tui_transformer.numbers import count
from tui_transformer.steps import attention, linear, softmax
from tui_transformer.terms import Term, dot, exp, log, n, operand, total


@RealModel.token_ids.because("its number in the vocabulary")
def token_id(m: RealModel, at: int) -> Term:
    return operand(f"entry {name(m, at)}", m.token_ids[at])


# ── where it looks ─────────────────────────────────────────────────────────────────────


def name(m: RealModel, at: int) -> str:
    return readable(m.tokens[at])


def size(m: RealModel) -> int:
    """The channels of a head."""
    return m.reading.run.keys[0].shape[-1]


def seen(m: RealModel, query: int) -> int:
    """How many places a token may look at."""
    return query + 1 if m.reading.causal else m.places


def share_formula(m: RealModel, layer: int, head: int, query: int, key: int) -> str:
    if m.reading.causal and key > query:
        return "it comes later: the causal mask makes it exactly 0"
    power = softmax.power_formula(m.every_score[layer, head, query, : seen(m, query)], "z")
    return f"{name(m, query)} → {name(m, key)} = {power} / Σ {power}, z = q·k/√{size(m)}"


@RealModel.every_head.because(share_formula)
def share(m: RealModel, layer: int, head: int, query: int, key: int) -> Term:
    return attention.share(m.the("every_score").row(layer, head, query)[: seen(m, query)], key)


@RealModel.attention.because(lambda m, *place: share_formula(m, m.layer - 1, *place))
def attention_share(m: RealModel, head: int, query: int, key: int) -> Term:
    return share(m, m.layer - 1, head, query, key)


@RealModel.every_score.because(
    lambda m, layer, head, query, key: f"z = q({name(m, query)})·k({name(m, key)}) / √{size(m)}"
)
def score(m: RealModel, layer: int, head: int, query: int, key: int) -> Term:
    block, d = m.inside[0].block(layer + 1), size(m)
    q, k = (block[part].row(at)[head * d :][:d] for part, at in (("q", query), ("k", key)))
    return attention.score(q, k)


def parked_formula(m: RealModel, layer: int, head: int) -> str:
    where = " and ".join(name(m, at) for at in m.reading.parked[:2])
    return f"{name(m, m.at)} → {where}: their shares, added"


@RealModel.parked.because(parked_formula)
def parked(m: RealModel, layer: int, head: int) -> Term:
    row = m.the("every_head").row(layer, head, m.at)
    return total(row[at] for at in m.reading.parked if at < seen(m, m.at))


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
    read = {"GPT-2": "norm(stream)", "BERT": "head(stream)"}[network.family]
    read = f"{read if network.has_head else 'stream'}·vector({word})"
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


@RealModel.lens.because("what it says after a layer: z, or p")
def lens(m: RealModel, layer: int, k: int, j: int) -> Term:
    return m.the("best_logits" if j == 1 else "chances")[layer, k]


@RealModel.top_tokens.because("what it says in the end: z, or p")
def top_token(m: RealModel, k: int, j: int) -> Term:
    return lens(m, m.layers, k, j)


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


@RealModel.parameter_count.because(
    "entries·channels + places·channels + layers·(one block) + the rest (norms, head)"
)
def parameter_count(m: RealModel) -> Term:
    network, block = m.reading.network, m.reading.network.block
    known = (network.vocabulary + network.context) * block.d_model
    rest = network.parameter_count() - known - network.layers * block.parameter_count()
    v, t = operand("entries", network.vocabulary), operand("places", network.context)
    d, f = operand("channels", block.d_model), operand("hidden", block.d_ff)
    layers = operand("layers", network.layers)
    return v * d + t * d + blocks(layers, d, f) + operand("numbers of norms and head", rest)


@RealModel.minilm_bytes.because("what it would bring: 22.7 million numbers of 4 bytes")
def minilm_bytes(m: RealModel) -> Term:
    d = operand("channels", 384)
    rest = (operand("entries", 30_522) + operand("places", 512) + 4) * d + d**2 + d
    return 4 * (rest + blocks(n(6), d, operand("hidden", 1536)))
