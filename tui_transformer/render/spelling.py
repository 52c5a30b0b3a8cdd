"""ASCII that means the same: √d becomes sqrt(d), Σ sum, η eta, x₁ x_1, and é \\xe9.

Words are longer than signs, so a text is spelled before anybody measures it. What is drawn
(lines, blocks, marks) keeps its one cell.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from tui_transformer.text import is_clean, visible

# ── one cell for one ───────────────────────────────────────────────────────────────────

_LINES = "─━╌│┊┌┐└┘├┤┬┴┼╭╮╰╯▏▕"
_LINES_AS = "---|:++++|++++,.`'||"
_BLOCKS, _BLOCKS_AS = "░▒▓█▌▐▀▄▁▂▃▅▆▇▎▍▋▊▉", ".+*#::'...:++#|::##"
_MARKS = "◦●○◆◇★☆■▲▼▶▷◀▸◂▾◐◷✗•␣↵"
_MARKS_AS = "^@o%&*.#^v>><><|?:!*_$"
_OTHERS, _OTHERS_AS = "…−×⊕’“”", '~-x+\'""'  # … is where a text was cut
_DRAWN = str.maketrans(
    _LINES + _BLOCKS + _MARKS + _OTHERS, _LINES_AS + _BLOCKS_AS + _MARKS_AS + _OTHERS_AS
)


def drawn(text: str) -> str:
    """Write what is drawn with ASCII alone, one character for one; anything else as a text."""
    text = text if text.isascii() else text.translate(_DRAWN)
    return text if text.isascii() else spell(text)


def marker(character: str) -> str:
    """Write a mark of one cell with one ASCII character."""
    found = "." if character == "·" else character.translate(_DRAWN)
    return found if found.isascii() else "@"


# ── words for signs ────────────────────────────────────────────────────────────────────

_GREEK = (
    "αalpha βbeta γgamma δdelta εeps ζzeta ηeta θtheta κkappa λlambda μmu νnu ξxi πpi ρrho σsigma "
    "τtau φphi χchi ψpsi ωomega ΓGamma ΔDelta ΘTheta ΛLambda ΞXi ΠPi ΦPhi ΨPsi ΩOmega"
)
_WORDS = {"Σ": "sum", "∇": "grad", "∫": "int", "∞": "inf"}
_WORDS |= {named[0]: named[1:] for named in _GREEK.split()}
_CALLED = "Σ∇∫"  # set apart from the bracket after it: Σ (a + b) is no function
_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
_SIGNS = {
    "−": "-",
    "·": "*",
    "∘": ".*",
    "×": "x",
    "÷": "/",
    "±": "+-",
    "∂": "d",
    "‖": "||",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "~=",
    "≡": "==",
    "→": "->",
    "←": "<-",
    "⇄": "<->",
    "↑": "up",
    "↓": "down",
    "▲": "up",
    "▼": "down",
    "…": "...",
    "⋯": "...",
    "⌈": "ceil(",
    "⌉": ")",
    "⌊": "floor(",
    "⌋": ")",
    "′": "'",
    "″": "''",
    "—": "--",
    "–": "-",
    "‑": "-",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "∅": '""',
    "□": "[]",
    "¶": "<p>",
    "§": "sec. ",
    "✓": "ok",
    "↖": "up-left",
    "↗": "up-right",
    "↙": "down-left",
    "↘": "down-right",
    "°": "deg",
    "△": "/\\",
    "›": ">",
    "★": "(*)",
    "☆": "( )",
}
_LOWER = dict(zip("₀₁₂₃₄₅₆₇₈₉ₕᵢⱼₖₗₘₙₒₚₜ₊₋", "0123456789hijklmnopt+-", strict=True))
_UPPER = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ᵀᵗˣⁿ⁺⁻", "0123456789Ttxn+-", strict=True))
_LOW, _HIGH = "".join(_LOWER), "".join(_UPPER)
_FRACTION = "".join(_FRACTIONS)


def _root(match: re.Match[str]) -> str:
    return f"sqrt({match[1]})" if match[1] else "sqrt"


# Compiled when a text is spelled, which most terminals never ask for.
# In this order: how a sign is written may depend on what stands beside it.
_RULES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    ("↑↓←→", "arrows"),
    ("↑↓", "up/down"),
    (r"(\w)\u0302", r"\1_hat"),
    # A dot alone is a gap, at the start of a word a space that is shown; else it multiplies.
    (r"^·$|^·(?= )|(?<=\()·(?=\))", "."),
    (r"(?:^|(?<=[“\"]))·(?=[^\sA-Z])", "_"),
    (r"^✓(?= )", "+"),
    (r"(?:^|(?<=\s))×−(\d[\d.]*)", r"x(-\1)"),
    # A cross that multiplies nothing is what is not a number.
    (r"(?:^|(?<=[\s(=]))×(?! ?[\w(√−⌈])", "nan"),
    (r"(?<=[^\W\d])×|×(?=[^\W\d])", " x "),
    (r"(?<=\d)–(?=\d)|(?<=\b\w)–(?=\w\b)", ".."),
    (r"(?<=\d)°", " deg"),
    (r"√(\w+(?:\.\w+)*|(?=\())?", _root),
    (rf"([{_FRACTION}])(?=[{_HIGH}])", lambda m: f"({_FRACTIONS[m[1]]})"),
    (rf"([{_FRACTION}])(?=[\w(])", lambda m: f"{_FRACTIONS[m[1]]}*"),
    (f"[{_FRACTION}]", lambda m: _FRACTIONS[m[0]]),
    ("λ(?=max|min)", "lambda_"),
)
_LOW_RUN = rf"[{_LOW}]+(?:,[{_LOW}]+)*"
_HIGH_RUN = rf"[{_HIGH}]+"


def _words(text: str) -> str:
    """Put words for letters and operators, apart from the letters and digits beside them."""
    found = ""
    for at, character in enumerate(text):
        word = _WORDS.get(character)
        if word is None:
            found += character
            continue
        after = text[at + 1 : at + 2]
        apart = found[-1:].isalnum() or found.endswith((")", "]"))
        follows = after.isalpha() and after not in _LOW + _HIGH
        found += " " * apart + word + " " * (follows or (after == "(" and character in _CALLED))
    return found


def _index(match: re.Match[str]) -> str:
    """Write what stands low, and a space where a name would go on otherwise."""
    text = "".join(_LOWER.get(c, c) for c in match[0])
    after = match.string[match.end() : match.end() + 1]
    text = f"({text})" if "+" in text or "-" in text else text
    return f"_{text}" + " " * (after.isalnum() and after not in _HIGH)


def _power(match: re.Match[str]) -> str:
    """Write what stands high, and a space where it would go on otherwise."""
    after = match.string[match.end() : match.end() + 1]
    return "^" + "".join(_UPPER[c] for c in match[0]) + " " * (after.isalnum() or after == "(")


@lru_cache(maxsize=8192)
def spell(text: str) -> str:
    """Write a text in ASCII so that it means the same; what has no other name is escaped."""
    if text.isascii() and is_clean(text):
        return text
    if "\n" in text:
        return "\n".join(map(spell, text.split("\n")))
    for pattern, instead in _RULES:
        text = re.sub(pattern, instead, text)
    text = re.sub(_HIGH_RUN, _power, re.sub(_LOW_RUN, _index, _words(text)))
    text = "".join(_SIGNS.get(c, c) for c in visible(text))
    return escape(text.translate(_DRAWN))


def spell_parts(text: str) -> str:
    """Spell a title or another text in which dots multiply nothing: they part it."""
    return spell(text.replace(" · ", "; "))


def escape(text: str) -> str:
    """Write every character that is not ASCII as its number: é as \\xe9."""
    return text if text.isascii() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    code = ord(character)
    if 0x2400 <= code < 0x2420:  # what `visible` shows for a control character
        code -= 0x2400
    elif code < 0x80:
        return character
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\{'uU'[code > 0xFFFF]}{code:0{4 << (code > 0xFFFF)}x}"
    )
