"""What `hyperparameters` claims.

The counts come from the tensors that a model's file holds, shape by shape, named as in the
released checkpoints; the sizes and token counts from the papers that `PAPERS` names.
"""

import math
from types import SimpleNamespace

from tests.claims.book import Claims, State, opened, read, shown

hyperparameters = Claims("hyperparameters")

# layers, d_model, heads, vocabulary, context, tokens trained on (None: not published)
PAPERS = {
    # Radford et al. (2019), table 2 gives layers and d_model; heads, vocabulary and context as in
    # the released hparams.json. The 40 GB of WebText are not counted in tokens.
    "gpt2": (12, 768, 12, 50257, 1024, None),
    "gpt2-medium": (24, 1024, 16, 50257, 1024, None),
    "gpt2-large": (36, 1280, 20, 50257, 1024, None),
    "gpt2-xl": (48, 1600, 25, 50257, 1024, None),
    # Devlin et al. (2018), section 3, and the released bert_config.json (uncased); appendix A.2:
    # a million steps of 256 sequences, 90 % of them of 128 tokens, the rest of 512.
    "bert-base": (12, 768, 12, 30522, 512, 42_598_400_000),
    "bert-large": (24, 1024, 16, 30522, 512, 42_598_400_000),
    # Sanh et al. (2019), section 3: BERT-base with half the layers, no token types, no pooler.
    "distilbert": (6, 768, 12, 30522, 512, None),
    # Vaswani et al. (2017), table 3; section 5.1: about 37,000 tokens, batches of about 25,000
    # source and 25,000 target tokens; 5.2: 100,000 steps. It names no longest context.
    "transformer-base": (6, 512, 8, 37000, 512, 2_500_000_000),
    # Brown et al. (2020), table 2.1; "a total of 300 billion tokens"
    "gpt3": (96, 12288, 96, 50257, 2048, 300_000_000_000),
    # tui_transformer/training/sorter.py: 600 steps of 64 lines of 11
    "sorter": (3, 48, 3, 3, 11, 422_400),
}
# Counts of the released files, of GPT-3 by its table, and of ours.
COUNTS = {
    "gpt2": 124_439_808,
    "gpt2-medium": 354_823_168,
    "gpt2-large": 774_030_080,
    "gpt2-xl": 1_557_611_200,
    "bert-base": 109_482_240,
    "bert-large": 335_141_888,
    "distilbert": 66_362_880,
    "gpt3": 175_181_291_520,
    "sorter": 85_584,
}
ENCODERS = ("bert-base", "bert-large", "distilbert")
SUBLAYERS = {"transformer-base": (3, 2)}  # attentions and networks that a pair of blocks has


def tensors(c: SimpleNamespace) -> dict[str, list[tuple[int, ...]]]:
    """List the shapes of all tensors of a model, by the part they belong to."""
    d, f, layers = c.d_model, c.d_ff, c.layers
    attentions, networks = (layers * n for n in SUBLAYERS.get(c.preset, (1, 1)))
    parts: dict[str, list[tuple[int, ...]]] = {
        "token embedding": [(c.vocabulary, d)],
        "attention": [(d, d)] * 4 * attentions,
        "feed-forward": [(d, f), (f, d)] * networks,
    }
    if c.biases:
        parts["attention"] += [(d,)] * 4 * attentions
        parts["feed-forward"] += [(f,), (d,)] * networks
        parts["norms"] = [(d,), (d,)] * (attentions + networks)
        if c.preset not in SUBLAYERS:
            parts["positions"] = [(c.context, d)]
        if c.preset not in ENCODERS and c.preset not in SUBLAYERS:
            parts["norms"] += [(d,), (d,)]  # after the last block
    if not c.tied:
        parts["output head"] = [(d, c.vocabulary)]
    if c.preset in ENCODERS:
        parts["embedding norm"] = [(d,), (d,)]
    if c.preset in ENCODERS[:2]:
        parts |= {"token types": [(2, d)], "pooler": [(d, d), (d,)]}
    return parts


def sizes(c: SimpleNamespace) -> dict[str, int]:
    return {part: sum(math.prod(x) for x in shapes) for part, shapes in tensors(c).items()}


def steps(c: SimpleNamespace) -> int:
    """Multiply and add for one token: through every matrix of a block, over the context, out."""
    blocks = [x for part in ("attention", "feed-forward") for x in tensors(c)[part]]
    weights = sum(math.prod(x) for x in blocks if len(x) == 2)
    attentions = c.layers * SUBLAYERS.get(c.preset, (1, 1))[0]
    return 2 * (weights + attentions * 2 * c.context * c.d_model + c.vocabulary * c.d_model)


def touched(c: SimpleNamespace) -> bool:
    """Whether anything that a paper gives was changed by hand."""
    if c.preset == "custom":
        return True
    now = (c.layers, c.d_model, c.heads, c.vocabulary, c.context)
    matrices_alone = c.preset == "gpt3"
    return (
        now != PAPERS[c.preset][:5]
        or c.d_ff != 4 * c.d_model
        or (c.tied, c.biases) != (not matrices_alone, not matrices_alone)
    )


# ── values ─────────────────────────────────────────────────────────────────────────────


@hyperparameters.oracle("ledger", "parameter_count")
def ledger(s: State) -> None:
    assert s.values.ledger == sizes(s.controls)
    assert s.values.parameter_count == sum(sizes(s.controls).values())
    if s.controls.preset in COUNTS and not touched(s.controls):
        assert s.values.parameter_count == COUNTS[s.controls.preset]
    if s.controls.preset == "transformer-base" and not touched(s.controls):
        # Vaswani et al. (2017), table 3: 65 million, and nothing more exact
        assert abs(s.values.parameter_count / 65e6 - 1) < 0.04
    table = s.table("The ledger")
    assert abs(math.fsum(table[part]["share"] for part in s.values.ledger) - 1) < 1e-12
    assert {part: table[part]["parameters"] for part in s.values.ledger} == s.values.ledger


@hyperparameters.oracle("weight_bytes")
def weight_bytes(s: State) -> None:
    assert s.values.weight_bytes == s.values.parameter_count * s.controls.bytes_per_weight


@hyperparameters.oracle("kv_cache_bytes")
def kv_cache_bytes(s: State) -> None:
    c = s.controls
    if c.preset in ENCODERS:
        assert s.values.kv_cache_bytes is None
        assert s.table("What it costs")["cache bytes"][""] == "none (encoder)"
        return
    # In an encoder-decoder it is the decoder that keeps: for its own tokens and for the source's.
    kept = c.layers * (2 if c.preset == "transformer-base" else 1)
    numbers = sum(c.d_model for _ in range(kept) for _ in ("key", "value"))
    assert s.values.kv_cache_bytes == numbers * c.context * c.batch * c.bytes_per_weight


@hyperparameters.oracle("flops_per_token", "training_flops")
def flops(s: State) -> None:
    c = s.controls
    assert s.values.flops_per_token == steps(c)
    assert s.values.training_flops == 3 * steps(c) * c.tokens_seen
    if c.preset == "gpt3" and not touched(c) and c.tokens_seen == PAPERS["gpt3"][5]:
        # Brown et al. (2020), table D.1: 3.14e23, where looking is left out
        assert abs(s.values.training_flops / 3.14e23 - 1) < 0.05
    # The screen says of the tokens where they are from, and of the sizes whether they are its own.
    said = " ".join(s.figure.panels[-1].lines)
    published = PAPERS[c.preset][5] if c.preset in PAPERS else None
    assert ("Tokens seen: published" in said) == (c.tokens_seen == published)
    assert ("assumed." in said) == (published is None and c.tokens_seen == 300_000_000_000)
    assert s.figure.data == ("yours" if touched(c) else f"published: {c.preset}")
    per_block = read(said.partition("12d² + 13d = ")[2].partition(":")[0])
    d, f = c.d_model, 4 * c.d_model
    attention, network, norms = 4 * (d * d + d), d * f + f + f * d + d, 2 * (d + d)
    assert per_block == attention + network + norms


# ── sentences ──────────────────────────────────────────────────────────────────────────


@hyperparameters.says("{count} parameters, {share} of them {part}.")
def largest(s: State, count: str, share: str, part: str) -> None:
    mine = sizes(s.controls)
    assert read(count) == sum(mine.values())
    assert mine[part] == max(mine.values())
    shown(share, mine[part] / sum(mine.values()))
    assert share != "100 %" or mine[part] == sum(mine.values())
    other = next(h for h in range(1, 129) if s.controls.d_model % h == 0 and h != s.controls.heads)
    assert sizes(SimpleNamespace(**vars(s.controls) | {"heads": other})) == mine


@hyperparameters.says("{count} parameters are left of 124,439,808, token embedding: {share}.")
def shrunk(s: State, count: str, share: str) -> None:
    mine = sizes(s.controls)
    assert read(count) == sum(mine.values()) < 1_000_000
    assert opened("tfx hyperparameters").values.parameter_count == COUNTS["gpt2"]
    shown(share, mine["token embedding"] / sum(mine.values()))


@hyperparameters.says("{heads} × {each} numbers for 16 × 64: {count} parameters, as before.")
def other_heads(s: State, heads: str, each: str, count: str) -> None:
    assert int(heads) == s.controls.heads != 16
    assert int(heads) * int(each) == 1024 == 16 * 64
    assert read(count) == COUNTS["gpt2-medium"] == s.values.parameter_count


@hyperparameters.says(
    "{layers} blocks instead of 12, each as wide, {wide}: {count} parameters, not 109,482,240."
)
def halved(s: State, layers: str, wide: str, count: str) -> None:
    assert 2 * int(layers) == 12 == PAPERS["bert-base"][0]
    assert int(wide) == PAPERS["bert-base"][1]
    d, f = PAPERS["bert-base"][1], 4 * PAPERS["bert-base"][1]
    block = 4 * (d * d + d) + 2 * d * f + f + d + 2 * 2 * d
    assert read(count) == COUNTS["bert-base"] - 6 * block == s.values.parameter_count
    assert COUNTS["bert-base"] == 109_482_240


# ── the explanation ────────────────────────────────────────────────────────────────────


@hyperparameters.tells(
    "A block holds about 12·d² weights where *d_ff* is four times *d_model*, as it usually is: "
    "double both, and it is four times the size."
)
def twelve_squares() -> None:
    for preset in PAPERS:
        c = opened(f"tfx hyperparameters preset={preset} layers=1 vocabulary=1 context=1").controls
        assert c.d_ff == 4 * c.d_model
        parts = tensors(c)
        if preset not in SUBLAYERS:
            weights = sum(map(math.prod, parts["attention"] + parts["feed-forward"]))
            assert abs(weights / (12 * c.d_model**2) - 1) < 0.02
    one, two = (
        sizes(opened(f"tfx hyperparameters d_model={d} d_ff={4 * d}").controls) for d in (768, 1536)
    )
    for part in ("attention", "feed-forward"):
        assert abs(two[part] / one[part] - 4) < 0.01


@hyperparameters.tells("the 12·d² come from [the block](block)")
def four_and_eight() -> None:
    d = 768
    assert sum(map(math.prod, [(d, d)] * 4 + [(d, 4 * d), (4 * d, d)])) == 12 * d**2


@hyperparameters.tells("(*custom* starts from GPT-2.)")
def custom() -> None:
    mine, theirs = opened("tfx hyperparameters preset=custom"), opened("tfx hyperparameters")
    assert mine.values == theirs.values
    assert mine.figure.data == "yours"


@hyperparameters.tells("Its vectors are as wide, 768; it has half the layers.")
def half_of_bert() -> None:
    small, large = (opened(f"tfx hyperparameters preset={p}") for p in ("distilbert", "bert-base"))
    assert small.controls.d_model == large.controls.d_model == 768
    assert 2 * small.controls.layers == large.controls.layers


@hyperparameters.tells("Three more decide how training goes and add no parameter.")
def three_more() -> None:
    controls = vars(opened("tfx training").controls)
    assert {"learning_rate", "batch", "dropout"} <= set(controls)
    counts = {opened(f"tfx hyperparameters batch={b}").values.parameter_count for b in (1, 8, 4096)}
    assert counts == {COUNTS["gpt2"]}


@hyperparameters.tells("every parameter of GPT-2 or BERT follows")
def they_follow() -> None:
    for preset in ("gpt2", "bert-base", "bert-large"):
        s = opened(f"tfx hyperparameters preset={preset}")
        assert s.values.parameter_count == COUNTS[preset] == sum(sizes(s.controls).values())
