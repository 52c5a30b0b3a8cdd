"""The controls that only `view` has: a file, and one of the arrays in it."""

from dataclasses import dataclass
from typing import Any

from tui_transformer.concepts.view import files
from tui_transformer.controls import BadValue, Index, Text
from tui_transformer.text import ending, visible


@dataclass(frozen=True, kw_only=True)
class FileName(Text):
    """A path; what cannot be read is refused."""

    opens_files = True

    def parse(self, text: str, scope: object) -> str:
        """Take what was typed if it can be read; raises BadValue with the reason."""
        value = super().parse(text, scope)
        if value:
            files.load(value)
        return value

    def show(self, value: Any, index: Index = None) -> str:
        """Write the end of a path, where it differs from others."""
        return ending(visible(value), 24)

    def domain(self, scope: object) -> str:
        """Say what may be typed."""
        return "a .npy, .npz or .safetensors file, or nothing"


@dataclass(frozen=True, kw_only=True)
class ArrayName(Text):
    """The name of one of the arrays of a file; nothing is the likeliest."""

    def parse(self, text: str, scope: Any) -> str:
        """Take a name that the file has; raises BadValue where it has not."""
        value = super().parse(text.strip(), scope)
        names = _names(scope)
        if value and value not in names:
            shown = ", ".join(visible(name) for name in names[:8])
            raise BadValue(f"No such array is in the file; it has {shown or 'none'}.")
        return value

    def nudge(self, value: Any, amount: float, scope: Any, index: Index = None) -> str:
        """Walk through the arrays of the file."""
        names = ["", *_names(scope)]
        at = names.index(value) if value in names else 0
        return names[(at + (1 if amount > 0 else -1)) % len(names)]

    def domain(self, scope: Any) -> str:
        """Name the arrays of the file."""
        names = ", ".join(visible(name) for name in _names(scope)[:12])
        return names or "a name in the file, or nothing for the likeliest"


def _names(scope: Any) -> list[str]:
    stored = getattr(scope, "stored", None)
    return list(stored.arrays) if isinstance(stored, files.Stored) else []
