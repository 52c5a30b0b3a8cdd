"""How the control panel shows its ledger: bars, what it costs, and where the sizes are from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_transformer.figure import Bar, Cell, Column, Figure, Table, Words
from tui_transformer.nn.ledger import ASSUMED_TOKENS, SOURCES, TOKENS, forward_flops
from tui_transformer.numbers import count, share
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.hyperparameters import Hyperparameters


def view(m: Hyperparameters) -> Figure:
    """The ledger as bars, what it costs, and where the numbers are from."""
    return Figure(
        rows=((ledger_table(m),), (costs(m), origin(m))),
        says=says(m),
        formula=total_working(m),
        data=f"published: {m.preset}" if m.published else "yours",
    )


def says(m: Hyperparameters) -> str:
    """Say where most of the parameters are."""
    part = max(m.ledger, key=lambda name: m.ledger[name])
    return (
        f"{count(m.parameter_count)} parameters, {share(m.ledger[part] / m.parameter_count)} "
        f"of them {part}; heads cost nothing."
    )


def total_working(m: Hyperparameters) -> Working:
    """Show how the parts add up."""
    return Working(
        "parameters = Σ of all parts",
        total(map(str, m.ledger.values())),
        m.parameter_count,
        "parameter_count",
    )


def ledger_table(m: Hyperparameters) -> Table:
    """One row per part, the largest bar for the largest part."""
    rows = tuple(
        (
            Cell(part, "text"),
            Cell(Bar(size / m.parameter_count), role="output"),
            Cell(
                size,
                "integer",
                role="output",
                working=Working(
                    f"{part}: {m.written[part].symbols}", m.written[part].arithmetic, size, "ledger"
                ),
            ),
            Cell(
                size / m.parameter_count,
                "probability",
                decimals=4,
                working=Working(
                    f"{part} / all",
                    f"{size} / {m.parameter_count}",
                    size / m.parameter_count,
                    "ledger",
                ),
            ),
        )
        for part, size in m.ledger.items()
    )
    whole = (
        Cell("all", "text", role="target"),
        Cell(Bar(1.0), role="target"),
        Cell(m.parameter_count, "integer", role="target", working=total_working(m)),
        Cell(1.0, "probability", decimals=4),
    )
    columns = (
        Column("part"),
        Column("share", "output", bar=True),
        Column("parameters", "output"),
        Column("share"),
    )
    return Table("The ledger", columns, (*rows, whole))


def costs(m: Hyperparameters) -> Table:
    """Memory and work, each with its working."""
    each = n(m.bytes_per_weight)
    rows = (
        cost(
            "weight bytes",
            m.weight_bytes,
            "parameters · bytes of one",
            f"{m.parameter_count}*{each}",
            "weight_bytes",
        ),
        (Cell("cache bytes", "text", key="kv_cache_bytes"), Cell("none (encoder)", "text"))
        if m.kv_cache_bytes is None
        else cost(
            "cache bytes",
            m.kv_cache_bytes,
            "2·caches·context·d·batch · bytes of one",
            f"2*{m.design.caches}*{m.context}*{m.d_model}*{m.batch}*{each}",
            "kv_cache_bytes",
        ),
        cost(
            "FLOPs/pair" if m.design.kind == "encoder-decoder" else "FLOPs/token",
            m.flops_per_token,
            "weights + looking + logits",
            forward_flops(m.design),
            "flops_per_token",
        ),
        cost(
            "FLOPs in all",
            m.training_flops,
            f"3 · FLOPs · tokens seen ({tokens_from(m)})",
            f"3*{m.flops_per_token}*{m.tokens_seen}",
            "training_flops",
        ),
        cost(
            "d / heads",
            m.d_model // m.heads,
            "what each head has to look with",
            f"{m.d_model}/{m.heads}",
            "parameter_count",
        ),
    )
    return Table("What it costs", (Column(""), Column("")), rows, width=31)


def cost(name: str, size: float, formula: str, arithmetic: str, of: str) -> tuple[Cell, ...]:
    """One row: what, how much, and how that came about."""
    working = Working(f"{name}: {formula}", arithmetic, size, of)
    return (Cell(name, "text", key=of), Cell(float(size), "text", working=working))


def tokens_from(m: Hyperparameters) -> str:
    """Say where the number of tokens is from."""
    published, where = TOKENS.get(m.preset, (ASSUMED_TOKENS, ""))
    if m.tokens_seen != published:
        return "yours"
    return f"published, {where}" if where else "assumed"


def origin(m: Hyperparameters) -> Words:
    """Where the sizes are from."""
    whose = m.preset if m.preset in SOURCES else "gpt2"
    source = SOURCES[whose] if m.published else f"your numbers, laid out as {whose}"
    per_layer = count(12 * m.d_model**2 + 13 * m.d_model)
    return Words(
        "Where it is from",
        (
            f"{source}.",
            f"Tokens seen: {tokens_from(m)}.",
            f"12d² + 13d = {per_layer}: a block with d_ff = 4d, biases and norms.",
        ),
        width=20,
    )
