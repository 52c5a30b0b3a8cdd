"""GPT-2 by its tensors' names: every layer against sums written out, and the published sizes."""

import math

import numpy as np
import pytest

from tests.published import gpt2_tensors
from tui_transformer.nn.published import gpt2, pretrained
from tui_transformer.nn.published.safetensors import BadFile, Entry, Tensors, read, write

CONFIG = {"n_head": 3}
TOKENS = np.array([7, 250, 7, 33, 0])


@pytest.fixture
def stored(tmp_path):
    def keep(tensors):
        write(tmp_path / "x.safetensors", tensors, {})
        return read(tmp_path / "x.safetensors").tensors

    return keep


# ── the same sums, one number at a time ────────────────────────────────────────────────


def normed(x, gain, bias, epsilon=1e-5):
    mean = math.fsum(x) / len(x)
    variance = math.fsum((each - mean) ** 2 for each in x) / len(x)
    return [g * (each - mean) / math.sqrt(variance + epsilon) + b
            for each, g, b in zip(x, gain, bias, strict=True)]  # fmt: skip


def linear(x, matrix, bias):
    return [math.fsum(each * matrix[i][j] for i, each in enumerate(x)) + bias[j]
            for j in range(len(bias))]  # fmt: skip


def gelu(x):
    return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def slowly(tensors, tokens, heads, causal=True):
    """GPT-2 in Python's own numbers: the streams after each layer, and the logits."""
    t = {name: x.astype(float).tolist() for name, x in tensors.items()}
    stream = [[a + b for a, b in zip(t["wte.weight"][i], t["wpe.weight"][at], strict=True)]
              for at, i in enumerate(tokens)]  # fmt: skip
    streams, d = [stream], len(stream[0])
    layer, size = 0, len(stream[0]) // heads
    while f"h.{layer}.ln_1.weight" in t:
        h = f"h.{layer}."
        read_ = [normed(x, t[h + "ln_1.weight"], t[h + "ln_1.bias"]) for x in stream]
        joint = [linear(x, t[h + "attn.c_attn.weight"], t[h + "attn.c_attn.bias"]) for x in read_]
        after = []
        for at in range(len(stream)):
            found = []
            for head in range(heads):
                q = joint[at][head * size : (head + 1) * size]
                seen = range(at + 1 if causal else len(stream))
                fits = []
                for other in seen:
                    k = joint[other][d + head * size : d + (head + 1) * size]
                    fits.append(math.exp(math.fsum(a * b for a, b in zip(q, k, strict=True))
                                         / math.sqrt(size)))  # fmt: skip
                for c in range(size):
                    value = [joint[other][2 * d + head * size + c] for other in seen]
                    found.append(math.fsum(w * v for w, v in zip(fits, value, strict=True))
                                 / math.fsum(fits))  # fmt: skip
            said = linear(found, t[h + "attn.c_proj.weight"], t[h + "attn.c_proj.bias"])
            after.append([a + b for a, b in zip(stream[at], said, strict=True)])
        stream = []
        for x in after:
            wide = linear(normed(x, t[h + "ln_2.weight"], t[h + "ln_2.bias"]),
                          t[h + "mlp.c_fc.weight"], t[h + "mlp.c_fc.bias"])  # fmt: skip
            said = linear([gelu(each) for each in wide],
                          t[h + "mlp.c_proj.weight"], t[h + "mlp.c_proj.bias"])  # fmt: skip
            stream.append([a + b for a, b in zip(x, said, strict=True)])
        streams.append(stream)
        layer += 1
    head = t.get("lm_head.weight", t["wte.weight"])
    final = [normed(x, t["ln_f.weight"], t["ln_f.bias"]) for x in stream]
    logits = [[math.fsum(a * b for a, b in zip(x, row, strict=True)) for row in head]
              for x in final]  # fmt: skip
    return np.array(streams), np.array(logits)


@pytest.mark.parametrize(("dtype", "within"), [(np.float64, 1e-10), (np.float32, 1e-4)])
@pytest.mark.parametrize("causal", [True, False])
def test_every_layer_against_sums_written_out(stored, dtype, within, causal):
    tensors = gpt2_tensors(dtype=dtype)
    streams, logits = slowly(tensors, TOKENS, 3, causal)
    network = gpt2.load(stored(tensors), CONFIG)
    run = pretrained.forward(network, TOKENS, causal)
    assert network.layers == 2 and network.causal
    np.testing.assert_allclose(np.stack(run.streams), streams, rtol=within, atol=within)
    scores = pretrained.scores(network, network.read(run.streams[-1]))
    np.testing.assert_allclose(scores, logits, rtol=within, atol=10 * within)
    assert scores.dtype == dtype


def test_the_queries_and_keys_that_are_kept(stored):
    tensors = gpt2_tensors(dtype=np.float64)
    network = gpt2.load(stored(tensors), CONFIG)
    run = pretrained.forward(network, TOKENS, True)
    x = normed(run.streams[1][2], tensors["h.1.ln_1.weight"], tensors["h.1.ln_1.bias"])
    joint = linear(x, tensors["h.1.attn.c_attn.weight"], tensors["h.1.attn.c_attn.bias"])
    np.testing.assert_allclose(run.queries[1][1, 2], joint[4:8])
    np.testing.assert_allclose(run.keys[1][2, 2], joint[12 + 8 : 12 + 12])


def test_a_prefix_changes_nothing(stored):
    tensors = gpt2_tensors()
    plain = gpt2.load(stored(tensors), CONFIG)
    expected = pretrained.forward(plain, TOKENS, True).streams[-1]
    longer = {f"transformer.{name}": x for name, x in tensors.items()}
    prefixed = gpt2.load(stored(longer), CONFIG)
    assert np.array_equal(pretrained.forward(prefixed, TOKENS, True).streams[-1], expected)


def test_a_head_of_its_own(stored):
    own = np.random.default_rng(5).normal(size=gpt2_tensors()["wte.weight"].shape)
    tensors = gpt2_tensors(dtype=np.float64)
    plain = gpt2.load(stored(tensors), CONFIG).parameter_count()
    tensors["lm_head.weight"] = own
    network = gpt2.load(stored(tensors), CONFIG)
    run = pretrained.forward(network, TOKENS, True)
    scores = pretrained.scores(network, network.read(run.streams[-1]))
    np.testing.assert_allclose(scores, slowly(tensors, TOKENS, 3)[1], atol=1e-9)
    assert network.parameter_count() == plain + own.size


def test_half_precision_and_bfloat_are_widened(tmp_path, stored):
    tensors = {name: x.astype(np.float16) for name, x in gpt2_tensors().items()}
    wide = {name: x.astype(np.float32) for name, x in tensors.items()}
    halves = gpt2.load(stored(tensors), CONFIG)
    run = pretrained.forward(halves, TOKENS, True)
    expected = pretrained.forward(gpt2.load(stored(wide), CONFIG), TOKENS, True)
    np.testing.assert_allclose(run.streams[-1], expected.streams[-1], rtol=1e-6)
    assert run.streams[-1].dtype == np.float32


@pytest.mark.parametrize(("d", "layers", "heads", "published"), [
    (768, 12, 12, 124_439_808), (1024, 24, 16, 354_823_168),
    (1280, 36, 20, 774_030_080), (1600, 48, 25, 1_557_611_200),
])  # fmt: skip
def test_the_four_sizes_from_their_shapes_alone(d, layers, heads, published):
    """No config.json: 64 channels to a head. The counts are those of the released models."""
    shapes = {"wte.weight": (50257, d), "wpe.weight": (1024, d)}
    for i in range(layers):
        shapes |= {f"h.{i}.{name}": shape for name, shape in {
            "ln_1.weight": (d,), "ln_1.bias": (d,), "ln_2.weight": (d,), "ln_2.bias": (d,),
            "attn.c_attn.weight": (d, 3 * d), "attn.c_attn.bias": (3 * d,),
            "attn.c_proj.weight": (d, d), "attn.c_proj.bias": (d,),
            "mlp.c_fc.weight": (d, 4 * d), "mlp.c_fc.bias": (4 * d,),
            "mlp.c_proj.weight": (4 * d, d), "mlp.c_proj.bias": (d,)}.items()}  # fmt: skip
    shapes |= {"ln_f.weight": (d,), "ln_f.bias": (d,)}
    nothing = Tensors({k: Entry("F32", s, 0, 0) for k, s in shapes.items()}, np.empty(0))
    network = gpt2.load(nothing, {})
    assert (network.layers, network.block.heads, network.context) == (layers, heads, 1024)
    assert network.parameter_count() == published
    assert network.block.activation == "gelu_tanh" and network.block.epsilon == 1e-5


@pytest.mark.parametrize(("config", "sentence"), [
    ({}, "how many heads"), ({"n_head": 0}, "how many heads"), ({"n_head": -3}, "how many heads"),
    ({"n_head": True}, "how many heads"), ({"n_head": "3"}, "how many heads"),
    ({"n_head": 5}, "do not divide 12 channels"),
    ({"n_head": 10**9}, "do not divide"),
    ({"n_head": 3, "n_layer": 10**9}, "n_layer 1000000000, the file has 2"),
    ({"n_head": 3, "n_embd": 768}, "n_embd 768, the file has 12"),
    ({"n_head": 3, "activation_function": "maxout"}, "activation not known here: maxout"),
    ({"n_head": 3, "activation_function": ["relu"]}, "activation not known"),
    ({"n_head": 3, "layer_norm_epsilon": 0}, "makes no sense"),
    ({"n_head": 3, "layer_norm_epsilon": float("nan")}, "makes no sense"),
    ({"n_head": 3, "layer_norm_epsilon": "1e-5"}, "makes no sense"),
    ({"n_head": 3, "model_type": "gpt_neo"}, "computes differently"),
    ({"n_head": 3, "scale_attn_by_inverse_layer_idx": True}, "computes differently"),
    ({"n_head": 3, "scale_attn_weights": False}, "computes differently"),
])  # fmt: skip
def test_configurations_that_lie(stored, config, sentence):
    with pytest.raises(BadFile, match=sentence):
        gpt2.load(stored(gpt2_tensors()), config)


def without(name):
    return {key: x for key, x in gpt2_tensors().items() if key != name}


@pytest.mark.parametrize(("tensors", "sentence"), [
    (without("wpe.weight"), "lacks the tensor wpe.weight"),
    (without("ln_f.bias"), "lacks the tensor ln_f.bias"),
    (without("h.0.mlp.c_fc.weight"), "lacks the tensor h.0.mlp.c_fc.weight"),
    (without("h.1.attn.c_attn.bias"), "lacks the tensor h.1.attn.c_attn.bias"),
    ({k.replace("h.0.", "h.2."): x for k, x in gpt2_tensors().items()}, "not numbered from 0"),
    ({k.replace("h.1.", "h.one."): x for k, x in gpt2_tensors().items()}, "not numbered from 0"),
    ({k: x for k, x in gpt2_tensors().items() if "h." not in k}, "not numbered from 0"),
    (gpt2_tensors() | {"ln_f.bias": np.zeros(13)}, "ln_f.bias is 13 where 12 is needed"),
    (gpt2_tensors() | {"h.0.attn.c_attn.weight": np.zeros((36, 12), "f4")},
     "is 36 × 12 where 12 × 36 is needed"),
    (gpt2_tensors() | {"ln_f.bias": np.zeros(12, np.int8)}, "whole numbers"),
    (gpt2_tensors() | {"wte.weight": np.zeros((0, 12), "f4")}, "no matrix"),
    (gpt2_tensors() | {"wte.weight": np.zeros(12, "f4")}, "no matrix"),
    (gpt2_tensors() | {"lm_head.weight": np.zeros((3, 12), "f4")}, "does not fit its vocabulary"),
])  # fmt: skip
def test_tensors_that_do_not_fit(stored, tensors, sentence):
    with pytest.raises(BadFile, match=sentence):
        gpt2.load(stored(tensors), CONFIG)


@pytest.mark.parametrize("value", [np.nan, np.inf, 3e38])
@pytest.mark.parametrize("name", ["h.1.mlp.c_proj.weight", "wpe.weight", "h.0.attn.c_attn.bias"])
def test_numbers_that_are_none_are_noticed(stored, name, value):
    tensors = gpt2_tensors()
    tensors[name][...] = value
    with pytest.raises(BadFile, match="not finite"):
        pretrained.forward(gpt2.load(stored(tensors), CONFIG), TOKENS, True)
