"""Curves as braille dots: the one file that knows plotext.

Plotext 6.1 walks the lines and packs their dots in its C++ kernel. Its figure object takes
15 ms for three short curves (a Python call and several copies per point, rulers, a frame);
its kernel takes a third of a millisecond, so that is what is called here, as plotext's own
`signal`, `fill` and `matrix` classes do. If its functions are ever not as expected, the
figure object draws the same.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

from tui_transformer.render.spare import keep_spare
from tui_transformer.without import without

DOTS_ACROSS, DOTS_DOWN = 2, 4  # braille dots in one cell


class Strokes(NamedTuple):
    """Straight strokes between dots, counted from the top left.

    Without a glyph they are braille, and there are 2 × 4 dots in a cell; with one, that
    character is stamped on whole cells. `owners` says whose each stroke is.
    """

    x0: Sequence[int]
    y0: Sequence[int]
    x1: Sequence[int]
    y1: Sequence[int]
    owners: Sequence[int]
    glyph: str = ""


Run = tuple[int, int, str, int]  # row, column, neighbouring characters, whose they are


def rasterise(groups: Sequence[Strokes], width: int, height: int) -> list[Run]:
    """Draw strokes on width × height cells; of two in one cell the later one is the owner,
    and braille dots of both stay."""
    owners = {owner for group in groups for owner in group.owners}
    if not owners:
        return []
    kernel = _kernel()
    text = (kernel.draw if kernel else _draw_with_figure)(groups, width, height)
    return _runs(text, {_code(owner): owner for owner in owners})


def _runs(text: str, owners: dict[str, int]) -> list[Run]:
    """Read plotext's colours back: each owner was drawn in a colour of its own."""
    runs = []
    for row, line in enumerate(text.split("\n")):
        column = 0
        for piece in line.split("\x1b[0m"):
            if piece[:1] == "\x1b":
                code, piece = piece.split("m", 1)
                runs.append((row, column, piece, owners[code]))
            column += len(piece)
    return runs


def _color(owner: int) -> tuple[int, int, int]:
    return owner >> 16 & 255, owner >> 8 & 255, owner & 255


@lru_cache(maxsize=4096)
def _code(owner: int) -> str:
    return "\x1b[38;2;{};{};{}".format(*_color(owner))


# ── the kernel ─────────────────────────────────────────────────────────────────────────

_P, _D, _S = ctypes.c_void_p, ctypes.c_double, ctypes.c_size_t
_TEXT = ctypes.POINTER(ctypes.c_wchar)

# The functions of plotext's kernel that are called here: what they take, what they give.
_SIGNATURES: dict[str, tuple[tuple[Any, ...], Any]] = {
    "pixel_new": ((), _P),
    "pixel_set_fullground_rgb": ((_P, _S, _S, _S), None),
    "marker_new_braille": ((_P,), _P),
    "marker_new_normal": ((ctypes.c_wchar, _P), _P),
    "signal_new": ((_S,), _P),
    "signal_append_point": ((_P, _D, _D, _P), None),
    "signal_set_fill_point": ((_P, _S, _D, _D, _P), None),
    "signal_get_points": ((_P,), _P),
    "signal_delete": ((_P,), None),
    "points_delete": ((_P,), None),
    "matrix_new": ((_S, _S, _P), _P),
    "matrix_insert_points": ((_P, _P), None),
    "matrix_get_wstring": ((_P, ctypes.c_bool), _TEXT),
    "matrix_delete": ((_P,), None),
    "wstring_delete": ((ctypes.c_wchar_p,), None),
}


@lru_cache(maxsize=1)
def _kernel() -> _Kernel | None:
    """Plotext's kernel, if its functions take and give what is written above."""
    try:
        clink, types, path = _kernel_modules()
        void = types["void"]
        for name, (takes, gives) in _SIGNATURES.items():
            function = getattr(clink, name)
            if tuple(function.argtypes) != takes or function.restype != (gives or void):
                return None
        return _Kernel(path)
    except (ImportError, AttributeError, KeyError, OSError):
        return None


def _kernel_modules() -> tuple[Any, dict[str, Any], str]:
    """Import the two modules of plotext that bind its kernel, a tenth of its whole import.

    A bare package stands for plotext meanwhile, so that its own start does not run; and what
    it would take for pictures and films, where that is installed, counts as not installed.
    """
    whole = sys.modules.get("plotext")
    if whole is None:
        spec = importlib.util.find_spec("plotext")
        bare = ModuleType("plotext")
        bare.__path__ = list(spec.submodule_search_locations or ()) if spec else []
        sys.modules["plotext"] = bare
    try:
        with without("PIL", "ffpyplayer", "yt_dlp"):
            from plotext._kernel.clink import clink
            from plotext._kernel.tools import kernel_file_path, types_dict
    finally:
        if whole is None:
            del sys.modules["plotext"]
    return clink, types_dict, kernel_file_path


class _Kernel:
    """The kernel's functions, called without letting go of the interpreter lock.

    With ctypes' usual release of it, a busy worker thread could make each of some hundred
    calls wait 5 ms. The two that are called for every stroke get no argument types: they
    take ctypes objects made beforehand, which is twice as fast.
    """

    def __init__(self, path: str) -> None:
        library = ctypes.PyDLL(path)
        keep_spare(library)
        self._call = SimpleNamespace()
        for name, (takes, gives) in _SIGNATURES.items():
            function = library[name]
            function.argtypes, function.restype = takes, gives
            setattr(self._call, name, function)
        self._append, self._fill = library["signal_append_point"], library["signal_set_fill_point"]
        self._append.restype = self._fill.restype = None
        self._call.matrix_get_wstring.restype = _P  # else the address to delete is lost
        self._call.wstring_delete.argtypes = (_P,)
        self._blank = self._call.pixel_new()
        self._markers: dict[tuple[str, int], ctypes.c_void_p] = {}
        self._places: dict[int, list[ctypes.c_double]] = {}
        self._indices: list[ctypes.c_size_t] = []

    def draw(self, groups: Sequence[Strokes], width: int, height: int) -> str:
        """Draw strokes; the text has an escape sequence where the owner changes.

        A stroke is a point with a fill point, which plotext joins by a line.
        """
        call = self._call
        address = call.signal_new(sum(len(group.owners) for group in groups))
        signal = ctypes.c_void_p(address)
        start = 0
        for group in groups:
            start = self._add(signal, group, start, width, height)
        points = call.signal_get_points(address)
        matrix = call.matrix_new(width, height, self._blank)
        call.matrix_insert_points(matrix, points)
        buffer = call.matrix_get_wstring(matrix, False)
        text = ctypes.wstring_at(buffer)
        call.wstring_delete(buffer)
        call.matrix_delete(matrix)
        call.points_delete(points)
        call.signal_delete(address)
        return text

    def _add(
        self, signal: ctypes.c_void_p, group: Strokes, start: int, width: int, height: int
    ) -> int:
        end = start + len(group.owners)
        across, down = (1, 1) if group.glyph else (DOTS_ACROSS, DOTS_DOWN)
        x = self._middles(across, width).__getitem__
        y = self._middles(down, height).__getitem__
        whose = {owner: self._marker(group.glyph, owner) for owner in set(group.owners)}
        markers = [whose[owner] for owner in group.owners]
        _exhaust(map(self._append, repeat(signal), map(x, group.x0), map(y, group.y0), markers))
        _exhaust(
            map(
                self._fill,
                repeat(signal),
                self._numbers(end)[start:end],
                map(x, group.x1),
                map(y, group.y1),
                markers,
            )
        )
        return end

    def _middles(self, dots: int, cells: int) -> list[ctypes.c_double]:
        """Where the middles of the dots lie, in cells: exact in binary, so never between."""
        places = self._places.get(dots, [])
        if len(places) < dots * cells:
            places = [ctypes.c_double((dot + 0.5) / dots) for dot in range(dots * cells)]
            self._places[dots] = places
        return places

    def _numbers(self, count: int) -> list[ctypes.c_size_t]:
        numbers = self._indices
        if len(numbers) < count:
            numbers = self._indices = [ctypes.c_size_t(index) for index in range(2 * count)]
        return numbers

    def _marker(self, glyph: str, owner: int) -> ctypes.c_void_p:
        marker = self._markers.get((glyph, owner))
        if marker is None:
            call = self._call
            pixel = call.pixel_new()
            call.pixel_set_fullground_rgb(pixel, *_color(owner))
            marker = self._markers[glyph, owner] = ctypes.c_void_p(
                call.marker_new_normal(glyph, pixel) if glyph else call.marker_new_braille(pixel)
            )
        return marker


def _exhaust(calls: Iterable[object]) -> None:
    deque(calls, 0)


# ── the figure object ──────────────────────────────────────────────────────────────────


def _draw_with_figure(groups: Sequence[Strokes], width: int, height: int) -> str:
    """Draw the same with nothing but what plotext documents; 40 times slower."""
    plotext = _plotext()
    plotext.terminal.limit(False, False)
    figure = type(plotext.figure)(parent=plotext.terminal)
    figure.plot_size(width, height)
    figure.axes(False)
    figure.legend(False)
    figure.canvas("default")
    for axis, cells in ((0, width), (1, height)):
        figure.ruler(axis, 0).frequency(0).alignment(lim="edge").lim(0, cells)
    for group in groups:
        across, down = (1, 1) if group.glyph else (DOTS_ACROSS, DOTS_DOWN)
        x = [(dot + 0.5) / across for pair in zip(group.x0, group.x1, strict=True) for dot in pair]
        y = [
            height - (dot + 0.5) / down
            for pair in zip(group.y0, group.y1, strict=True)
            for dot in pair
        ]
        markers = [
            plotext.marker(group.glyph or "braille", _color(owner))
            for owner in group.owners
            for _ in "ab"
        ]
        signal = figure.signal(x, y, marker=markers)
        for end in range(1, len(x), 2):
            signal.line(end)
        figure.draw(signal)
    return str(figure.build().string())


@lru_cache(maxsize=1)
def _plotext() -> Any:
    """Import plotext without the 70 % of its import that format docstrings.

    Stand-ins take the place of two of its modules, of which it only wants one name each:
    its manual and its own tests, which are then missing in this process. Should plotext come
    to need more of them, the import fails and is done in full.
    """
    stand_ins = {"plotext._doc.doc": "docs", "plotext._tests.run": "test"}
    if "plotext" in sys.modules:
        stand_ins = {}
    for module, name in stand_ins.items():
        sys.modules[module] = ModuleType(module)
        setattr(sys.modules[module], name, None)
    try:
        import plotext
    except (ImportError, AttributeError):
        for name in [name for name in sys.modules if name.split(".")[0] == "plotext"]:
            del sys.modules[name]
        import plotext
    finally:
        for module in stand_ins:
            if getattr(sys.modules.get(module), "__spec__", None) is None:
                sys.modules.pop(module, None)
    return plotext
