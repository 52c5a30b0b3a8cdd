"""What `hyperparameters` claims.

The counts come from the tensors that a model's file holds, shape by shape, named as in the
released checkpoints; the sizes and token counts from the papers that `PAPERS` names.
"""

import math
from collections import Counter
from types import SimpleNamespace

from tests.claims.book import Claims, State, opened, read, shown

hyperparameters = Claims(
    "hyperparameters",
    (
        *(f"tfx hyperparameters preset={name}" for name in (
            "gpt2-medium", "gpt2-large", "gpt2-xl", "bert-large", "t5-base", "mistral-7b",
            "qwen2-7b", "smollm2-135m", "sorter")),
        "tfx hyperparameters preset=llama-3-8b bytes_per_weight=2",
        "tfx hyperparameters preset=llama-3-8b heads=16 kv_heads=16",
        "tfx hyperparameters preset=qwen2-7b d_head=64 biases=on norm=layer positions=learned",
        "tfx hyperparameters preset=mixtral-8x7b active_experts=8 ffn=plain",
        "tfx hyperparameters preset=t5-base experts=4 active_experts=3 biases=qkv ffn=gated",
        "tfx hyperparameters preset=bert-base norm=rms biases=none d_head=128 kv_heads=2",
        "tfx hyperparameters preset=gpt3 biases=on kv_heads=8 ffn=gated",
        "tfx hyperparameters preset=custom experts=3 tied=off",
    ),
)  # fmt: skip

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
    # Raffel et al. (2020), section 3.1.2 (Base), and config.json of the released t5-base: 32,128
    # vectors, and 32 distances a head and stack.
    "t5-base": (12, 768, 12, 32128, 512, None),
    # config.json of each release, and the tokens that its paper or model card tells.
    "llama-2-7b": (32, 4096, 32, 32000, 4096, 2_000_000_000_000),
    "llama-3-8b": (32, 4096, 32, 128256, 8192, 15_000_000_000_000),
    "mistral-7b": (32, 4096, 32, 32000, 32768, None),
    "mixtral-8x7b": (32, 4096, 32, 32000, 32768, None),
    "qwen2-7b": (28, 3584, 28, 152064, 131072, 7_000_000_000_000),
    "smollm2-135m": (30, 576, 9, 49152, 8192, 2_000_000_000_000),
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
    # Of the released files: parameters in the index of their tensors, or on their cards.
    "t5-base": 222_903_552,
    "llama-2-7b": 6_738_415_616,
    "llama-3-8b": 8_030_261_248,
    "mistral-7b": 7_241_732_096,
    "mixtral-8x7b": 46_702_792_704,
    "qwen2-7b": 7_615_616_512,
    "smollm2-135m": 134_515_008,
}
# What config.json says besides: kv_heads, d_ff, tied, biases, experts, of which active.
LLAMAS = {
    "llama-2-7b": (32, 11008, False, "none", 1, 1),
    "llama-3-8b": (8, 14336, False, "none", 1, 1),
    "mistral-7b": (8, 14336, False, "none", 1, 1),
    "mixtral-8x7b": (8, 14336, False, "none", 8, 2),
    "qwen2-7b": (4, 18944, False, "qkv", 1, 1),
    "smollm2-135m": (3, 1536, True, "none", 1, 1),
}
ENCODERS = ("bert-base", "bert-large", "distilbert")
SUBLAYERS = {"transformer-base": (3, 2), "t5-base": (3, 2)}  # attentions, networks of a pair


def layout(c: SimpleNamespace) -> tuple[object, ...]:
    """What was chosen of the parts."""
    return (c.kv_heads, c.d_ff, c.tied, c.biases, c.experts, c.active_experts, c.ffn, c.norm,
            c.positions, c.d_head)  # fmt: skip


def published_layout(preset: str) -> tuple[object, ...]:
    """The same as the papers have it."""
    if preset in LLAMAS:
        return (*LLAMAS[preset], "gated", "rms", "rotary", 0)
    d, heads = PAPERS[preset][1:3]
    plain = preset in ("gpt3", "t5-base")
    norm, positions = {
        "t5-base": ("rms", "relative"), "transformer-base": ("layer", "sinusoidal"),
    }.get(preset, ("layer", "learned"))  # fmt: skip
    biases = "none" if plain else "all"
    return (heads, 4 * d, preset != "gpt3", biases, 1, 1, "plain", norm, positions, 0)


def matrix(rows: int, columns: int, bias: bool) -> list[tuple[int, ...]]:
    return [(rows, columns), (columns,)] if bias else [(rows, columns)]


def one_network(c: SimpleNamespace) -> list[tuple[int, ...]]:
    """The tensors of one feed-forward network: up, maybe a gate, and down."""
    d, f, bias = c.d_model, c.d_ff, c.biases == "all"
    ups = 2 if c.ffn == "gated" else 1
    return matrix(d, f, bias) * ups + matrix(f, d, bias)


def one_attention(c: SimpleNamespace) -> list[tuple[int, ...]]:
    """The tensors of one attention: queries, keys, values and what mixes them."""
    d, size = c.d_model, c.d_head or c.d_model // c.heads
    inner = c.biases in ("all", "qkv")
    q, kv = matrix(d, c.heads * size, inner), matrix(d, c.kv_heads * size, inner)
    return q + kv + kv + matrix(c.heads * size, d, c.biases == "all")


def tensors(c: SimpleNamespace) -> dict[str, list[tuple[int, ...]]]:
    """List the shapes of all tensors of a model, by the part they belong to."""
    d, layers = c.d_model, c.layers
    attentions, networks = (layers * n for n in SUBLAYERS.get(c.preset, (1, 1)))
    norm: list[tuple[int, ...]] = [(d,)] if c.norm == "rms" else [(d,), (d,)]
    parts: dict[str, list[tuple[int, ...]]] = {
        "token embedding": [(c.vocabulary, d)],
        "attention": one_attention(c) * attentions,
        "feed-forward": one_network(c) * c.experts * networks,
    }
    if c.experts > 1:
        parts["router"] = [(d, c.experts)] * networks
    stacks = 2 if c.preset in SUBLAYERS else 1
    if c.preset != "gpt3":  # whose table leaves them out
        parts["norms"] = norm * (attentions + networks)
        if c.positions == "learned":
            parts["positions"] = [(c.context, d)]
        if c.positions == "relative":
            parts["positions"] = [(32, c.heads)] * stacks
        if c.preset not in (*ENCODERS, "transformer-base"):
            parts["norms"] += norm * stacks  # after the last block
    if not c.tied:
        parts["output head"] = [(d, c.vocabulary)]
    if c.preset in ENCODERS:
        parts["embedding norm"] = norm
    if c.preset in ENCODERS[:2]:
        parts |= {"token types": [(2, d)], "pooler": matrix(d, d, c.biases == "all")}
    return parts


def total(shapes: list[tuple[int, ...]]) -> int:
    return sum(many * math.prod(x) for x, many in Counter(shapes).items())


def sizes(c: SimpleNamespace) -> dict[str, int]:
    return {part: total(shapes) for part, shapes in tensors(c).items()}


def active(c: SimpleNamespace) -> int:
    """The parameters that work on a token: of the networks of a block, those that were picked."""
    parts = tensors(c) | {"feed-forward": one_network(c) * c.active_experts * networks_of(c)}
    return sum(map(total, parts.values()))


def networks_of(c: SimpleNamespace) -> int:
    return c.layers * SUBLAYERS.get(c.preset, (1, 1))[1]


def steps(c: SimpleNamespace) -> int:
    """Multiply and add for one token: through every matrix of a block, over the context, out."""
    attentions = c.layers * SUBLAYERS.get(c.preset, (1, 1))[0]
    blocks = one_attention(c) * attentions + one_network(c) * c.active_experts * networks_of(c)
    blocks += tensors(c).get("router", [])
    weights = total([x for x in blocks if len(x) == 2])
    looking = attentions * 2 * c.context * c.heads * (c.d_head or c.d_model // c.heads)
    return 2 * (weights + looking + c.vocabulary * c.d_model)


def touched(c: SimpleNamespace) -> bool:
    """Whether anything that a paper gives was changed by hand."""
    if c.preset == "custom":
        return True
    now = (c.layers, c.d_model, c.heads, c.vocabulary, c.context)
    mine = layout(c)
    if c.preset == "gpt3":  # of which neither norms nor positions are counted
        mine = (*mine[:7], "layer", "learned", mine[9])
    return now != PAPERS[c.preset][:5] or mine != published_layout(c.preset)


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


@hyperparameters.oracle("active_parameter_count")
def active_parameter_count(s: State) -> None:
    assert s.values.active_parameter_count == active(s.controls)
    if s.controls.preset == "mixtral-8x7b" and not touched(s.controls):
        # Jiang et al. (2024), section 1: 47B parameters, of which 13B work on a token
        assert s.values.active_parameter_count == 12_879_925_248
    costs = s.table("What it costs")
    assert ("active" in costs) == (s.controls.experts > 1)


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
    kept = c.layers * (2 if c.preset in SUBLAYERS else 1)
    each = c.kv_heads * (c.d_head or c.d_model // c.heads)
    numbers = sum(each for _ in range(kept) for _ in ("key", "value"))
    assert s.values.kv_cache_bytes == numbers * c.context * c.batch * c.bytes_per_weight
    if c.preset == "llama-3-8b" and not touched(c) and (c.batch, c.bytes_per_weight) == (1, 2):
        assert s.values.kv_cache_bytes == 1_073_741_824


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
    block_is_said(c, said)


def block_is_said(c: SimpleNamespace, said: str) -> None:
    """What one block holds, and what one of the first transformers' would."""
    d, f = c.d_model, 4 * c.d_model
    classic = 4 * (d * d + d) + d * f + f + f * d + d + 2 * (d + d)
    if "A block holds" not in said:
        assert read(said.partition("12d² + 13d = ")[2].partition(":")[0]) == classic
        assert (c.ffn, c.experts, c.biases, c.d_head) == ("plain", 1, "all", 0)
        assert c.kv_heads == c.heads
        return
    here, other = said.partition("A block holds ")[2].rstrip(".").split("; 12d² + 13d would be ")
    block = one_attention(c) + one_network(c) * c.experts
    block += [(d, c.experts)] * (c.experts > 1)
    block += [] if c.preset == "gpt3" else [(d,)] * (2 if c.norm == "rms" else 4)
    assert (read(here), read(other)) == (total(block), classic)


# ── sentences ──────────────────────────────────────────────────────────────────────────


@hyperparameters.says("{count} parameters, {share} of them {part}.")
def largest(s: State, count: str, share: str, part: str) -> None:
    mine = sizes(s.controls)
    assert read(count) == sum(mine.values()) == active(s.controls)
    assert mine[part] == max(mine.values())
    shown(share, mine[part] / sum(mine.values()))
    assert share != "100 %" or mine[part] == sum(mine.values())


@hyperparameters.says("{count} parameters, {some} at work; {part} is {share}.")
def not_all_work(s: State, count: str, some: str, share: str, part: str) -> None:
    mine = sizes(s.controls)
    assert read(count) == sum(mine.values()) > active(s.controls) == read(some)
    assert mine[part] == max(mine.values())
    shown(share, mine[part] / sum(mine.values()))


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
    "A block of GPT-2 holds about 12·d² weights, as *d_ff* is four times *d_model*: double both, "
    "and it is four times the size."
)
def twelve_squares() -> None:
    for preset in ("gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl"):
        c = opened(f"tfx hyperparameters preset={preset} layers=1 vocabulary=1 context=1").controls
        assert c.d_ff == 4 * c.d_model
        parts = tensors(c)
        weights = total(parts["attention"] + parts["feed-forward"])
        assert abs(weights / (12 * c.d_model**2) - 1) < 0.02
    one, two = (
        sizes(opened(f"tfx hyperparameters d_model={d} d_ff={4 * d}").controls) for d in (768, 1536)
    )
    for part in ("attention", "feed-forward"):
        assert abs(two[part] / one[part] - 4) < 0.01
    for heads in (h for h in range(1, 129) if 768 % h == 0):  # and these are free
        s = opened(f"tfx hyperparameters heads={heads}")
        assert s.controls.kv_heads == heads
        assert s.values.parameter_count == COUNTS["gpt2"] == sum(sizes(s.controls).values())


@hyperparameters.tells(
    "Llama 3 has fewer *kv_heads* than heads: [four share each key](grouped-heads), and its cache "
    "is a quarter."
)
def a_quarter() -> None:
    s = opened("tfx hyperparameters preset=llama-3-8b")
    every = opened("tfx hyperparameters preset=llama-3-8b kv_heads=32")
    assert s.controls.heads == 4 * s.controls.kv_heads
    assert every.values.kv_cache_bytes == 4 * s.values.kv_cache_bytes


@hyperparameters.tells(
    "Its networks are [gated](gated), with three matrices, its *rms* norms have no bias, its "
    "[rotary](rotary) positions cost nothing."
)
def of_today() -> None:
    s = opened("tfx hyperparameters preset=llama-3-8b")
    assert (s.controls.ffn, s.controls.norm, s.controls.positions) == ("gated", "rms", "rotary")
    d, f = 4096, 14336
    assert s.values.ledger["feed-forward"] == 32 * 3 * d * f
    assert s.values.ledger["norms"] == (2 * 32 + 1) * d
    assert "positions" not in s.values.ledger


@hyperparameters.tells(
    "With *experts*, of Mixtral's eight networks two work on a token; memory holds all, maybe in "
    "[fewer bits](quantization)."
)
def few_of_many() -> None:
    s = opened("tfx hyperparameters preset=mixtral-8x7b")
    assert (s.controls.active_experts, s.controls.experts) == (2, 8)
    assert s.values.weight_bytes == COUNTS["mixtral-8x7b"] * s.controls.bytes_per_weight
    assert 3 * s.values.active_parameter_count < s.values.parameter_count
    rounded = opened("tfx hyperparameters preset=mixtral-8x7b bytes_per_weight=0.5")
    assert rounded.values.weight_bytes == COUNTS["mixtral-8x7b"] * 4 / 8


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
