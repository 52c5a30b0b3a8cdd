"""What is known about a published model beside its numbers: its config.json, and its shapes.

A configuration may say anything. What it says is looked at before it is believed, and what it
says of sizes must be what the tensors have. All raise BadFile, with a sentence.
"""

import math
from collections.abc import Mapping
from typing import Any

from tui_transformer.nn.published.safetensors import BadFile, Tensors
from tui_transformer.nn.rotary import Rotary

ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_new": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "gelu_fast": "gelu_tanh",
    "relu": "relu",
    "silu": "silu",
    "swish": "silu",
}
LARGEST_EPSILON = 1.0


def activation(config: Mapping[str, Any], key: str, usual: str) -> str:
    """Look the activation up that a configuration names; raises BadFile for an unknown one."""
    named = config.get(key, usual)
    if not isinstance(named, str) or named not in ACTIVATIONS:
        raise BadFile(f"its config.json names an activation not known here: {named!s:.20}")
    return ACTIVATIONS[named]


def epsilon(config: Mapping[str, Any], key: str, usual: float) -> float:
    """Look up what a norm adds to the variance; raises BadFile for what makes no sense."""
    value = config.get(key, usual)
    if type(value) not in (int, float) or not 0 < value <= LARGEST_EPSILON:
        raise BadFile(f"the {key} in its config.json makes no sense")
    return float(value)


def heads(config: Mapping[str, Any], key: str, d: int, usual: int = 0) -> int:
    """Look up the number of heads; raises BadFile where it does not divide the channels."""
    value = config.get(key, usual)
    if type(value) is not int or value < 1:
        raise BadFile("nothing beside it says how many heads it has: config.json is missing")
    if d % value:
        raise BadFile(f"the heads in its config.json do not divide {d:,} channels")
    return value


def agrees(config: Mapping[str, Any], key: str, found: int) -> None:
    """Make sure that a configuration speaks of the file it lies beside; raises BadFile."""
    if key in config and config[key] != found:
        raise BadFile(f"its config.json has {key} {config[key]!s:.20}, the file has {found:,}")


def matrix(tensors: Tensors, name: str) -> tuple[int, int]:
    """Say how large a matrix is; raises BadFile where it is none, or an empty one."""
    shape = tensors.shape(name)
    if len(shape) != 2 or 0 in shape:
        raise BadFile(f"it lacks the tensor {name:.60}, or it is no matrix")
    return shape[0], shape[1]


def count_layers(tensors: Tensors, start: str) -> int:
    """Count the layers by the names that begin so and go on with a number; raises BadFile."""
    begun = (name.removeprefix(start) for name in tensors if name.startswith(start))
    numbers = {part for name in begun if (part := name.partition(".")[0])}
    if not numbers or numbers != {str(i) for i in range(len(numbers))}:
        raise BadFile("its layers are not numbered from 0 without gaps")
    return len(numbers)


# ── what decoders of today have besides ────────────────────────────────────────────────

LARGEST = 10**9  # no size of a model is larger


def whole(config: Mapping[str, Any], key: str, usual: int) -> int:
    """Look a size up; raises BadFile where it is no whole number from 1 on."""
    value = config.get(key)
    value = usual if value is None else value
    if type(value) is not int or not 1 <= value <= LARGEST:
        raise BadFile(f"the {key} in its config.json makes no sense: {value!s:.20}")
    return value


def real(record: Mapping[str, Any], key: str, usual: float, low: float, high: float) -> float:
    """Look a number up that lies in a range; raises BadFile for any other."""
    value = record.get(key)
    value = usual if value is None else value
    if type(value) not in (int, float) or not low <= value <= high:
        raise BadFile(f"the {key} in its config.json makes no sense: {value!s:.20}")
    return float(value)


def said(config: Mapping[str, Any], key: str, usual: bool) -> bool:
    """Look up what is so or not; raises BadFile for what is neither."""
    value = config.get(key)
    value = usual if value is None else value
    if not isinstance(value, bool):
        raise BadFile(f"the {key} in its config.json is neither true nor false")
    return value


def rotary(config: Mapping[str, Any], size: int, context: int, part: float = 1.0) -> Rotary:
    """Look up how the heads turn, of so many channels; raises BadFile for a way not known here.

    Newer files have all of it in rope_parameters, older ones beside it and in rope_scaling;
    `part` is the share of the channels that turns if neither says it.
    """
    record = config.get("rope_parameters") or config.get("rope_scaling") or {}
    if not isinstance(record, Mapping):
        raise BadFile("how its positions turn makes no sense in its config.json")
    kind = record.get("rope_type", record.get("type", "default"))
    ways = {
        "default": "default",
        "linear": "linear",
        "dynamic": "dynamic",
        "ntk": "dynamic",
        "llama3": "llama3",
        "yarn": "yarn",
    }
    if not isinstance(kind, str) or kind not in ways:
        raise BadFile(f"its positions turn in a way that is not computed here: {kind!s:.20}")
    every = {**config, **record}
    base = real(every, "rope_theta", real(config, "rotary_emb_base", 10_000.0, 1, 1e12), 1, 1e12)
    part = real(config, "rotary_pct", part, 0.0, 1.0)
    channels = int(size * real(every, "partial_rotary_factor", part, 0.0, 1.0))
    if channels < 2 or channels % 2:
        raise BadFile(f"{channels} channels of a head cannot be turned in pairs")
    yarn, trained = kind == "yarn", whole(record, "original_max_position_embeddings", context)
    names = ("beta_slow", "beta_fast") if yarn else ("low_freq_factor", "high_freq_factor")
    low = real(record, names[0], 1.0, 1e-6, 1e6)
    high = real(record, names[1], 32.0 if yarn else 4.0, 1e-6, 1e6)
    if high <= low:
        raise BadFile(f"its {names[1]} is not above its {names[0]}")
    if yarn and base <= 1:
        raise BadFile("its rope_theta is too small to be stretched")
    factor = real(record, "factor", context / trained if yarn else 1.0, 1e-3, 1e6)
    return Rotary(
        channels,
        base,
        ways[kind],  # type: ignore[arg-type]  # one of the five
        factor,
        trained,
        low,
        high,
        _loudness(record, factor) if yarn else 1.0,
        said(record, "truncate", True),
    )


def _loudness(record: Mapping[str, Any], factor: float) -> float:
    """What YaRN multiplies turned vectors with: 0.1·ln(factor) + 1, unless the file says it."""

    def of(much: float) -> float:
        return 0.1 * much * math.log(max(factor, 1.0)) + 1.0

    much, less = (real(record, name, 0.0, 0.0, 1e3) for name in ("mscale", "mscale_all_dim"))
    usual = of(much) / of(less) if much and less else of(1.0)
    return real(record, "attention_factor", usual, 1e-3, 1e3)
