"""Files and configurations that lie, of every family: one sentence, or a model that computes."""

import json

import numpy as np
import pytest

from tests import reference
from tui_transformer.nn.published import families, pretrained
from tui_transformer.nn.published.safetensors import BadFile

every_family = pytest.mark.parametrize(
    "folder", reference.FOLDERS, ids=[folder.name for folder in reference.FOLDERS]
)
LIES = (0, -1, 1, 3, 10**9, 10**40, 0.5, 1e300, True, None, "x", "\x1b[2J", [], [10**9], {"a": 1})


class Told(dict):
    """Tensors by name, as files hold them; of some it is told what is not so."""

    whole_numbers: frozenset[str] = frozenset()

    def shape(self, name):
        return self[name].shape if name in self else ()

    def is_real(self, name):
        return name not in self.whole_numbers

    def wide(self, name):
        return self[name].astype(np.float32)

    def is_at_hand(self, name):
        return True

    def rows(self, name, at):
        return self[name][at]


def tensors_of(folder):
    tensors = reference.network(folder).tensors
    return Told({name: np.array(tensors[name]) for name in tensors})


def opened(tensors, config):
    """A sentence, or the scores of three tokens: nothing else may come of it."""
    try:
        network = families.load(tensors, config)
        run = pretrained.forward(network, np.array([1, 2, 3]), network.causal)
        with np.errstate(all="ignore"):
            return pretrained.scores(network, network.read(run.streams[-1]))
    except BadFile as problem:
        assert 3 < len(str(problem)) < 160, problem
        return str(problem)


def lies_about(record):
    """Every entry of a record set to every lie, and those within entries."""
    for key in record:
        for lie in LIES:
            yield f"{key}={lie!r:.20}", record | {key: lie}
        if isinstance(record[key], dict):
            for said, inner in lies_about(record[key]):
                yield f"{key}.{said}", record | {key: inner}


@every_family
def test_whatever_a_configuration_says_it_is_refused_or_computed(folder):
    tensors, config = tensors_of(folder), json.loads((folder / "config.json").read_text())
    refused = 0
    for said, lie in lies_about(config):
        try:
            refused += isinstance(opened(tensors, lie), str)
        except Exception as fault:
            raise AssertionError(f"{folder.name}: {said}") from fault
    assert refused > 40
    for key in ("num_hidden_layers", "n_layer", "n_layers"):
        if key in config:
            assert "1000000000, the file has 2" in opened(tensors, config | {key: 10**9})


@every_family
def test_a_tensor_that_is_gone_or_of_another_shape_or_kind_is_named(folder):
    config = json.loads((folder / "config.json").read_text())
    plain = tensors_of(folder)
    for name in plain:
        odd = Told(plain)
        odd.whole_numbers = frozenset([name])
        for changed in (
            Told({n: x for n, x in plain.items() if n != name}),
            Told({**plain, name: plain[name][:-1]}),
            Told({**plain, name: plain[name].reshape(-1, *plain[name].shape, 1)}),
            Told({**plain, name: np.zeros((0, *plain[name].shape[1:]), np.float32)}),
            odd,
        ):
            try:
                found = opened(changed, config)
            except Exception as fault:
                raise AssertionError(f"{folder.name}: {name}") from fault
            head = name.startswith(("cls.", "vocab_")) or (
                folder.name == "roberta" and name.startswith("lm_head.")
            )  # of an encoder, which is one without it as well
            assert isinstance(found, str) or head, f"{folder.name}: {name} was believed"
