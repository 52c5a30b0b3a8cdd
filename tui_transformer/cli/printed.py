"""Everything that `tfx` prints instead of opening a screen."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from tui_transformer.cli import options as reading
from tui_transformer.cli.options import Refused
from tui_transformer.cli.stream import speaks_unicode, spelled, speller
from tui_transformer.concepts.syllabus import VIEWER

if TYPE_CHECKING:
    from tui_transformer.concept import Concept
    from tui_transformer.render.canvas import Lines
    from tui_transformer.session import Session


def state(session: Session, options: Any) -> None:
    """Print a state: a number walked down, its values, or its figures."""
    _wait_for(session)
    if options.why is not None:
        _why(session, options)
    elif options.json:
        record(session)
    else:
        _draw(session, options)


def record(session: Session) -> None:
    """Print controls and values as JSON, what they show, and what there is to do with them."""
    import json

    from tui_transformer.link import link_to

    concept, model = session.concept, session.model
    record = json.loads(model.to_json(concept.id)) | {
        "sentence": session.figure.says,
        "tasks": [
            {"goal": one.goal, "solved": bool(one.solved(model))} for one in concept.challenges
        ],
        "presets": [
            {"name": name, "command": link_to(concept.id, concept.preset(name))}
            for name in concept.presets
        ],
    }
    print(spelled(json.dumps(record, ensure_ascii=False, allow_nan=False)))


def _why(session: Session, options: Any) -> None:
    """Print how a number came about, level by level."""
    from tui_transformer import why

    depth = why.DEEPEST if options.all else reading.depth(options.depth)
    asked = why.find(session.model, session.figure, options.why)
    if options.json:
        print(*map(spelled, why.written(why.record(asked, depth))), sep="")
    else:
        spell = speller(options.ascii)
        for line in why.lines(asked, depth):
            print(spell(line))


def _wait_for(session: Session) -> None:
    """Where a state takes long, show on a terminal how far it is."""
    ahead, clock = session.concept.ahead, session.concept.clock
    if ahead is None or not sys.stderr.isatty() or ahead(session.model) is session.model:
        return
    import time

    from tui_transformer.training.progress import ProgressBar

    with ProgressBar(getattr(session.model, clock) or 1) as bar:
        while (near := ahead(session.model)) is not session.model:
            bar.show(getattr(near, clock), clock)
            time.sleep(0.1)


def syllabus(options: Any) -> None:
    """Print all concepts."""
    from tui_transformer.concepts import entries
    from tui_transformer.concepts.syllabus import SYLLABUS

    if options.json:
        import json

        from tui_transformer.concepts.edges import builds_on

        record = [
            {
                "id": e.id,
                "title": e.title,
                "line": e.line,
                "builds_on": list(builds_on(e.id)),
                "reasons": builds_on(e.id),
            }
            for e in entries()
        ]
        print(spelled(json.dumps(record, ensure_ascii=False)))
        return
    wide = max(len(entry.id) for entry in entries())
    spell = speller(options.ascii)
    for number, (chapter, concepts) in enumerate(SYLLABUS.items(), 1):
        print(spell(f"{number}  {chapter}"))
        for entry in concepts:
            print(spell(f"   {entry.id:<{wide}}  {entry.title}: {entry.line}"))


def help_on(names: list[str], ascii: bool) -> None:
    """Print what can be set at a concept, or what can be written in a command line."""
    if not names:
        reading.parser().print_help()
        return
    if names == ["learn"]:
        from tui_transformer.cli.lessons import listed

        listed(speller(ascii))
        return
    if names[1:]:
        raise Refused(f"help takes one concept, {quoted(names[1])} is one too many.")
    from tui_transformer.describe import describe
    from tui_transformer.link import concept_called

    spell = speller(ascii)
    print(describe(concept_called(names[0]), spell is not str, spell))


def paths() -> None:
    """Name the files that the program reads or writes, and whether they are there."""
    from tui_transformer.cli.host import key_file
    from tui_transformer.configuration import config_file
    from tui_transformer.progress import state_file
    from tui_transformer.text import visible

    spell = speller(ascii=False)
    files = (("configuration", config_file()), ("progress", state_file()), ("key", key_file()))
    for name, path in files:
        there = "" if path.exists() else "  (not there)"
        print(spell(visible(f"{name:<14} {path}{there}")))


def how(options: Any) -> None:
    """Print the lines that save a file for `view`."""
    from tui_transformer.concepts.view.how import HOW, NEEDS

    if options.concept != VIEWER.id or options.control:
        raise Refused("--how goes with view alone, as in: tfx view --how")
    print("\n".join([f"# {NEEDS}", *HOW]))


def explain(options: Any) -> None:
    """Print what a concept is about: the explanation, what it is connected with, the tasks."""
    names: list[str] = options.control
    if options.text or options.svg is not None or options.why:
        raise Refused("explain prints words, and with --json a record of them.")
    if len(names) != 1:
        told = quoted(names[1]) + " is one too many" if names else "there is none"
        raise Refused(f"explain takes one concept, as in: tfx explain softmax; {told}.")
    from tui_transformer import describe
    from tui_transformer.link import concept_called

    concept = concept_called(names[0])
    found = describe.words_here(concept, concept.model())
    if options.json:
        _explained(concept, [word.name for word in found])
        return
    spell = speller(options.ascii)
    lines = [concept.title, "", *describe.explanation(concept), ""]
    lines += [*describe.connections(concept.id), "", *describe.tasks(concept)]
    if found:
        lines += ["", "Words:", *describe.glosses(found)]
    print("\n".join(map(spell, lines)))


def _explained(concept: Concept, found: list[str]) -> None:
    """Print the same as JSON; the explanation as it was written, in Markdown."""
    import json

    from tui_transformer.concepts.edges import builds_on, leads_to

    record = {
        "id": concept.id,
        "title": concept.title,
        "explanation": concept.prose,
        "builds_on": builds_on(concept.id),
        "leads_to": leads_to(concept.id),
        "tasks": [task.goal for task in concept.challenges],
        "words": found,
    }
    print(spelled(json.dumps(record, ensure_ascii=False)))


def words(options: Any) -> None:
    """Print what a word means and where it is explained; of all words, where none is named."""
    from tui_transformer.concepts.words import WORDS, look_up

    found = [*WORDS]
    if options.control:
        name = " ".join(options.control)
        word = look_up(name)
        if word is None:
            raise Refused(f"{quoted(name)} is not among the words; tfx words lists them.")
        found = [word]
    if options.json:
        import json

        record = [{"word": w.name, "means": w.gloss, "explained": w.home} for w in found]
        print(spelled(json.dumps(record, ensure_ascii=False)))
        return
    spell, wide = speller(options.ascii), max(len(word.name) for word in found)
    for word in found:
        print(spell(f"{word.name:<{wide}}  {word.gloss} ({word.home})"))


def _draw(session: Session, options: Any) -> None:
    """Print or save the figures of a state."""
    import dataclasses

    from tui_transformer.render.export import color_system
    from tui_transformer.render.page import whole
    from tui_transformer.render.palette import DARK, PLAIN, fitting
    from tui_transformer.themes import look

    width, height = options.size
    tty = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    colored = options.svg is not None or options.color or tty
    palette = look(options.theme) if options.theme else DARK
    if not options.svg:
        palette = fitting(palette, color_system())
    palette = dataclasses.replace(
        palette if colored else PLAIN,
        ascii=options.ascii or not speaks_unicode(sys.stdout.encoding),
    )
    lines = whole(session.concept.title, session.figure, width, height, palette)
    if options.svg is not None:
        _save_svg(lines, session.concept.title, width, options.svg)
    elif colored:
        from tui_transformer.render.export import ansi

        print(ansi(lines))
    else:
        print("\n".join("".join(s.text for s in line).rstrip() for line in lines))


def _save_svg(lines: Lines, title: str, width: int, file: str) -> None:
    from pathlib import Path

    from tui_transformer.render.export import svg

    try:
        Path(file).write_text(svg(lines, title, width), encoding="utf-8")
    except OSError as problem:
        raise Refused(f"{quoted(file)} cannot be written: {problem.strerror}.") from None


def quoted(name: str) -> str:
    """Write what somebody typed so that it fits a sentence."""
    from tui_transformer.text import shorten, visible

    return visible(shorten(name, 30)) or "''"
