"""`tfx help ID`: what can be set on a screen, and what it gives."""

from collections.abc import Callable, Collection, Iterable
from textwrap import fill

from tui_transformer.concept import Concept
from tui_transformer.concepts import words
from tui_transformer.concepts.edges import builds_on, leads_to
from tui_transformer.link import link_to
from tui_transformer.model import Model


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
            _paragraph(spell(f"{control.help} {sentence(control.domain(model))}")),
            *_places(model, name, spell),
        ]
    parts += ["", "Values, as --json prints them"]
    for name, value in model.computed().items():
        parts += [
            f"  {name}",
            _paragraph(spell(" ".join((value.__doc__ or "").split()))),
            *_places(model, name, spell),
        ]
    parts += ["", "Presets"]
    for name in concept.presets:
        command = link_to(concept.id, concept.preset(name), ascii)
        parts += [spell(f"  {name}"), f"      {command}"]
    return "\n".join(parts)


def _places(model: Model, name: str, spell: Callable[[str], str]) -> list[str]:
    """Name the places of what has names, an axis after the other."""
    axes = [", ".join(axis) for axis in model.places_of(name) if axis]
    return [_paragraph(spell(f"Places: {' × '.join(axes)}."))] if axes else []


def sentence(text: str) -> str:
    """Write a text with a capital and a stop."""
    return f"{text[:1].upper()}{text[1:]}."


def _paragraph(text: str) -> str:
    return fill(text, 78, initial_indent="      ", subsequent_indent="      ")


# ── in sentences ───────────────────────────────────────────────────────────────────────


def explanation(concept: Concept, width: int = 78) -> list[str]:
    """Write the explanation as lines of text, without the marks of its Markdown."""
    from tui_transformer.render.prose import wrap

    return ["".join(span.text for span in line) for line in wrap(concept.prose, width)]


def connections(concept: str) -> list[str]:
    """Name what a concept builds on, and what builds on it, each with a sentence why."""
    before = [f"  {name}: {why}" for name, why in builds_on(concept).items()]
    after = [f"  {name}: {why}" for name, why in leads_to(concept).items()]
    return [
        "Builds on:" if before else "Builds on nothing: you can start here.",
        *before,
        "Leads to:" if after else "Leads to nothing yet.",
        *after,
    ]


def screen_text(concept: Concept, model: Model) -> str:
    """Write down whatever a person reads at a concept in a state, numbers aside."""
    figure = concept.look(model)
    tasks = [f"{one.goal} . {one.hint}" for one in concept.challenges]
    controls = [f"{name} . {control.help}" for name, control in model.controls().items()]
    panels = [panel.title for panel in figure.panels]
    read = (concept.title, concept.prose, figure.says, *concept.presets, *tasks, *controls, *panels)
    return " . ".join(read)


def words_here(concept: Concept, model: Model) -> tuple[words.Word, ...]:
    """List the field's words that are explained here, or used before they are explained."""
    return words.not_before(concept.id, screen_text(concept, model))


def glosses(found: Iterable[words.Word]) -> list[str]:
    """Write words with what they mean, one a line."""
    return [f"  {word.name}: {word.gloss} ({word.home})" for word in found]


def tasks(concept: Concept, solved: Collection[int] = ()) -> list[str]:
    """List what there is to achieve, and what of it was."""
    return [
        f"Task {i}: {one.goal[:1].upper()}{one.goal[1:]}.{' Solved.' * (i - 1 in solved)}"
        for i, one in enumerate(concept.challenges, 1)
    ]
