"""Training in a process of its own, so that it costs the screen nothing.

    here → there   a line of JSON (course, where the run stands, how far to go), then the run
    there → here   a line of JSON (what was seen on the way), then the run

A run goes as plain numbers: weights, velocity, square. The process ends when its input does, so
it cannot outlive the program. Where there can be no process, stretches are computed here.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import numpy as np

from tui_transformer import kiosk
from tui_transformer.nn.optimizers import State
from tui_transformer.nn.training import Run
from tui_transformer.training.course import Check, Course, Stretch, advance

nursery: socket.socket | None = None
"""In a session of a host: where a process can be asked for, which is forked, and which sessions
that train the same course share."""

PARTS = ("weights", "velocity", "square")
POLITE = 5  # how much the process steps back for others


def _send(pipe: IO[bytes], record: dict[str, Any], run: Run) -> None:
    """Write a record and a run."""
    state = run.state
    record |= {"step": state.step, "loss": run.loss, "norm": run.gradient_norm}
    pipe.write(json.dumps(record).encode() + b"\n")
    for part in PARTS:
        pipe.write(np.ascontiguousarray(getattr(state, part), "<f4").data)
    pipe.flush()


def _receive_run(pipe: IO[bytes], record: dict[str, Any], size: int) -> Run:
    """Read the run that follows a record. Raises EOFError where the other side has gone."""
    arrays = []
    for _ in PARTS:
        data = pipe.read(4 * size)
        if len(data) < 4 * size:
            raise EOFError
        arrays.append(np.frombuffer(data, "<f4"))
    weights, velocity, square = arrays
    state = State(weights, velocity, square, record["step"])
    return Run(state, record["loss"], record["norm"])


Advance = Callable[[Course, Run, int, float], Stretch]


def serve(into: IO[bytes], out: IO[bytes], advance: Advance = advance) -> None:
    """Give the stretches that are asked for, until nobody asks any more."""
    while line := into.readline():
        asked = json.loads(line)
        course = Course(**asked["course"])
        run = _receive_run(into, asked, course.plan.parameter_count())
        done = advance(course, run, asked["steps"], asked["seconds"])
        seen = {
            "losses": done.losses.tolist(),
            "norms": done.norms.tolist(),
            "checks": [asdict(one) for one in done.checks],
            "seconds": done.seconds,
            "ended": done.ended,
        }
        _send(out, seen, done.run)


def _command() -> tuple[list[str], dict[str, str] | None]:
    """Say how this very module is started by itself, with which variables (None: the same)."""
    if sys.flags.isolated:
        command = [sys.executable, "-I", "-B", "-m", __name__]
        if kiosk.is_on():
            kiosk.allow_worker(command)
        return command, None
    path = os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path)
    return [sys.executable, "-P", "-m", __name__], {**os.environ, "PYTHONPATH": path}


class Beside:
    """The process, started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ends: tuple[IO[bytes], IO[bytes]] | None = None
        self._course: Course | None = None  # for which a nursery was asked
        self._alone = False  # no process could be had, or it died

    def advance(self, course: Course, run: Run, steps: int, seconds: float) -> Stretch:
        """Take a stretch there, as `course.advance` does."""
        if not self._alone:
            try:
                return self._ask(course, run, steps, seconds)
            except (OSError, EOFError, ValueError):
                self.stop()
                self._alone = True
        return advance(course, run, steps, seconds)

    def _ask(self, course: Course, run: Run, steps: int, seconds: float) -> Stretch:
        if self._ends is not None and nursery is not None and course != self._course:
            self.stop()  # whoever trains the other course may do it for others as well
        if self._ends is None:
            self._ends = self._started() if nursery is None else _forked(nursery, course)
            self._course = course
        into, out = self._ends
        _send(into, {"course": asdict(course), "steps": steps, "seconds": seconds}, run)
        line = out.readline()
        if not line:
            raise EOFError
        told = json.loads(line)
        return Stretch(
            _receive_run(out, told, run.state.weights.size),
            np.array(told["losses"]),
            np.array(told["norms"]),
            tuple(Check(**one) for one in told["checks"]),
            told["seconds"],
            told["ended"],
        )

    def _started(self) -> tuple[IO[bytes], IO[bytes]]:
        command, environment = _command()
        process = self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # a signal meant for the program is not meant for it
        )
        assert process.stdin is not None and process.stdout is not None
        return process.stdin, process.stdout

    def stop(self) -> None:
        """End the process; one that was forked is left to whoever else needs it."""
        process, self._process = self._process, None
        ends, self._ends = self._ends, None
        if process is not None:
            process.kill()
            process.communicate()
        for end in ends or ():
            with suppress(OSError):
                end.close()


def _forked(asked: socket.socket, course: Course) -> tuple[IO[bytes], IO[bytes]]:
    """Ask for a process, by sending it its ends of two pipes: for one course all ask the same."""
    wanted = sha256(json.dumps(asdict(course)).encode()).digest()
    their_input, ours = os.pipe()
    answers, their_output = os.pipe()
    try:
        socket.send_fds(asked, [wanted], [their_input, their_output])
    finally:
        os.close(their_input)
        os.close(their_output)
    return os.fdopen(ours, "wb"), os.fdopen(answers, "rb")


def main() -> None:
    """Serve whoever started this process."""
    if hasattr(os, "nice"):
        os.nice(POLITE)
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except (EOFError, BrokenPipeError):
        os._exit(0)  # nobody listens any more; closing standard output would only complain


if __name__ == "__main__":
    main()
