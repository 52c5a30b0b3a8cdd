"""The control that only the published models have: which one."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tui_transformer.concepts._real_model_places import AUTO, cached, found
from tui_transformer.concepts.real_model import files
from tui_transformer.concepts.real_model.files import NoModel
from tui_transformer.controls import Index, Text
from tui_transformer.text import ending, visible


@dataclass(frozen=True, kw_only=True)
class ModelName(Text):
    """ "auto", a name of what was found, owner/name, or a path; what cannot be read is refused."""

    opens_files = True

    def parse(self, text: str, scope: object) -> str:
        """Take what was typed if it can be read; raises BadValue with the reason."""
        value = super().parse(text.strip() or AUTO, scope)
        with suppress(NoModel):  # nothing is here: the screen says what to do
            files.load(value)
        return value

    def nudge(self, value: Any, amount: float, scope: object, index: Index = None) -> str:
        """Walk through what was found."""
        names = _offered()
        at = names.index(value) if value in names else -(amount > 0)
        return names[(at + (1 if amount > 0 else -1)) % len(names)]

    def show(self, value: Any, index: Index = None) -> str:
        """Write the end of a path, where it differs from others."""
        return ending(visible(value), 24)

    def domain(self, scope: object) -> str:
        """Say what may be typed: what is here, the newest first, and what may lie elsewhere."""
        return ", ".join([*map(visible, _offered()), "owner/name, a folder or a .safetensors file"])


def _offered() -> list[str]:
    """List what can be opened by its name: what was found, and what was fetched."""
    here = found()
    places = set(here.values())
    return [AUTO, *here, *(name for name, place in cached().items() if place not in places)]
