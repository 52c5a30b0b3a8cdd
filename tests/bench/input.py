"""What a terminal sends: keys and the mouse, as xterm encodes them."""

_PLAIN = {"enter": "\r", "tab": "\t", "escape": "\x1b", "space": " ", "backspace": "\x7f"}
_LETTER = {"up": "A", "down": "B", "right": "C", "left": "D", "end": "F", "home": "H"}
_LETTER |= {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_TILDE = {"insert": 2, "delete": 3, "pageup": 5, "pagedown": 6, "f5": 15, "f6": 17, "f7": 18}
_TILDE |= {"f8": 19, "f9": 20, "f10": 21, "f11": 23, "f12": 24}
_MODIFIER = {"shift": 1, "alt": 2, "ctrl": 4}
_BUTTON = {"left": 0, "middle": 1, "right": 2, "none": 3, "wheel_up": 64, "wheel_down": 65}


def key_sequence(name: str) -> str:
    """What xterm sends for a key such as `right`, `shift+right`, `ctrl+p`, `enter` or `x`."""
    *modifiers, key = name.split("+") if len(name) > 1 else [name]
    code = 1 + sum(_MODIFIER[modifier] for modifier in modifiers)
    if name == "shift+tab":
        return "\x1b[Z"
    if key in _LETTER:
        if code == 1:
            return f"\x1b{'O' if key.startswith('f') else '['}{_LETTER[key]}"
        return f"\x1b[1;{code}{_LETTER[key]}"
    if key in _TILDE:
        return f"\x1b[{_TILDE[key]}{f';{code}' if code > 1 else ''}~"
    text = _PLAIN.get(key, key)
    if len(text) != 1:
        raise ValueError(f"no such key: {name}")
    text = text.upper() if "shift" in modifiers else text
    text = chr(ord(text) & 0x1F) if "ctrl" in modifiers else text
    return "\x1b" + text if "alt" in modifiers else text


def mouse_sequence(x: int, y: int, button: str, kind: str) -> str:
    """What a terminal sends for the mouse at column x, row y (SGR encoding, from 0).

    `kind` is press, release, click (both), drag or move; `button` is left, middle, right, none,
    wheel_up or wheel_down (a wheel is pressed).
    """
    code = _BUTTON["none" if kind == "move" else button] + 32 * (kind in ("drag", "move"))
    place = f"\x1b[<{code};{x + 1};{y + 1}"
    return {"click": f"{place}M{place}m", "release": f"{place}m"}.get(kind, f"{place}M")
