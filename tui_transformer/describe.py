"""`tfx help ID`: what can be set on a screen, and what it gives."""

from __future__ import annotations

from textwrap import fill

from tui_transformer.concept import Concept
from tui_transformer.link import link


def describe(concept: Concept) -> str:
    """Write the reference of a concept: controls with their ranges, values, presets."""
    model = concept.model()
    parts = [f"{concept.title}  ({concept.id})", "", "Controls"]
    for name, control in model.controls().items():
        clock = "  [the clock]" if name == concept.clock else ""
        default = control.show(control.default)
        parts += [
            f"  {name} = {default}{clock}",
            _paragraph(f"{control.help} {_sentence(control.domain(model))}"),
        ]
    parts += ["", "Values, as --json prints them"]
    for name, value in model.computed().items():
        parts += [f"  {name}", _paragraph(" ".join((value.__doc__ or "").split()))]
    parts += ["", "Presets"]
    for name in concept.presets:
        parts += [f"  {name}", f"      {link(concept.id, concept.preset(name).assignments())}"]
    return "\n".join(parts)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _paragraph(text: str) -> str:
    return fill(text, 78, initial_indent="      ", subsequent_indent="      ")
