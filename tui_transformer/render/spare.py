"""Memory that is given back is kept for the next picture, which asks for as much again."""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of malloc.h
_SPARE = 1 << 22  # bytes; the largest pictures ask for half of it, usual ones for a tenth


def keep_spare(library: ctypes.CDLL) -> None:
    """Tell the C library that another one is linked to not to hand some megabytes back at once:
    to have them anew, page by page, took half of the time of drawing curves.

    Where it cannot be told, as only the GNU one can, nothing changes.
    """
    try:
        mallopt = library.mallopt
    except AttributeError:
        return
    for setting in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
        mallopt(setting, _SPARE)
