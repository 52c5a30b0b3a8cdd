"""`tfx host`: a server that gives whoever comes a session of the kiosk, and nothing else.

`nursery.py` is the parent of all sessions, a program of its own with everything loaded: it forks.
`parent.py` is the host's end of it. `server.py` and `session.py` speak SSH, `web.py` and
`browser.py` to browsers; `terminal.py` is what a session of either draws on. `house.py` counts,
`guard.py` says who comes in, `key.py` keeps the host's key.
"""


class CannotHost(ValueError):
    """Nothing can be served like this; its text says why."""
