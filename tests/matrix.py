"""`python -m tests.matrix` tries a wheel of a clean clone among the oldest and the newest.

It needs `uv`. For each interpreter and resolution: an empty environment, the wheel, and one run of
every command there is, from an empty folder and a fresh home, with a screen in a real terminal.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.pty_terminal import Terminal
from tui_transformer.cli.options import FORMS
from tui_transformer.concepts import entries

ROOT = Path(__file__).parent.parent
OLDEST, NEWEST = "lowest-direct", "highest"
OLDEST_PYTHON, NEWEST_PYTHONS = "3.11", ("3.14", "3.13", "3.12", "3.11")
UV = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
LESSON = "tui_transformer/lessons/texts/softmax.md"


def uv(*arguments: str, **more: str) -> None:
    """Run uv, which must be there."""
    subprocess.run([UV, *arguments], check=True, env=os.environ | more)


def commands(folder: Path) -> dict[str, tuple[list[str], str]]:
    """List one run of every command: what is given, and what is typed into it."""
    runs: dict[str, tuple[list[str], str]] = {
        "list": (["list", "--json"], ""),
        "help": (["help", "softmax"], ""),
        "explain": (["explain", "softmax"], ""),
        "words": (["words", "logit"], ""),
        "learn": (["learn", "softmax", "--lines"], "quit\n"),
        "quiz": (["quiz", "--lines"], "quit\n"),
        "check": (["check", str(folder / "lesson.md")], ""),
        "progress": (["progress", "--json"], ""),
        "class": (["class"], ""),
        "present": (["present", "smoke", "softmax", "--lines"], "quit\n"),
        "follow": (["follow", "nobody", "--json"], ""),
        "version": (["--version"], ""),
        "paths": (["--paths"], ""),
        "why": (["softmax", "--why", "probabilities[0]", "--all"], ""),
        **{shell: (["--completions", shell], "") for shell in ("bash", "zsh", "fish")},
    }
    for entry in entries():
        for form in FORMS:
            file = [str(folder / "picture.svg")] if form.metavar else []
            typed = "quit\n" if form.name == "lines" else ""
            runs[f"{entry.id} --{form.name}"] = ([entry.id, f"--{form.name}", *file], typed)
    return runs


REFUSED = {"follow": "no class"}
"""What has nothing to work on here says so, and how it begins."""


def smoke(environment: Path, folder: Path) -> list[str]:
    """Run everything in an environment; what went wrong, a line each."""
    tfx = str(environment / "bin" / "tfx")
    home = {"HOME": str(folder), "PATH": os.environ["PATH"], "TERM": "xterm-256color",
            "LANG": "C.UTF-8"}  # fmt: skip
    faults = []
    for name, (given, typed) in commands(folder).items():
        done = subprocess.run([tfx, *given], input=typed, capture_output=True, text=True,
                              cwd=folder, env=home, timeout=300)  # fmt: skip
        refused = name in REFUSED and done.returncode == 2 and REFUSED[name] in done.stderr.lower()
        if (done.returncode and not refused) or "Traceback" in done.stderr:
            faults.append(f"tfx {' '.join(given)}: {done.returncode} {done.stderr[-300:]}")
    if not (environment / "share" / "man" / "man1" / "tfx.1").exists():
        faults.append("there is no manual page")
    for given in (["softmax"], ["record", str(folder / "mine.md"), "softmax"]):
        with Terminal([tfx, *given], env=home) as terminal:
            terminal.wait_for("Softmax")
            terminal.key("q")
            if terminal.exit_status() != 0:
                faults.append(f"tfx {given[0]}: the screen did not end well")
    return faults


def tried(python: str, resolution: str, wheel: Path, folder: Path) -> list[str]:
    """Make an environment and try the wheel in it."""
    environment, home = folder / f"{python}-{resolution}", folder / f"home-{python}-{resolution}"
    home.mkdir()
    shutil.copy(ROOT / LESSON, home / "lesson.md")
    uv("venv", "-q", "--python", python, "--python-preference", "only-system", str(environment))
    uv("pip", "install", "-q", "--resolution", resolution, str(wheel),
       VIRTUAL_ENV=str(environment))  # fmt: skip
    return smoke(environment, home)


def main() -> int:
    """Try the oldest and the newest; the number of faults found."""
    faults = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["git", "clone", "-q", str(ROOT), str(folder / "clone")], check=True)
        uv("build", "-q", "--wheel", "-o", str(folder), str(folder / "clone"))
        wheel = next(folder.glob("*.whl"))
        newest = next(python for python in NEWEST_PYTHONS if found(python))
        for python, resolution in ((OLDEST_PYTHON, OLDEST), (newest, NEWEST)):
            told = tried(python, resolution, wheel, folder)
            print(
                f"Python {python}, {resolution}: {len(told)} wrong", *told, sep="\n  ", flush=True
            )
            faults += len(told)
    return faults


def found(python: str) -> bool:
    """Say whether there is such an interpreter on this machine."""
    return not subprocess.run(
        [UV, "python", "find", "--python-preference", "only-system", "--no-project", python],
        capture_output=True,
    ).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(min(main(), 1))
