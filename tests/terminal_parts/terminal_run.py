"""Starts the demo app in a pseudo-terminal."""

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.pty_terminal import Terminal

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, str(Path(__file__).with_name("terminal_demo.py"))]


def demo(env: Mapping[str, str] | None = None, command: list[str] = DEMO) -> Terminal:
    return Terminal(command, env={"PYTHONPATH": str(ROOT), **(env or {})})
