"""How each number of `generation` comes about, down to the weights and the draws."""

import math

from tui_transformer.concepts.generation.model import CONTEXT, D_HEAD, Generation, V
from tui_transformer.concepts.generation.says import names, quoted
from tui_transformer.nn import kv_cache
from tui_transformer.nn.made_up.prose import PLAN
from tui_transformer.steps import attention, linear, sampling, softmax
from tui_transformer.steps.activations import largest, upwards
from tui_transformer.terms import Operand, Term, exp, n, operand, total

BYTES = 8  # of a float64
HALF = CONTEXT // 2


def ranked(m: Generation, name: str) -> list[Operand]:
    """The numbers of all tokens, the likeliest token's first."""
    return m.the(name).some(m.ranked.tolist())


def rank(m: Generation, token: int) -> int:
    return m.ranked.tolist().index(token)


# ── what may come next ─────────────────────────────────────────────────────────────────


@Generation.logits.because(
    lambda m, i: f"z{quoted(m, i)} = norm(stream)·embedding{quoted(m, i)}, {PLAN.d_model} channels"
)
def logit(m: Generation, i: int) -> Term:
    return m.readings[m.dropped_tokens].logits.working(m.places - 1, i).term


@Generation.p.because(lambda m, i: f"p{quoted(m, i)} = e^z / Σ e^z over {V} tokens")
def p(m: Generation, i: int) -> Term:
    return softmax.share(ranked(m, "logits"), rank(m, i))


def warmed_formula(m: Generation, i: int) -> str:
    if not m.temperature:
        return "T = 0: the largest logit takes all"
    return f"p{quoted(m, i)} at T = e^((z − max)/T) / Σ e^((z − max)/T)"


@Generation.warmed.because(warmed_formula)
def warmed(m: Generation, i: int) -> Term:
    return sampling.at_temperature(ranked(m, "logits"), m.one("temperature"), rank(m, i))


def drawn_formula(m: Generation, i: int) -> str:
    if not m.drawn_with[i]:
        return f"{quoted(m, i)} was dropped"
    return f"drawn with = p{quoted(m, i)} at T / Σ p at T of the {m.kept} kept"


@Generation.drawn_with.because(drawn_formula)
def drawn_with(m: Generation, i: int) -> Term:
    shares = m.drawn_with.tolist()
    kept = [j for j in m.ranked.tolist() if shares[j] > 0 or j == i]
    may_come = [shares[j] > 0 for j in kept]
    return sampling.of_the_kept(m.the("warmed").some(kept), may_come, kept.index(i))


@Generation.top_tokens.because("of one of the likeliest: its logit, or its p")
def top_token(m: Generation, k: int, j: int) -> Term:
    return ranked(m, "logits" if j == 1 else "p")[k]


@Generation.kept.because(f"1 for each of {V} tokens that may come: Σ ⌈q⌉")
def kept(m: Generation) -> Term:
    return total(upwards(q) for q in ranked(m, "drawn_with"))


@Generation.entropy.because(f"Σ −p ln p over {V} tokens; ln {V} = {math.log(V):.3f} at the most")
def entropy(m: Generation) -> Term:
    return softmax.entropy(ranked(m, "p"))


@Generation.as_among.because("e^entropy: as undecided as among so many equal ones")
def as_among(m: Generation) -> Term:
    return exp(m.one("entropy"))


@Generation.drawn_entropy.because("Σ −q ln q over what may be drawn")
def drawn_entropy(m: Generation) -> Term:
    return softmax.entropy(ranked(m, "drawn_with"))


@Generation.uniform.because(
    lambda m: (
        "u from the seed, 0..1: going through the tokens by number, the sum of their shares "
        f"passes it at {quoted(m, m.coming)}"
    )
)
def uniform(m: Generation) -> Term:
    return m.leaf("uniforms")[m.tokens]


# ── what the text has cost ─────────────────────────────────────────────────────────────


@Generation.prices.because("−ln p of this token when it was next = ln Σ e^z − z")
def price(m: Generation, at: int) -> Term:
    start = kv_cache.window(max(at, m.typed), CONTEXT)
    z = m.readings[start].logits.row(at - 1 - start)
    return softmax.price(z, m.state_of_text.ids[at])


@Generation.log_probabilities.because("ln p of this token when it was next")
def log_probability(m: Generation, at: int) -> Term:
    return -m.the("prices")[at]


@Generation.mean_price.because("mean of −ln p over the tokens so far")
def mean_price(m: Generation) -> Term:
    return linear.mean([m.the("prices")[i] for i, x in enumerate(m.prices) if x is not None])


# ── where it looks ─────────────────────────────────────────────────────────────────────


def share_formula(m: Generation, head: int, query: int, key: int) -> str:
    if key > query:
        return "a later token: the mask makes it exactly 0"
    return f"{names(m)[query]} → {names(m)[key]} = e^z / Σ e^z, z = q·k/√{D_HEAD}"


@Generation.attention.because(share_formula)
def share(m: Generation, head: int, query: int, key: int) -> Term:
    return attention.share(m.the("scores").row(head, query)[: query + 1], key)


@Generation.scores.because(
    lambda m, head, query, key: f"z = q({names(m)[query]})·k({names(m)[key]}) / √{D_HEAD}"
)
def score(m: Generation, head: int, query: int, key: int) -> Term:
    block = m.readings[m.dropped_tokens].blocks[m.layer - 1]
    return block["scores"].working(head, query, key).term


# ── the cache ──────────────────────────────────────────────────────────────────────────


def length_formula(m: Generation, row: int, place: int) -> str:
    if place >= m.places:
        return "nothing is kept here yet"
    layer, kind = row // 2 + 1, "kv"[row % 2]
    return f"|{kind}| of {names(m)[place]} in layer {layer}, head {m.head}: {D_HEAD} numbers"


@Generation.lengths.because(length_formula)
def length(m: Generation, row: int, place: int) -> Term:
    if place >= m.places:
        return operand("nothing is kept here yet", 0)
    vectors = m.readings[m.dropped_tokens].blocks[row // 2]["kv"[row % 2]]
    columns = range(m.head * D_HEAD, (m.head + 1) * D_HEAD)
    return linear.length([vectors[place, c] for c in columns])


@Generation.dropped_tokens.because(f"{HALF}·⌈(tokens − {CONTEXT})/{HALF}⌉ where there are more")
def dropped_tokens(m: Generation) -> Term:
    return HALF * upwards(largest(text_length(m) - CONTEXT, 0) / HALF)


def text_length(m: Generation) -> Term:
    """The tokens of the text: those of the prompt, and what was written."""
    return operand("tokens of the prompt", m.typed) + m.one("tokens")


@Generation.places.because("all tokens − those that fell out")
def places(m: Generation) -> Term:
    return text_length(m) - m.one("dropped_tokens")


@Generation.read.because(lambda m: "all that are left" if m.read > 1 else "the newest token alone")
def read(m: Generation) -> Term:
    return m.one("places") if m.read > 1 else n(1)


@Generation.places_left.because("places − tokens that are read")
def places_left(m: Generation) -> Term:
    return CONTEXT - m.one("places")


@Generation.kv_cache_bytes.because("2·L·d·t·8: a key and a value, in float64")
def kv_cache_bytes(m: Generation) -> Term:
    return n(2) * PLAN.layers * PLAN.d_model * m.one("places") * BYTES


@Generation.keys_seen.because("Σ of the keys that each sees: itself and all before it")
def keys_seen(m: Generation, without: int) -> Term:
    of, t = m.one("places" if without else "read"), m.one("places")
    return of * (2 * t - of + 1) / 2


@Generation.multiply_adds.because("L·(12·d²·read + 2·d·keys seen) + V·d")
def multiply_adds(m: Generation, without: int) -> Term:
    of, d = m.one("places" if without else "read"), PLAN.d_model
    seen = m.the("keys_seen")[without]
    return PLAN.layers * (n(12) * n(d) ** 2 * of + n(2) * d * seen) + n(V) * d


@Generation.contributions.because(lambda m, k, j: m.written.symbols(m.contributions[k][0]))
def contribution(m: Generation, k: int, j: int) -> Term:
    return m.written.share(m.contributions[k][0])
