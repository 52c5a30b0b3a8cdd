"""What `tfx --kiosk` ignores, limits and refuses; tests/test_kiosk_over_ssh.py tries the way in."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pty_terminal import Terminal
from tui_transformer import kiosk
from tui_transformer.concepts import entries
from tui_transformer.ui.commands import BY_KEY, COMMANDS

TFX = [sys.executable, "-m", "tui_transformer"]
ESCAPE = "\x1b[27u"  # as terminals send it that leave no doubt about what it is
GO_TO = "\x10"  # ctrl+p, from wherever one is
ISOLATED = [sys.executable, "-I", "-B", "-c"]


def isolated(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ISOLATED, code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


# ── the environment ────────────────────────────────────────────────────────────────────


def test_only_how_to_draw_is_kept_of_the_environment() -> None:
    kept = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "de_CH.UTF-8"}
    wicked = {
        "TERM": "../../home/x",
        "LC_ALL": "/tmp/x",
        "NO_COLOR": "\x1b[31m",
        "TEXTUAL_LOG": "/tmp/x",
        "PYTHONPATH": "/tmp/x",
        "HOME": "/tmp/x",
        "PATH": "/tmp/x",
        "OMP_NUM_THREADS": "9999",
    }
    ours = {"HOME": "/", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    assert kiosk._harmless(kept | {"TMPDIR": "/tmp"}) == kept | ours
    assert kiosk._harmless(wicked) == ours


def test_textuals_variables_reach_nothing(tmp_path: Path) -> None:
    wicked = {
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path),
        "TEXTUAL_LOG": str(tmp_path / "log"),
        "TEXTUAL_PRESS": "q",
        "TEXTUAL_DRIVER": "nothing:Nothing",
        "TEXTUAL": "devtools,debug",
        "TEXTUAL_FILTERS": "nothing",
        "XDG_STATE_HOME": str(tmp_path),
        "TFX_SUPERVISOR": "0",
    }
    with Terminal([*TFX, "--kiosk", "neuron"], env=wicked) as tfx:
        tfx.wait_for("y over the plane")
        tfx.settle(quiet=1.5)
        assert tfx.running
        tfx.send("q")
        assert tfx.exit_status() == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--kiosk", "neuron", "--svg", "out.svg"], "opens the screen and nothing else"),
        (["--kiosk", "neuron", "--json"], "opens the screen and nothing else"),
        (["--kiosk", "neuron", "--lines"], "opens the screen and nothing else"),
        (["--kiosk", "explain", "neuron"], "explain is for the command line"),
        (["--kiosk", "--completions", "bash"], "opens the screen and nothing else"),
        (["--kiosk", "list"], "list is for the command line"),
        (["--kiosk", "--idle", "nan"], "--idle is a number of minutes"),
        (["--kiosk", "--idle", "0"], "--idle is a number of minutes"),
        (["neuron", "--idle", "3"], "--idle goes with --kiosk"),
        (["--kiosk", "neuron"], "ssh -t"),
    ],
)
def test_a_kiosk_opens_the_screen_and_nothing_else(arguments: list[str], says: str) -> None:
    done = subprocess.run(
        [*TFX, *arguments], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


# ── what is refused ────────────────────────────────────────────────────────────────────

WAYS_OUT = {
    "write": "open(f'{there}/new', 'w')",
    "write here": "open('new', 'w')",
    "append": "open(f'{there}/old', 'a')",
    "write bytes": "pathlib.Path(there, 'old').write_bytes(b'')",
    "write, low": "os.open(f'{there}/new', os.O_CREAT | os.O_WRONLY)",
    "nameless": "os.open(there, os.O_TMPFILE | os.O_RDWR)",
    "write into the package": "open(f'{package}/new.py', 'w')",
    "temporary": "tempfile.TemporaryFile(dir=there)",
    "make a folder": "os.mkdir(f'{there}/folder')",
    "remove": "os.remove(f'{there}/old')",
    "rename": "os.rename(f'{there}/old', f'{there}/new')",
    "link": "os.symlink('/', f'{there}/new')",
    "change": "os.chmod(f'{there}/old', 0o777)",
    "truncate": "os.truncate(f'{there}/old', 0)",
    "touch": "os.utime(f'{there}/old')",
    "copy": "shutil.copy(f'{there}/old', f'{there}/new')",
    "database": "sqlite3.connect(f'{there}/new')",
    "read": "open(f'{there}/old')",
    "read bytes": "open(os.fsencode(f'{there}/old'))",
    "read the system's": "open('/etc/passwd')",
    "read the process's": "open('/proc/self/environ')",
    "read around": "open(f'{package}/../../../../../../../../etc/passwd')",
    "read beside": "open(f'{package}-other/x')",
    "read code": "io.open_code(f'{there}/old')",
    "read an array": "numpy.fromfile(f'{there}/old')",
    "map an array": "numpy.memmap(f'{there}/old')",
    "list": "os.listdir('/etc')",
    "list here": "os.listdir()",
    "scan": "list(os.scandir(there))",
    "import": "importlib.machinery.SourceFileLoader('old', f'{there}/old').load_module()",
    "import a library": "importlib.machinery.ExtensionFileLoader('x', f'{there}/x.so')"
    ".create_module(importlib.machinery.ModuleSpec('x', None, origin=f'{there}/x.so'))",
    "load a library": "ctypes.CDLL(f'{there}/x.so')",
    "run": "subprocess.run([sys.executable, '-c', ''])",
    "run in a shell": "subprocess.run('true', shell=True)",
    "run by name": "os.system('true')",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "become": "os.execv('/bin/true', ['true'])",
    "fork": "os.fork()",
    "terminal": "pty.spawn('/bin/true')",
    "signal": "os.kill(os.getppid(), 0)",
    "signal all": "os.kill(-1, 0)",
    "signal the group": "os.kill(0, 0)",
    "browser": "webbrowser.open('http://127.0.0.1')",
    "fetch": "urllib.request.urlopen('http://127.0.0.1:9')",
    "connect": "socket.create_connection(('127.0.0.1', 9))",
    "connect, local": "socket.socket(socket.AF_UNIX).connect(f'{there}/old')",
    "listen": "socket.socket(socket.AF_UNIX).bind(f'{there}/new')",
    "send": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "look a name up": "socket.gethostbyname('localhost')",
    "raise a limit": "resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))",
    "debug": "breakpoint()",
}

TRY = f"""
import ctypes, importlib, io, os, pathlib, pty, resource, shutil, socket, sqlite3, subprocess, sys
import importlib.machinery, tempfile, urllib.request, warnings, webbrowser
import numpy
from tui_transformer import kiosk
there, package = sys.argv[1], os.path.dirname(kiosk.__file__)
ways = {WAYS_OUT!r}
webbrowser.register("there", None, webbrowser.GenericBrowser(sys.executable), preferred=True)
warnings.simplefilter("ignore")
kiosk.switch_on(15)
kiosk.arm()
for name, way in ways.items():
    try:
        eval(way)
    except PermissionError:
        continue
    except Exception as problem:
        print(name, type(problem).__name__, problem)
    else:
        print(name, "was possible")
print("all tried")
"""


def test_every_way_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("mine")
    before = (tmp_path / "old").stat()
    done = isolated(TRY, str(tmp_path))
    assert done.stdout.splitlines() == ["all tried"], done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (tmp_path / "old").stat().st_mtime_ns == before.st_mtime_ns
    assert (tmp_path / "old").stat().st_mode == before.st_mode


def test_without_the_hook_the_same_ways_are_open(tmp_path: Path) -> None:
    """Else the test above would show nothing: most of these fail only because of the hook."""
    (tmp_path / "old").write_text("mine")
    harmless = ["write", "append", "make a folder", "touch", "read", "list", "run", "run by name"]
    code = TRY.replace(repr(WAYS_OUT), repr({name: WAYS_OUT[name] for name in harmless}))
    code = code.replace("kiosk.switch_on(15)", "").replace("kiosk.arm()", "")
    said = isolated(code, str(tmp_path)).stdout.splitlines()
    assert said == [*(f"{name} was possible" for name in harmless), "all tried"]


def test_only_the_worker_that_was_announced_is_started() -> None:
    code = """
import subprocess, sys
from tui_transformer import kiosk
kiosk.switch_on(15)
worker = [sys.executable, "-I", "-B", "-c", "print(input())"]
kiosk.allow_worker(worker)
kiosk.arm()
pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
print(subprocess.Popen(worker, **pipes).communicate("computed")[0].strip())
waiting = subprocess.Popen(worker, **pipes)
waiting.kill()
print(waiting.wait())
for other in ([*worker, "x"], [sys.executable, "-I", "-B", "-c", "pass"], "true"):
    for more in ({}, {"shell": True}, {"env": {}}, {"executable": "/bin/true"}):
        try:
            subprocess.Popen(other, **more)
        except PermissionError:
            continue
        print("started", other, more)
for more in ({"env": {"PYTHONPATH": "/"}}, {"executable": "/bin/true"}, {"shell": True}):
    try:
        subprocess.Popen(worker, **more)
    except PermissionError:
        continue
    print("started with", more)
"""
    done = isolated(code)
    assert done.stdout.splitlines() == ["computed", "-9"], done.stdout + done.stderr


@pytest.mark.parametrize("presents", [False, True])
def test_only_the_class_that_was_announced_is_joined(tmp_path: Path, presents: bool) -> None:
    code = """
import os, socket, sys
from pathlib import Path
from tui_transformer import kiosk
there = Path(sys.argv[1])
for name in ("physics", "other"):
    (there / f"{name}.lock").touch()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(f"{there}/{name}.sock")
    listening.listen()
    globals()[name] = listening
paths = sorted(there.iterdir())  # other.lock, other.sock, physics.lock, physics.sock
kiosk.switch_on(15)
kiosk.allow_class(there / "physics.sock", sys.argv[2] == "True")
kiosk.arm()
connects = [socket.socket(socket.AF_UNIX).connect for _ in range(2)]
ways = list(zip(connects, paths[1::2])) + [(os.remove, path) for path in paths]
for way, path in ways:
    try:
        way(str(path))
        print(way.__name__, Path(path).name)
    except PermissionError:
        pass
"""
    done = isolated(code, str(tmp_path), str(presents))
    removed = ["remove physics.lock", "remove physics.sock"]
    assert done.stdout.splitlines() == ["connect physics.sock", *(removed if presents else [])]
    assert not done.stderr


# ── limits ─────────────────────────────────────────────────────────────────────────────


def test_memory_has_an_end_and_comes_back() -> None:
    code = """
import numpy
from tui_transformer import kiosk
kiosk.switch_on(15)
kiosk.arm()
for _ in range(3):
    try:
        numpy.ones(2 << 30, dtype="int8")
        print("had")
    except MemoryError:
        print(numpy.ones(100 << 20, dtype="int8").sum())
"""
    assert isolated(code).stdout.split() == [str(100 << 20)] * 3


HANGS = {
    "in Python": "while True: pass",
    "in one long calculation": "pow(7, 10**10)",
    "in NumPy": "import numpy; a = numpy.ones((6000, 6000))\n    while True: a @ a",
    "beside the screen": (
        "import time; end = time.thread_time() + 0.1\n    while time.thread_time() < end: pass\n"
        "    if model.temperature == 1: return view(model)\n"
        "    while True: pass"
    ),
}


@pytest.mark.parametrize("hang", HANGS.values(), ids=HANGS)
def test_a_picture_that_takes_too_long_is_given_up(hang: str) -> None:
    code = f"""
import dataclasses, sys
from types import SimpleNamespace
from tui_transformer import concepts, kiosk
from tui_transformer.cli import screen
kiosk.PATIENCE = 1
kiosk.switch_on(15)
softmax = concepts.load("softmax")
view = softmax.view
def hanging(model):
    {hang}
    return view(model)
object.__setattr__(softmax, "view", hanging)
raise SystemExit(screen.show(SimpleNamespace(
    concept="softmax", control=[], theme=None, ascii=False)))
"""
    with Terminal([*ISOLATED, code]) as tfx:
        if "temperature" in hang:
            tfx.wait_for("0.659001")
            tfx.send("jjjl")
            tfx.wait_for("computing")
        assert tfx.exit_status() == 128 + signal.SIGPROF
        assert "gave up a picture" in "\n".join(tfx.text())
        assert tfx.attributes_restored()
        assert tfx.nothing_left()


def test_pictures_that_are_finished_in_time_never_add_up() -> None:
    code = """
import time
from tui_transformer import kiosk
kiosk.PATIENCE = 0.4
kiosk.switch_on(15)
kiosk.arm()
for _ in range(6):
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    kiosk.computed()
print("done")
"""
    assert isolated(code).stdout == "done\n"


def test_outside_a_kiosk_nothing_is_limited() -> None:
    code = """
import resource, signal
from tui_transformer import kiosk
before = resource.getrlimit(resource.RLIMIT_DATA)
kiosk.computed()
print(kiosk.is_on(), signal.getitimer(signal.ITIMER_PROF), kiosk.idle)
"""
    assert isolated(code).stdout.split("\n")[0] == "False (0.0, 0.0) None"


# ── the program ────────────────────────────────────────────────────────────────────────


def test_no_command_needs_what_a_kiosk_refuses() -> None:
    """The shell and recording are left out; nothing else saves, suspends or opens a link."""
    code = """
from tui_transformer import kiosk
kiosk.switch_on(15)
from tui_transformer.ui.commands import BY_KEY, COMMANDS
print(*BY_KEY)
for command in COMMANDS:
    print(command.help)
"""
    keys, *helps = isolated(code).stdout.splitlines()
    assert set(BY_KEY) - set(keys.split(" ")) == {"ctrl+z", "R"}
    assert len(helps) == len(COMMANDS) - 2
    for told in helps:
        assert not re.search(r"save|file|suspend|shell|browser|screenshot|link|http", told)


def test_every_key_on_every_screen_stays_within_the_walls() -> None:
    keys = [key for key in BY_KEY if len(key) == 1 and key not in "q[]"]
    with Terminal([*TFX, "--kiosk", entries()[0].id], columns=140, rows=40) as tfx:
        tfx.wait_for("? help")
        for entry in entries():
            tfx.wait_for(entry.title)
            tfx.send("".join(key + ESCAPE for key in keys) + "\tm" + ESCAPE)
            tfx.settle(quiet=0.3)
            assert tfx.running, (entry.id, "\n".join(tfx.text()))
            tfx.send(f"{GO_TO}{ESCAPE}]")  # whatever is open, it is closed by then
        tfx.key("ctrl+q")
        assert tfx.exit_status() == 0
        assert b"fault of its own" not in tfx.raw
        assert not re.search(rb"\x1b\]8;[^;]*;[^\x1b]", tfx.raw)  # no link
        assert tfx.nothing_left()


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace on this machine")
def test_the_system_sees_no_file_but_the_programs_own(tmp_path: Path) -> None:
    log = tmp_path / "log"
    calls = "trace=openat,open,creat,mkdir,rename,unlink,symlink,link,connect,bind,truncate,execve"
    with Terminal(
        ["strace", "-f", "-qq", "-o", str(log), "-e", calls, *TFX, "--kiosk", "softmax"]
    ) as tfx:
        tfx.wait_for("0.659001", timeout=60)
        for key in "lmq":
            tfx.send(key)
            tfx.settle(quiet=0.3)
        tfx.send("q")
        assert tfx.exit_status() == 0
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    start = [i for i, line in enumerate(lines) if "execve(" in line][-1]  # without its variables
    seen = lines[start + 1 :]
    assert not [line for line in seen if re.search(r"(connect|bind|creat|mkdir|rename)\(", line)]
    written = [line for line in seen if re.search(r"O_WRONLY|O_RDWR|O_CREAT", line)]
    assert all("/dev/pts" in line or "/dev/tty" in line for line in written), written
    opened = {m[1] for line in seen if (m := re.search(r'openat\(.*?"(.*?)".*= \d', line))}
    roots = {*sys.path, sys.prefix, sys.base_prefix, str(Path(kiosk.__file__).parent)} - {""}
    system = ("/etc/ld.so", "/lib", "/usr/lib", "/usr/share", "/dev", "/proc", "/sys", "/etc/local")
    foreign = [path for path in opened if not path.startswith((*roots, *system))]
    assert not foreign


def test_the_state_of_others_is_neither_read_nor_written(tmp_path: Path) -> None:
    file = tmp_path / "tfx" / "progress.json"
    file.parent.mkdir()
    file.write_text("not ours")
    with Terminal([*TFX, "--kiosk"], env={"XDG_STATE_HOME": str(tmp_path)}) as tfx:
        tfx.wait_for("Linear unit")
        tfx.key("enter")
        tfx.wait_for("lesson")
        tfx.key("escape")
        tfx.wait_for("y over the plane")
        tfx.send("g")
        tfx.wait_for("○ Linear unit")  # remembered, for as long as the visit lasts
        assert "damaged" not in "\n".join(tfx.text())
        os.kill(tfx.pid, signal.SIGTSTP)  # which nothing answers
        tfx.send(ESCAPE + "l")
        tfx.wait_for("w₀ = 2.1")
        tfx.send("q")
        assert tfx.exit_status() == 0
    assert file.read_text() == "not ours"
    assert len(list(tmp_path.rglob("*"))) == 2


def test_what_is_not_compiled_is_told_to_whoever_set_it_up(tmp_path: Path) -> None:
    def said(*options: str, does: str) -> str:
        command = (sys.executable, *options, "-X", f"pycache_prefix={tmp_path}", "-c", does)
        return subprocess.run(command, capture_output=True, text=True, check=True).stderr

    advice = "from tui_transformer import kiosk; kiosk.advise()"
    assert said("-B", does=advice) == f"{kiosk.UNCOMPILED}\n"
    said(does="import numpy, textual, tui_transformer")  # which compiles them
    assert said("-B", does=advice) == ""
