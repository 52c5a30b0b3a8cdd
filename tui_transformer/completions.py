"""Shell completions: concepts, and the controls of each, written out for three shells."""

from __future__ import annotations

from argparse import ArgumentParser

from tui_transformer.concepts import entries, load
from tui_transformer.concepts.syllabus import COMMANDS


def completions(shell: str, parser: ArgumentParser) -> str:
    """Write the completion script of a shell, to be sourced from its start file."""
    ids = [entry.id for entry in entries()]
    controls = {name: [f"{c}=" for c in load(name).model.controls()] for name in ids}
    options = [o for action in parser._actions for o in action.option_strings]
    write = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]
    return write([*COMMANDS, *ids], controls, options)


def _cases(controls: dict[str, list[str]]) -> str:
    return "\n".join(
        f"    {name}) words='{' '.join(names)}' ;;" for name, names in controls.items()
    )


def _bash(words: list[str], controls: dict[str, list[str]], options: list[str]) -> str:
    return f"""_tfx() {{
  local words='{" ".join(words)}'
  compopt -o nospace 2>/dev/null
  if [ "$COMP_CWORD" -gt 1 ] && [[ "${{COMP_WORDS[1]}}" != @(help|explain) ]]; then
    case "${{COMP_WORDS[1]}}" in
{_cases(controls)}
    esac
  fi
  case "$2" in -*) words='{" ".join(options)}' ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$2"))
}}
complete -F _tfx tfx"""


def _zsh(words: list[str], controls: dict[str, list[str]], options: list[str]) -> str:
    return f"""#compdef tfx
_tfx() {{
  local words='{" ".join(words)}'
  if (( CURRENT > 2 )); then
    case "$words[2]" in
{_cases(controls)}
    esac
  fi
  [[ $PREFIX == -* ]] && words='{" ".join(options)}'
  compadd -S '' -- ${{=words}}
}}
compdef _tfx tfx""".replace('case "$words[2]"', 'case "${(Q)words_typed[2]}"').replace(
        "_tfx() {\n", '_tfx() {\n  local -a words_typed=("${words[@]}")\n', 1
    )


def _fish(words: list[str], controls: dict[str, list[str]], options: list[str]) -> str:
    lines = [f"complete -c tfx -f -n __fish_use_subcommand -a '{' '.join(words)}'"]
    lines += [
        f"complete -c tfx -f -n '__fish_seen_subcommand_from {name}' -a '{' '.join(names)}'"
        for name, names in controls.items()
    ]
    lines += [f"complete -c tfx -l {option[2:]}" for option in options if option[:2] == "--"]
    return "\n".join(lines)
