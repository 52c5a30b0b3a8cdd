"""How each number of `hyperparameters` comes about."""

import dataclasses
from typing import Any

from tui_transformer.concepts.hyperparameters.model import Hyperparameters
from tui_transformer.nn.ledger import Design, forward_flops, ledger, resting
from tui_transformer.nn.published.designs import ASSUMED_TOKENS, TOKENS
from tui_transformer.terms import Term, total


def design(m: Hyperparameters) -> Design:
    """The design with numbers that know which control they are; what counts as nothing is left."""
    names = ["layers", "d_model", "heads", "kv_heads", "d_ff", "vocabulary", "context"]
    names += ["d_head"] if m.d_head else []
    names += ["experts", "active_experts"] if m.experts > 1 else []
    sizes: dict[str, Any] = {name: m.one(name) for name in names}
    if m.design.plain_heads:
        sizes["kv_heads"] = sizes["heads"]  # the very same: neither counts
    return dataclasses.replace(m.design, **sizes)


@Hyperparameters.parameter_count.because("parameters = Σ of all parts")
def parameter_count(m: Hyperparameters) -> Term:
    return total(m.the("ledger")[part] for part in m.ledger)


@Hyperparameters.active_parameter_count.because(
    "active: parameters − blocks·(experts − active experts)·(one network)"
)
def active_parameter_count(m: Hyperparameters) -> Term:
    if m.experts == 1:
        return m.one("parameter_count") - 0
    return m.one("parameter_count") - resting(design(m))


@Hyperparameters.ledger.because(lambda m, part: f"{part}: {m.parts[part].symbols}")
def a_part(m: Hyperparameters, part: str) -> Term:
    return ledger(design(m))[part].size


@Hyperparameters.shares.because(lambda m, part: f"{part} / all")
def a_share(m: Hyperparameters, part: str) -> Term:
    return m.the("ledger")[part] / m.one("parameter_count")


@Hyperparameters.weight_bytes.because("weight bytes: parameters · bytes of one")
def weight_bytes(m: Hyperparameters) -> Term:
    return m.one("parameter_count") * m.one("bytes_per_weight")


@Hyperparameters.kv_cache_bytes.because(
    lambda m: f"cache bytes: 2·caches·context·{cached(m)}·batch · bytes of one"
)
def kv_cache_bytes(m: Hyperparameters) -> Term:
    sizes = design(m)
    numbers: Term = 2 * sizes.caches * sizes.context * sizes.narrow * m.one("batch")
    return numbers * m.one("bytes_per_weight")


def cached(m: Hyperparameters) -> str:
    """Write how many columns a cache keeps for a token."""
    return "d" if m.design.plain_heads else "kv·dₕ"


@Hyperparameters.flops_per_token.because(lambda m: f"{flops_of(m)}: weights + looking + logits")
def flops_per_token(m: Hyperparameters) -> Term:
    return forward_flops(design(m))


def flops_of(m: Hyperparameters) -> str:
    """Name what the operations are counted for."""
    return "FLOPs/pair" if m.design.kind == "encoder-decoder" else "FLOPs/token"


@Hyperparameters.training_flops.because(
    lambda m: f"FLOPs in all: 3 · FLOPs · tokens seen ({tokens_from(m)})"
)
def training_flops(m: Hyperparameters) -> Term:
    return 3 * m.one("flops_per_token") * m.one("tokens_seen")


def tokens_from(m: Hyperparameters) -> str:
    """Say where the number of tokens is from."""
    published, where = TOKENS.get(m.preset, (ASSUMED_TOKENS, ""))
    if m.tokens_seen != published:
        return "yours"
    return f"published, {where}" if where else "assumed"


@Hyperparameters.head_size.because("what each head has to look with: d / heads, if not given")
def head_size(m: Hyperparameters) -> Term:
    return 1 * m.one("d_head") if m.d_head else m.one("d_model") / m.one("heads")
