"""How long a visitor may be silent, line by line, and compute for one answer."""

import signal

from tui_transformer import kiosk


class NobodyTyped(Exception):
    """What ends a session of a kiosk in which nobody has typed for long."""


def heard() -> None:
    """Note that somebody is there: for computing and for being idle time begins anew."""
    if kiosk.idle is not None:
        kiosk.computed()
        signal.signal(signal.SIGALRM, _nobody_typed)
        signal.setitimer(signal.ITIMER_REAL, kiosk.idle)


def waits() -> None:
    """Note that a line is waited for: what a class says meanwhile is no picture's computing."""
    if kiosk.idle is not None:
        kiosk.computing()


def _nobody_typed(*_: object) -> None:
    raise NobodyTyped
