"""Who wrote a logit of a published decoder: against the plain script, component by component."""

import numpy as np
import pytest

from tests import reference
from tests.nn.plain_families import Model
from tui_transformer.nn.cutting import read as wire
from tui_transformer.nn.published import contributions as credit
from tui_transformer.nn.published.cut import without

TOKENS = [5, 17, 3, 3, 29, 11]
NAMES = ["gpt2", "llama", "llama-biases", "smollm", "mistral", "qwen2", "qwen3", "neox",
         "neox-in-turn"]  # fmt: skip


def shares_of(network, at, token):
    parts, end = credit.components(credit.doubled(network), np.array(TOKENS), True, at)
    return credit.shares(credit.doubled(network), parts, end, token)


@pytest.mark.parametrize("at", [0, 3, 5])
@pytest.mark.parametrize("name", NAMES)
def test_they_add_up_to_the_logit_and_each_is_what_the_plain_script_finds(name, at) -> None:
    folder, token = reference.HERE / name, 23
    plain = Model(folder)
    done = plain.forward(TOKENS)
    shares = shares_of(reference.network(folder), at, token)
    assert sum(shares.values()) == pytest.approx(
        plain.logits(done.streams[-1][at])[token], abs=1e-9
    )
    for layer in range(2):
        for part in (*range(4), "ffn"):
            mine = read_alone(plain, done.parts[layer, part][at], done.streams[-1][at], token)
            assert shares[f"{layer + 1}.{part}"] == pytest.approx(mine, abs=1e-9)
    assert ("position" in shares) == (name == "gpt2")
    assert ("biases" in shares) == (name in ("gpt2", "llama-biases", "neox", "neox-in-turn"))


def read_alone(plain, part, stream, token):
    """The part read by the head with the scale of the whole stream held: a slope, in small steps.

    The norm's scale is a function of the stream; with it held, the logit is linear in a part.
    """
    name = {"gpt2": "ln_f", "gpt_neox": "final_layer_norm"}.get(plain.kind, "norm")
    gain, e = plain.get(f"{name}.weight"), plain.table[token]
    if plain.kind in ("gpt2", "gpt_neox"):
        part = part - sum(part) / len(part)
        away = stream - sum(stream) / len(stream)
    else:
        away = stream
    scale = (sum(x * x for x in away) / len(away) + plain.epsilon) ** -0.5
    return sum(c * g * v for c, g, v in zip(part, gain, e, strict=True)) * scale


def test_what_is_cut_adds_nothing_and_a_mean_is_a_bias() -> None:
    whole = reference.network(reference.HERE / "llama")
    shares = shares_of(without(whole, [wire("1.1"), wire("2.ffn")]), 5, 23)
    assert shares["1.1"] == shares["2.ffn"] == 0 != shares["1.0"]
    from tui_transformer.nn.published import pretrained

    run = pretrained.forward(whole, np.array(TOKENS), True)
    shares = shares_of(without(whole, [wire("1.1:mean")], run), 5, 23)
    assert shares["1.1"] == 0 != shares["biases"]
