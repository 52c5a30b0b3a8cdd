"""How the control panel shows its ledger: bars, what it costs, and where the sizes are from."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.hyperparameters.model import Hyperparameters
from tui_transformer.concepts.hyperparameters.workings import flops_of, tokens_from
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.nn.ledger import ledger
from tui_transformer.nn.published.designs import SOURCES
from tui_transformer.numbers import count, share
from tui_transformer.panels import Others, Plot, Table, Words, main
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Points, Role, cell

# The sizes whose weight is compared, each with its colour.
KNOBS: dict[str, Role] = {
    "d_model": "first",
    "layers": "second",
    "vocabulary": "third",
    "heads": "muted",
}
WHOLE = 1e15  # numbers below it are written with all their digits


def view(m: Hyperparameters) -> Figure:
    """The ledger as bars; what each knob alone would do; what it costs, and where it is from."""
    return Figure(
        rows=((ledger_table(m),), (main(knobs(m)),), (costs(m), origin(m))),
        says=says(m),
        formula=m.one("parameter_count").why(),
        data=f"published: {m.preset}" if m.published else "yours",
    )


def says(m: Hyperparameters) -> str:
    """Say where most of the parameters are, and how many work on a token where not all do."""
    part = max(m.ledger, key=lambda name: m.ledger[name])
    most = share(m.ledger[part] / m.parameter_count)
    said = f"{count(m.parameter_count)} parameters"
    if m.active_parameter_count < m.parameter_count:
        at_work = count(m.active_parameter_count)
        return f"{said}, {at_work} at work; {part} is {most}."
    return f"{said}, {most} of them {part}."


def ledger_table(m: Hyperparameters) -> Table:
    """One row per part, the largest bar for the largest part."""
    rows = tuple(
        (
            Cell(part, "text"),
            Cell(Bar(m.shares[part]), role="output"),
            cell(m.the("ledger")[part], "integer", role="output"),
            cell(m.the("shares")[part], "probability", decimals=4),
        )
        for part in m.ledger
    )
    whole = (
        Cell("all", "text", role="target"),
        Cell(Bar(1.0), role="target"),
        cell(m.one("parameter_count"), "integer", role="target"),
        Cell(1.0, "probability", decimals=4),
    )
    columns = (
        Column("part"),
        Column("share", "output", bar=True),
        Column("parameters", "output"),
        Column("share"),
    )
    parts = [*m.ledger]

    def together(places: Sequence[int]) -> tuple[Cell, ...]:
        number = sum(m.ledger[parts[place]] for place in places)
        return (
            Cell(Bar(number / m.parameter_count), role="output"),
            Cell(number, "integer", role="output"),
            Cell(number / m.parameter_count, "probability", decimals=4),
        )

    others = Others([*m.shares.values(), Others.ALWAYS], together)
    return Table("The ledger", columns, (*rows, whole), of=f"{len(parts)} parts", others=others)


def knobs(m: Hyperparameters) -> Plot:
    """All parameters over each size alone, from a quarter of it to four times as much."""
    times = np.geomspace(0.25, 4, 17)
    lines = tuple(
        Line(times, _turned(m, size, times) / m.parameter_count, role, size)
        for size, role in KNOBS.items()
    )
    known = ": d_model squared, heads for nothing" if m.design.plain_heads else ""
    return Plot(
        f"One knob alone{known}",
        (*lines, Points([1], [1], "target", "now")),
        Axis("× the knob", 0.25, 4, log=True),
        Axis("×", log=True),
        key="knobs",
    )


def _turned(m: Hyperparameters, size: str, times: Array) -> Array:
    """Count the parameters where one size is so many times as large, for each of some times."""
    if size == "heads":  # which are compared with those of the keys, one by one
        return np.array([_counted(m, size, x) for x in times])
    return _counted(m, size, times)


def _counted(m: Hyperparameters, size: str, times: Any) -> Any:
    sizes = {size: getattr(m.design, size) * times}
    if size == "heads" and m.design.kv_heads == m.heads:  # they are the same ones
        sizes["kv_heads"] = sizes["heads"]
    turned = dataclasses.replace(m.design, **sizes)
    return sum(part.size for part in ledger(turned).values())


def costs(m: Hyperparameters) -> Table:
    """Memory and work."""
    names = {
        "weight_bytes": "weight bytes",
        "kv_cache_bytes": "cache bytes",
        "flops_per_token": flops_of(m),
        "training_flops": "FLOPs in all",
        "head_size": "a head has" if m.d_head else "d / heads",
    }
    if m.experts > 1:
        names = {"active_parameter_count": "active"} | names
    rows = each(lambda value: (Cell(names[value], "text", key=value), cost(m, value)), tuple(names))
    return Table("What it costs", (Column(""), Column("")), rows, width=40)


def cost(m: Hyperparameters, value: str) -> Cell:
    """One number, whole where its digits can be read: all work of training has twenty."""
    if getattr(m, value) is None:
        return Cell("none (encoder)", "text")
    size = m.one(value)
    whole = float(size.value).is_integer() and size.value < WHOLE
    return Cell(float(size.value), "integer" if whole else "text", working=size.why)


def origin(m: Hyperparameters) -> Words:
    """Where the sizes are from."""
    whose = m.preset if m.preset in SOURCES else "gpt2"
    source = SOURCES[whose] if m.published else f"your numbers, laid out as {whose}"
    return Words(
        "Where it is from",
        (
            f"{source}.",
            *told(m),
            f"Tokens seen: {tokens_from(m)}.",
            a_block(m),
        ),
        width=20,
    )


def told(m: Hyperparameters) -> tuple[str, ...]:
    """Add what a paper claims of a design and no ledger can count, and who shares the design."""
    if not m.published:
        return ()
    if m.preset == "transformer-base":
        return (
            "T5 (Raffel et al., 2020) is such an encoder and decoder too, trained to fill in gaps.",
        )
    if m.preset != "distilbert":
        return ()
    ratio = m.flops_per_token / m.replace(preset="bert-base").flops_per_token
    return (
        f"It needs {ratio:.2f} of BERT-base's FLOPs a token, counted here. That it keeps 97 % of "
        "BERT's score is the paper's own claim (§4, on GLUE), and 60 % faster its measurement.",
    )


def a_block(m: Hyperparameters) -> str:
    """Say what one block holds, beside the 12·d² of the first ones."""
    design, plain = m.design, 12 * m.d_model**2 + 13 * m.d_model
    if (design.ffn, design.experts, design.biases) == ("plain", 1, "all") and design.plain_heads:
        return f"12d² + 13d = {count(plain)}: a block with d_ff = 4d, biases and norms."
    one = dataclasses.replace(design, layers=1, kind="decoder", final_norm=False)
    names = ("attention", "feed-forward", "router", "norms")
    parts = ledger(one)
    held = sum(int(parts[name].size) for name in names if name in parts)
    return f"A block holds {count(held)}; 12d² + 13d would be {count(plain)}."
