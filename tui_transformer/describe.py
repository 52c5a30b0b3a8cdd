"""`tfx help ID`: what can be set on a screen, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import fill

from tui_transformer.concept import Concept
from tui_transformer.link import link


def describe(concept: Concept, ascii: bool = False, spell: Callable[[str], str] = str) -> str:
    """Write the reference of a concept: controls with their ranges, values, presets.

    `spell` writes what is read in the characters of the terminal, `ascii` the commands.
    """
    model = concept.model()
    parts = [spell(f"{concept.title}  ({concept.id})"), "", "Controls"]
    for name, control in model.controls().items():
        clock = "  [the clock]" if name == concept.clock else ""
        default = spell(control.show(control.default))
        parts += [
            f"  {name} = {default}{clock}",
            _paragraph(spell(f"{control.help} {_sentence(control.domain(model))}")),
        ]
    parts += ["", "Values, as --json prints them"]
    for name, value in model.computed().items():
        parts += [f"  {name}", _paragraph(spell(" ".join((value.__doc__ or "").split())))]
    parts += ["", "Presets"]
    for name in concept.presets:
        command = link(concept.id, concept.preset(name).assignments(), ascii)
        parts += [spell(f"  {name}"), f"      {command}"]
    return "\n".join(parts)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _paragraph(text: str) -> str:
    return fill(text, 78, initial_indent="      ", subsequent_indent="      ")
