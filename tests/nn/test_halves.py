"""Weights of 16 bits: widened once while there is room, and never all of a model at once."""

import json
import tracemalloc

import numpy as np
import pytest

from tui_transformer.nn.published import families, halves, pretrained, safetensors
from tui_transformer.nn.published.halves import Kept

D, F, V, LAYERS = 64, 160, 9000, 8


def bfloat(x):
    """The upper half of each float32, rounded towards 0."""
    return (np.asarray(x, np.float32).view(np.uint32) >> 16).astype(np.uint16)


def llama(folder, kind):
    """A Llama in 16 bits: written as U8 of its bytes would be, with the name of its own type."""
    rng = np.random.default_rng(0)
    sizes = {"model.embed_tokens.weight": (V, D), "model.norm.weight": (D,)}
    for i in range(LAYERS):
        at = f"model.layers.{i}."
        sizes |= {
            f"{at}{norm}.weight": (D,) for norm in ("input_layernorm", "post_attention_layernorm")
        }
        sizes |= {f"{at}self_attn.{part}_proj.weight": (D, D) for part in "qkvo"}
        sizes |= {f"{at}mlp.{part}_proj.weight": (F, D) for part in ("gate", "up")}
        sizes[f"{at}mlp.down_proj.weight"] = (D, F)  # fmt: skip
    whole = {name: (rng.normal(size=size) * 0.2).astype(np.float32) for name, size in sizes.items()}
    if kind == "F16":
        safetensors.write(
            folder / "x.safetensors", {n: x.astype(np.float16) for n, x in whole.items()}, {}
        )
    else:
        record, body = {}, b""
        for name, x in whole.items():
            raw = bfloat(x).tobytes()
            record[name] = {"dtype": "BF16", "shape": list(x.shape),
                            "data_offsets": [len(body), len(body) + len(raw)]}  # fmt: skip
            body += raw
        header = json.dumps(record).encode()
        header += b" " * (-len(header) % 8)
        (folder / "x.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + body)
    tensors = safetensors.read(folder / "x.safetensors").tensors
    config = {"model_type": "llama", "num_attention_heads": 4, "tie_word_embeddings": True}
    if kind == "F16":
        plain = {n: x.astype(np.float16) for n, x in whole.items()}
    else:
        plain = {n: (bfloat(x).astype(np.uint32) << 16).view("<f4") for n, x in whole.items()}
    return families.load(tensors, config), {n: x.astype(np.float32) for n, x in plain.items()}


@pytest.mark.parametrize("kind", ["F16", "BF16"])
@pytest.mark.parametrize("room", [0, 200_000, 2**30])
def test_every_weight_is_what_the_file_has_whether_it_is_kept_or_not(
    kind, room, tmp_path, monkeypatch
):
    network, plain = llama(tmp_path, kind)
    monkeypatch.setattr(safetensors, "KEPT", Kept(room))
    for _ in range(2):
        for name, x in plain.items():
            assert np.array_equal(network.whole(name), x), name
        z = pretrained.scores(network, np.ones((2, D), np.float32))
        assert z.shape == (2, V)
        np.testing.assert_allclose(z[1], plain["model.embed_tokens.weight"].sum(1), atol=1e-4)


def passes(network, monkeypatch, room, many=3):
    """How often a matrix was widened in so many passes, and how much memory they took at most."""
    kept, made = Kept(room), []
    monkeypatch.setattr(safetensors, "KEPT", kept)
    plainly = halves.widened
    monkeypatch.setattr(safetensors, "widened", lambda x: made.append(x.shape) or plainly(x))
    run = pretrained.forward(network, np.array([1, 2, 3]), True)
    pretrained.scores(network, network.read(run.streams[-1][-1:]))
    first = len(made)
    tracemalloc.start()
    for _ in range(many):
        run = pretrained.forward(network, np.array([4]), True, run)
        pretrained.scores(network, network.read(run.streams[-1][-1:]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return first, len(made) - first, kept.used, peak


def test_what_has_room_is_widened_once(tmp_path, monkeypatch):
    network, plain = llama(tmp_path, "BF16")
    first, more, used, _ = passes(network, monkeypatch, 2**30)
    assert first >= 7 * LAYERS + 1 and more == 3  # the row of the token that is read
    assert used == sum(4 * x.size for x in plain.values())


def test_what_has_none_is_widened_one_matrix_at_a_time(tmp_path, monkeypatch):
    network, plain = llama(tmp_path, "BF16")
    _, more, used, peak = passes(network, monkeypatch, 0)
    whole, largest = sum(4 * x.size for x in plain.values()), 4 * pretrained.AT_ONCE * D
    assert used == 0 and more >= 3 * 7 * LAYERS
    assert peak < 1.5 * largest < whole, (peak, largest, whole)


def test_room_is_for_the_first_and_an_owner_that_comes_begins_anew():
    class Owner:
        pass

    a, b, kept, made = Owner(), Owner(), Kept(100), []

    def array(size):
        return lambda: made.append(size) or np.zeros(size, np.uint8)

    for name, size in (("x", 60), ("y", 60), ("z", 40), ("x", 60), ("y", 60)):
        assert len(kept.get(a, name, array(size))) == size
    assert made == [60, 60, 40, 60] and kept.used == 100  # y found no room, and was made twice
    assert kept.fits(a, "x", 60) and not kept.fits(a, "y", 60) and kept.fits(b, "y", 60)
    kept.get(b, "y", array(60))
    assert kept.used == 60
    del b
    assert not kept.fits(a, "x", 101)
