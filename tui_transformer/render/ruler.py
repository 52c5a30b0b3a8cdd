"""One axis as a ruler: from numbers to places and back, and round numbers for its ticks."""

import math
import re
import sys
from collections.abc import Callable, Iterator

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.numbers import number
from tui_transformer.pieces import Axis
from tui_transformer.records import dataclass

MARGIN = 0.04  # room left beyond the data, as a share of what they span
_LARGEST = sys.float_info.max / 8  # so that the span of two limits is still a number
_CLOSE = 1e-12  # limits closer than this, relative to their size, are one
_EDGE = 1e-9  # as a share of the axis: a place this little outside lies on the edge
_LONG = 6  # characters a number may have before it is written with a power of ten
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@dataclass(frozen=True)
class Ruler:
    """An axis from `low` to `high`; on a log axis both are powers of ten.

    `whole` says that only whole numbers mean something on it, `blank` that none do.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False
    blank: bool = False

    def share(self, values: Array) -> Array:
        """Where numbers lie: 0 at low, 1 at high; NaN where they have no place."""
        if self.log:
            values = np.log10(np.where(values < 0, np.nan, values))
        return (values - self.low) / (self.high - self.low)

    def place(self, value: float, cells: int) -> int | None:
        """The cell a number lies in, counted from low; None outside."""
        value = float(value)
        if self.log:
            value = math.log10(value) if 0 < value < math.inf else math.nan
        share = (value - self.low) / (self.high - self.low)
        if not -_EDGE <= share <= 1 + _EDGE:
            return None
        return min(max(int(share * cells), 0), cells - 1)

    def value(self, share: float) -> float:
        """The number at a place."""
        value = self.low + share * (self.high - self.low)
        return _ten_to(value) if self.log else value


def _ten_to(power: float) -> float:
    return 10.0 ** min(max(power, -323.0), 308.0)


def ruler(
    axis: Axis, low: float, high: float, from_zero: bool = False, whole: bool = False
) -> Ruler:
    """The ruler of an axis whose data reach from low to high (NaN: there are none).

    A given limit is exact. `from_zero` says that bars stand on zero.
    """
    given = (_limit(axis.low, axis.log), _limit(axis.high, axis.log))
    if axis.log:
        low, high = (math.log10(v) if v > 0 else math.nan for v in (low, high))
    low, high = _default(low, high, given)
    low, high = (min(max(limit, -_LARGEST), _LARGEST) for limit in (low, high))
    room = MARGIN * (high - low)
    zero = from_zero and not axis.log
    low = low - room * (not (zero and low == 0)) if given[0] is None else given[0]
    high = high + room * (not (zero and high == 0)) if given[1] is None else given[1]
    return Ruler(*_apart(low, high, given, axis.log), axis.log, whole, axis.blank)


def _limit(limit: float | None, log: bool) -> float | None:
    if limit is None or not math.isfinite(limit) or (log and limit <= 0):
        return None
    return math.log10(limit) if log else min(max(float(limit), -_LARGEST), _LARGEST)


def _default(
    low: float, high: float, given: tuple[float | None, float | None]
) -> tuple[float, float]:
    """Limits where there are no data: the given ones, or 0 to 1."""
    if math.isfinite(low) and math.isfinite(high):
        return low, high
    if given[0] is not None:
        return given[0], given[0] + 1 if given[1] is None else given[1]
    return (0.0, 1.0) if given[1] is None else (given[1] - 1, given[1])


def _apart(
    low: float, high: float, given: tuple[float | None, float | None], log: bool
) -> tuple[float, float]:
    """Put limits in order, and apart where they are one; a single given one stays."""
    if None not in given:
        low, high = min(low, high), max(low, high)
    size = max(abs(low), abs(high))
    if high - low > size * _CLOSE and high - low > sys.float_info.min * 1e6:
        return low, high
    room = 0.5 if log else max(size * 0.1, 1e-300) if size > 1e-290 else 1.0
    if given[0] is not None and given[1] is None:
        return low, low + room
    if given[1] is not None and given[0] is None:
        return high - room, high
    middle = low / 2 + high / 2
    return middle - room, middle + room


# ── ticks ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Tick:
    """A number at a cell, counted from low."""

    cell: int
    text: str


Fits = Callable[[tuple[Tick, ...]], bool]


def ticks(scale: Ruler, cells: int, most: int, fits: Fits) -> tuple[Tick, ...]:
    """The closest round numbers that fit, at most so many; where not two of them do, the
    limits themselves."""
    if scale.blank:
        return ()
    best: tuple[Tick, ...] = ()
    for found in _log_ticks(scale, cells) if scale.log else _round_ticks(scale, cells, most):
        if fits(found):
            best = found
            break
    if len(best) >= 2:
        return best
    ends = _ends(scale, cells)
    return ends if len(ends) == 2 and fits(ends) else best


def _steps(low: float, high: float, most: int) -> tuple[tuple[int, int], ...]:
    """Round steps (mantissa, exponent), the finest first: 1, 2, 5, 10, 20 …"""
    exponent = math.floor(math.log10((high - low) / most))
    steps = [
        (mantissa, exponent + more)
        for more in range(5)
        for mantissa in (1, 2, 5)
        if exponent + more < sys.float_info.max_10_exp
    ]
    return tuple(s for s in steps if s[0] * 10.0 ** s[1] * most >= (high - low) * 0.999)


def _round_ticks(scale: Ruler, cells: int, most: int) -> Iterator[tuple[Tick, ...]]:
    for mantissa, exponent in _steps(scale.low, scale.high, max(most, 2)):
        if scale.whole and exponent < 0:
            continue
        step = mantissa * 10.0**exponent
        first, last = math.ceil(scale.low / step - _EDGE), math.floor(scale.high / step + _EDGE)
        yield _at(
            scale, cells, [k * step for k in range(first, min(last, first + 999) + 1)], exponent
        )


def _log_ticks(scale: Ruler, cells: int) -> Iterator[tuple[Tick, ...]]:
    first, last = math.ceil(scale.low - _EDGE), math.floor(scale.high + _EDGE)
    for step in (1, 2, 3, 5, 10, 20, 50, 100, 200):
        powers = range(first + -first % step, last + 1, step)
        if len(powers) < 2:
            break
        yield tuple(_tick(scale, cells, float(k), _power(k)) for k in powers)
    for mantissas in ((1, 2, 5), (1, 3), (1,)):
        logs = [k + math.log10(m) for k in range(first - 1, last + 1) for m in mantissas]
        inside = [v for v in logs if scale.low - _EDGE <= v <= scale.high + _EDGE]
        yield tuple(_tick(scale, cells, v, number(_ten_to(v), 3)) for v in inside)


def _at(scale: Ruler, cells: int, values: list[float], exponent: int) -> tuple[Tick, ...]:
    """Ticks at numbers that are whole multiples of a power of ten."""
    texts = [_short(v, exponent) for v in values]
    if -20 < exponent < 20:
        long = [f"{v:.{max(-exponent, 0)}f}" for v in values]
        widths = [max(map(len, found), default=0) for found in (long, texts)]
        if widths[0] <= max(widths[1], _LONG):
            texts = long
    return tuple(
        _tick(scale, cells, v, text.replace("-", "−", 1) if v < 0 else text)
        for v, text in zip(values, texts, strict=False)
    )


def _short(value: float, exponent: int) -> str:
    """Write a multiple of a power of ten as 1.25e8."""
    if value == 0:
        return "0"
    digits = min(max(math.floor(math.log10(abs(value)) + _EDGE) - exponent, 0), 15)
    mantissa, power = f"{value:.{digits}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(power)}"


def _tick(scale: Ruler, cells: int, place: float, text: str) -> Tick:
    share = (place - scale.low) / (scale.high - scale.low)
    return Tick(min(max(int(share * cells), 0), cells - 1), text)


def _ends(scale: Ruler, cells: int) -> tuple[Tick, ...]:
    low, high = scale.value(0.0), scale.value(1.0)
    digits = 3 if number(low, 3) != number(high, 3) else 8
    ends = (Tick(0, number(low, digits)), Tick(cells - 1, number(high, digits)))
    return ends if cells > 1 else ()


def _power(exponent: int) -> str:
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def plain(text: str) -> str:
    """Write 10⁻³ as 1e-3, which is as long."""
    return re.sub("10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: "1e" + m[1].translate(_PLAIN), text)
