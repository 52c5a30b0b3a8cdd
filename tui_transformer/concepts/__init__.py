"""The registry of concepts: what the syllabus has, and how a concept is loaded.

A concept's module has the concept's id as its name (with `_` for `-`) and is imported when
it is opened, so that the map can be on the screen before NumPy is loaded.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from tui_transformer.concepts.syllabus import SYLLABUS, VIEWER, Entry

if TYPE_CHECKING:
    from tui_transformer.concept import Concept


def entries() -> tuple[Entry, ...]:
    """All concepts in order."""
    return tuple(entry for chapter in SYLLABUS.values() for entry in chapter)


def find(concept_id: str) -> Entry | None:
    """Look a concept up by its id."""
    return next((entry for entry in entries() if entry.id == concept_id), None)


def opens(name: str) -> Entry | None:
    """Look up what opens by a name: a concept, or the viewer, which stands beside them."""
    return VIEWER if name == VIEWER.id else find(name)


@cache
def load(concept_id: str) -> Concept:
    """Import a concept, or the viewer. Raises KeyError for an id that is neither."""
    entry = opens(concept_id)
    if entry is None:
        raise KeyError(concept_id)
    module = import_module(entry.module)
    concept: Concept = module.CONCEPT
    return replace(concept, id=entry.id, title=entry.title, prose=module.__doc__ or "")
