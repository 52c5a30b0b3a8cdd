"""Shell completions: commands, concepts and what can be set there, written for three shells."""

from argparse import ArgumentParser
from collections.abc import Iterable

from tui_transformer.concepts import entries, load
from tui_transformer.concepts.syllabus import COMMANDS
from tui_transformer.concepts.words import WORDS
from tui_transformer.controls import Choice, Control
from tui_transformer.records import dataclass


@dataclass(frozen=True)
class Words:
    """What may follow: the first word, each first word, each option; no words mean a file."""

    first: tuple[str, ...]
    after: dict[str, tuple[str, ...]]
    options: dict[str, tuple[str, ...]]


def completions(
    shell: str, parser: ArgumentParser, lessons: Iterable[str], themes: Iterable[str]
) -> str:
    """Write the completion script of a shell, to be sourced from its start file."""
    ids = tuple(entry.id for entry in entries())
    after: dict[str, tuple[str, ...]] = dict.fromkeys(COMMANDS, ())
    after |= {"help": (*COMMANDS, *ids), "explain": ids, "quiz": ids, "learn": tuple(lessons)}
    after["words"] = tuple(word.name for word in WORDS if " " not in word.name)
    for name in ids:
        controls = load(name).model.controls().values()
        after[name] = tuple(word for control in controls for word in _settings(control))
    options = {
        name: tuple(map(str, action.choices or ()))
        for action in parser._actions
        for name in action.option_strings
        if name.startswith("--")
    }
    options["--theme"] = tuple(themes)
    write = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]
    return write(Words((*COMMANDS, *ids), after, options))


def _settings(control: Control) -> tuple[str, ...]:
    """What may be typed of a control: `name=`, or that with each of its few words."""
    few = control.choices if isinstance(control, Choice) else ("",)
    return tuple(f"{control.name}={word}" for word in few)


def _cases(words: dict[str, tuple[str, ...]]) -> str:
    return "\n".join(f"      {name}) words='{' '.join(w)}' ;;" for name, w in words.items())


def _valued(options: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: words for name, words in options.items() if words}


def _bash(words: Words) -> str:
    return f"""_tfx() {{
  local line="${{COMP_LINE:0:COMP_POINT}}" words='{" ".join(words.first)}'
  local current="${{line##*[[:space:]]}}"
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "${{COMP_WORDS[1]}}" in
{_cases(words.after)}
    esac
    case "$3" in
{_cases(_valued(words.options))}
    esac
  fi
  case "$current" in -*) words='{" ".join(words.options)}' ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ "${{COMPREPLY[0]}}" == *= ]] && compopt -o nospace 2>/dev/null
  # bash itself takes an "=" for a space, and puts in only what follows it
  [[ "$current" == *=* && "$COMP_WORDBREAKS" == *=* ]] && COMPREPLY=("${{COMPREPLY[@]#*=}}")
  return 0
}}
complete -o default -F _tfx tfx tui-transformer"""


def _zsh(words: Words) -> str:
    return f"""#compdef tfx tui-transformer
_tfx() {{
  local -a typed=("${{words[@]}}") offered
  local words='{" ".join(words.first)}'
  if (( CURRENT > 2 )); then
    case "${{(Q)typed[2]}}" in
{_cases(words.after)}
    esac
    case "${{typed[CURRENT-1]}}" in
{_cases(_valued(words.options))}
    esac
  fi
  [[ $PREFIX == -* ]] && words='{" ".join(words.options)}'
  offered=(${{=words}})
  [[ -z $words ]] && _files && return
  compadd -S '' -- ${{(M)offered:#*=}}
  compadd -- ${{offered:#*=}}
}}
compdef _tfx tfx tui-transformer"""


def _fish(words: Words) -> str:
    lines = []
    for command in ("tfx", "tui-transformer"):
        first = f"complete -c {command} -n __fish_use_subcommand -f"
        lines.append(f"{first} -a '{' '.join(words.first)}'")
        lines += [
            f"complete -c {command} -n '__fish_seen_subcommand_from {name}' -f -a '{' '.join(w)}'"
            for name, w in words.after.items()
            if w
        ]
        lines += [
            f"complete -c {command} -l {name[2:]}" + (f" -x -a '{' '.join(w)}'" if w else "")
            for name, w in words.options.items()
        ]
    return "\n".join(lines)
