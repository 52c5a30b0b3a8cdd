"""The states that lessons open: those of a link, of which none opens a file."""

from tui_transformer.concept import Concept
from tui_transformer.concepts import find
from tui_transformer.concepts.syllabus import VIEWER
from tui_transformer.lessons.change import NamesFile, refuse_file
from tui_transformer.link import command_words, concept_called, open_words
from tui_transformer.model import Model


def open_state(command: str) -> tuple[Concept, Model]:
    """Open the state that a command describes. Raises BadValue where there is none."""
    parts = command_words(command)
    parts = [*parts[0].split(), *parts[1:]] if parts else parts  # as `open_words` does
    if parts and find(parts[0]) is not None:
        model = concept_called(parts[0]).model
        for word in parts[1:]:
            name, _, value = word.partition("=")
            if name in model.controls():
                refuse_file(name, value, model)
    if parts and parts[0] == VIEWER.id:
        raise NamesFile("A lesson opens no file, and view opens nothing else.")
    return open_words(parts)


def skipped(concept: Concept, model: Model) -> str:
    """Say why a state cannot be looked at here: a published model is not on this computer."""
    if concept.id != "real-model":
        return ""
    from tui_transformer.concepts._real_model_places import AUTO, found

    here, wanted = found(), str(getattr(model, "model", AUTO))
    if wanted in here or (wanted in ("", AUTO) and here):
        return ""
    named = "published model" if wanted in ("", AUTO) else wanted
    return f"There is no {named} on this computer: this step is skipped."
