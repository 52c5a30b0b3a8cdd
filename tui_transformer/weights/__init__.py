"""The trained weights that come with the program, made by the scripts in `training`."""

from collections.abc import Mapping
from pathlib import Path

from tui_transformer.arrays import Array
from tui_transformer.controls import BadValue
from tui_transformer.nn.published.safetensors import BadFile, Stored, read

FOLDER = Path(__file__).parent


def load(name: str, shapes: Mapping[str, tuple[int, ...]]) -> Stored:
    """Map the weights of a model, after making sure that nothing in them has changed.

    `shapes` are the arrays that must be there. Raises BadValue, with a sentence, where the
    file is missing, damaged or of another model.
    """
    path = FOLDER / f"{name}.safetensors"
    try:
        stored = read(path, checked=True)
        if any(name not in stored.tensors for name in shapes):
            raise BadFile("it holds the weights of another model")
        if any(stored.tensors[name].shape != tuple(shape) for name, shape in shapes.items()):
            raise BadFile("it holds a model of another size")
    except BadFile as problem:
        raise BadValue(f"{path.name} cannot be used: {problem}. Install the program again.") from (
            None
        )
    return stored


def as_float64(stored: Stored, names: Mapping[str, object]) -> dict[str, Array]:
    """Copy some arrays in double precision, so that every sum on screen can be redone exactly."""
    return {name: stored.tensors[name].astype("float64") for name in names}
