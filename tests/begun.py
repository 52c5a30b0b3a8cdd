"""What a program finds when it begins, and how it ends.

    python -m tests.begun FILE CODE …

writes down as JSON what it finds, says so, and does what is asked for.
"""

import gc
import json
import os
import signal
import sys
import threading
from pathlib import Path


def files() -> list[int]:
    """The open ones, without that of the list itself."""
    return sorted(int(file.name) for file in Path("/proc/self/fd").iterdir() if file.exists())


def found() -> dict[str, object]:
    """Everything that who starts a program decides, or Python does before it runs."""
    streams = [sys.stdin, sys.stdout, sys.stderr]
    return {
        "arguments": sys.argv[2:],
        "name": __name__,
        "environment": dict(os.environ),
        "told": sorted(Path("/proc/self/environ").read_text("utf-8").strip("\0").split("\0")),
        "folder": str(Path.cwd()),
        "path": sys.path,
        "flags": list(sys.flags),
        "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        "signals": {n: str(signal.getsignal(n)) for n in sorted(signal.valid_signals())},
        "wakened": signal.set_wakeup_fd(-1),
        "files": files(),
        "terminals": len({os.ttyname(number) for number in range(3)}),
        "flags of files": [os.get_inheritable(number) for number in range(3)],
        "leads": [os.getpid() == of for of in (os.getpgrp(), os.getsid(0), os.tcgetpgrp(0))],
        "own terminal": os.path.sameopenfile(0, os.open("/dev/tty", os.O_RDWR)),
        "streams": [
            [s.encoding, s.errors, s.line_buffering, s.newlines, s.isatty(), s.name, s.fileno()]
            for s in streams
        ],
        "same streams": streams == [sys.__stdin__, sys.__stdout__, sys.__stderr__],
        "threads": threading.active_count(),
        "collects": gc.isenabled(),
        "umask": os.umask(0o22),
        "niceness": os.nice(0),
        "children": Path(f"/proc/self/task/{os.getpid()}/children").read_text(),
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(found()))
    print("written")
    exec(sys.argv[2])
