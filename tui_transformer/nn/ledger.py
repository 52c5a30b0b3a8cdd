"""What a transformer is made of, counted: parameters by part, and operations."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from tui_transformer.records import dataclass

Kind = Literal["decoder", "encoder", "encoder-decoder"]
DISTANCES = 32  # buckets of distances, each with a number for every head: T5 (2020), §2.1


class Part(NamedTuple):
    """A part of the ledger: its formula, and how many numbers it has."""

    symbols: str
    size: Any


@dataclass(frozen=True)
class Design:
    """The sizes of a transformer, as its paper gives them, and which parts it has.

    A `d_head` of 0 is d_model / heads. `biases` says which matrices have one: all, only those
    of q, k and v, or none. A `gated` network has a third matrix. With several `experts` a
    block has so many networks, of which a router picks `active_experts` for each token.
    `matrices_only` leaves norms and positions uncounted, as a paper's table may. An
    encoder-decoder has `layers` blocks of either kind, and its decoders a second, crossing
    attention.
    """

    layers: int
    d_model: int
    heads: int
    d_ff: int
    vocabulary: int
    context: int
    kv_heads: int
    tied: bool = True
    ffn: str = "plain"
    norm: str = "layer"
    positions: str = "learned"
    biases: str = "all"
    d_head: int = 0
    experts: int = 1
    active_experts: int = 1
    kind: Kind = "decoder"
    matrices_only: bool = False
    final_norm: bool = True
    extras: tuple[tuple[str, Callable[["Design"], Part]], ...] = ()

    @property
    def stacks(self) -> int:
        """How many stacks of blocks there are."""
        return 2 if self.kind == "encoder-decoder" else 1

    @property
    def blocks(self) -> Any:
        """How many blocks there are, each with its feed-forward network."""
        return self.layers * self.stacks

    @property
    def attentions(self) -> Any:
        """How many attention layers there are."""
        return self.layers * 3 if self.kind == "encoder-decoder" else self.layers

    @property
    def norms(self) -> Any:
        """One for each attention and each feed-forward network, and often one after a stack."""
        norms = self.attentions + self.blocks
        return norms + self.stacks if self.final_norm else norms

    @property
    def caches(self) -> Any:
        """How many attentions keep their keys and values while the model writes."""
        if self.kind == "encoder":
            return 0
        return self.layers * 2 if self.kind == "encoder-decoder" else self.layers

    @property
    def plain_heads(self) -> bool:
        """Whether the heads share d columns, each with keys of its own: so they cost nothing."""
        return not self.d_head and self.kv_heads == self.heads

    @property
    def head(self) -> Any:
        """How many numbers a head has to look with."""
        return self.d_head if self.d_head else self.d_model / self.heads

    @property
    def wide(self) -> Any:
        """The columns of all queries."""
        return self.heads * self.d_head if self.d_head else self.d_model

    @property
    def narrow(self) -> Any:
        """The columns of all keys, and those of all values."""
        return self.d_model if self.plain_heads else self.kv_heads * self.head  # h divides d

    @property
    def network(self) -> Any:
        """The numbers of one feed-forward network."""
        d, f, gated = self.d_model, self.d_ff, self.ffn == "gated"
        matrices = (3 if gated else 2) * d * f
        if self.biases != "all":
            return matrices
        return matrices + (2 * f if gated else f) + d


def ledger(m: Design) -> dict[str, Part]:
    """Count the parameters of every part.

    The sizes may be whatever can be multiplied and added, and the counts are the same.
    """
    rows = {
        "token embedding": Part("V·d", m.vocabulary * m.d_model),
        "attention": _attention(m),
        "feed-forward": _feed_forward(m),
    }
    if m.experts != 1:
        rows["router"] = Part("blocks·d·experts", m.blocks * m.d_model * m.experts)
    if not m.matrices_only:
        if m.positions == "learned":
            rows["positions"] = Part("context·d", m.context * m.d_model)
        if m.positions == "relative":
            buckets = m.stacks * DISTANCES
            rows["positions"] = Part(f"{buckets}·h", buckets * m.heads)
        rows["norms"] = norm(m, m.norms, "norms·")
    if not m.tied:
        rows["output head"] = Part("V·d", m.vocabulary * m.d_model)
    return rows | {name: part(m) for name, part in m.extras}


def norm(m: Design, count: Any = 1, symbols: str = "") -> Part:
    """Count norms: a layer norm has a gain and a bias, an RMS norm a gain alone."""
    if m.norm == "layer":
        return Part(f"{symbols}2d", count * 2 * m.d_model)
    return Part(f"{symbols}d", count * m.d_model)


def _attention(m: Design) -> Part:
    """Four matrices: queries and output over all heads, keys and values over theirs."""
    d, wide, narrow = m.d_model, m.wide, m.narrow
    if m.plain_heads:
        weights, symbols = 4 * d**2, "4d²"
        biases = {"all": (4 * d, " + 4d"), "qkv": (3 * d, " + 3d")}
    else:
        weights, symbols = 2 * d * wide + 2 * d * narrow, "2·d·dₕ·(h + kv)"
        biases = {
            "all": (wide + 2 * narrow + d, " + dₕ·(h + 2kv) + d"),
            "qkv": (wide + 2 * narrow, " + dₕ·(h + 2kv)"),
        }
    if m.biases in biases:
        added, more = biases[m.biases]
        weights, symbols = weights + added, f"({symbols}{more})"
    return Part(f"attentions·{symbols}", m.attentions * weights)


def _feed_forward(m: Design) -> Part:
    """Two matrices, or three with a gate, in every expert of every block."""
    gated, many = m.ffn == "gated", m.experts != 1
    symbols = f"{3 if gated else 2}·d·d_ff"
    if m.biases == "all":
        symbols = f"({symbols} + {'2·d_ff' if gated else 'd_ff'} + d)"
    networks = m.blocks * m.experts if many else m.blocks
    return Part(f"blocks·{'experts·' if many else ''}{symbols}", networks * m.network)


def resting(m: Design) -> Any:
    """Count the parameters that do not work on a token: the experts that the router leaves out."""
    return m.blocks * (m.experts - m.active_experts) * m.network


def forward_flops(m: Design) -> Any:
    """Count the operations of one token at full context, a multiply-add as two.

    2 for every weight of the projections and feed-forward matrices that work on it, the router
    included; for looking 4·n·(columns of all queries), q·k and the weighted sum over n positions;
    at the end 2·V·d for the logits. As Kaplan et al. (2020), table 1, where looking counts q·k
    alone. Of an encoder-decoder: a pair of tokens, one that is read and one that is written.
    The sizes may be whatever can be multiplied and added.
    """
    d, side = m.d_model, 3 if m.ffn == "gated" else 2
    projections = 8 * d**2 if m.plain_heads else 4 * d * (m.wide + m.narrow)
    network = 2 * side * d * m.d_ff
    if m.experts != 1:
        network = m.active_experts * network + 2 * d * m.experts
    weights = m.attentions * projections + m.blocks * network
    return weights + m.attentions * 4 * m.context * m.wide + 2 * m.vocabulary * d
