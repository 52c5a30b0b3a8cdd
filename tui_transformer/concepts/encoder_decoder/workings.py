"""How each number of `encoder-decoder` comes about, through both halves, down to the weights."""

from tui_transformer.concepts.encoder_decoder.model import EncoderDecoder
from tui_transformer.nn.made_up.reversing import PLAN, SIGNS
from tui_transformer.numbers import subscript
from tui_transformer.steps import softmax
from tui_transformer.terms import Named, Term, n

D_HEAD = PLAN.d_model // PLAN.heads


def numbered(text: str) -> tuple[str, ...]:
    """Name places by the sign that stands there and its number."""
    return tuple(f"{sign}{subscript(at)}" for at, sign in enumerate(text))


def layer(m: EncoderDecoder, part: str) -> Named:
    """A part of the chosen layer of the decoder."""
    return m.inside.attentions[f"decoder_{m.layer - 1}.{part}"]


def formula(row: str, i: int, key: str, j: int) -> str:
    return f"{numbered(row)[i]} → {numbered(key)[j]} = e^z / Σ e^z, z = q·k/√{D_HEAD}"


@EncoderDecoder.encoder_attention.because(lambda m, head, i, j: formula(m.source, i, m.source, j))
def encoder_share(m: EncoderDecoder, head: int, i: int, j: int) -> Term:
    return m.inside.encoders[m.layer - 1]["shares"].working(head, i, j).term


@EncoderDecoder.decoder_attention.because(
    lambda m, head, i, j: (
        "not written yet: the causal mask makes it exactly 0"
        if j > i
        else formula(m.read, i, m.read, j)
    )
)
def decoder_share(m: EncoderDecoder, head: int, i: int, j: int) -> Term:
    return layer(m, "attention.shares").working(head, i, j).term


@EncoderDecoder.cross_attention.because(lambda m, head, i, j: formula(m.read, i, m.source, j))
def cross_share(m: EncoderDecoder, head: int, i: int, j: int) -> Term:
    return softmax.share(m.the("cross_scores").row(head, i), j)


@EncoderDecoder.cross_scores.because(
    lambda m, head, i, j: (
        f"z = q({numbered(m.read)[i]}, decoder)·k({numbered(m.source)[j]}, encoder) / √{D_HEAD}"
    )
)
def cross_score(m: EncoderDecoder, head: int, i: int, j: int) -> Term:
    return layer(m, "cross.scores").working(head, i, j).term


@EncoderDecoder.logits.because(
    lambda m, i, sign: (
        f"z({SIGNS[sign]}) = norm(stream)·embedding({SIGNS[sign]}), {PLAN.d_model} channels"
    )
)
def logit(m: EncoderDecoder, i: int, sign: int) -> Term:
    return m.inside.logits.working(i, sign).term


@EncoderDecoder.chances.because(lambda m, i, sign: f"p({SIGNS[sign]}) = e^z / Σ e^z over 28 signs")
def chance(m: EncoderDecoder, i: int, sign: int) -> Term:
    return softmax.share(m.the("logits").row(i), sign)


@EncoderDecoder.contributions.because(lambda m, k, j: m.written.symbols(m.contributions[k][0]))
def contribution(m: EncoderDecoder, k: int, j: int) -> Term:
    return m.written.share(m.contributions[k][0])


@EncoderDecoder.parameter_count.because(
    "(V + 2·context)·d + encoders·(12d² + 13d) + decoders·(16d² + 19d) + 4d"
)
def parameter_count(m: EncoderDecoder) -> Term:
    d = n(PLAN.d_model)
    encoders = PLAN.encoders * (12 * d**2 + 13 * d)
    decoders = PLAN.decoders * (16 * d**2 + 19 * d)
    return (n(PLAN.vocabulary) + 2 * n(PLAN.context)) * d + encoders + decoders + 4 * d
