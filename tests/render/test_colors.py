"""Colours as they leave the program: ramps without bands, and text that can be read."""

import dataclasses
import math
import re
from itertools import combinations, pairwise
from statistics import median

import numpy as np
import pytest
from rich.color import Color, ColorSystem
from rich.style import Style
from textual.strip import Strip
from textual.theme import BUILTIN_THEMES

from tests.render.pixels import SHADED, halves
from tui_transformer.panels import Field, Table
from tui_transformer.pieces import Axis, Cell, Column
from tui_transformer.render.export import color_system
from tui_transformer.render.field import draw_field
from tui_transformer.render.indexed import asked_for, nearest, standard
from tui_transformer.render.inks import DARK_INKS
from tui_transformer.render.palette import ANSI, DARK, LIGHT, PLAIN, Palette, fitting
from tui_transformer.render.table import draw_table
from tui_transformer.themes import look, names

RGB = tuple[int, int, int]
DARK_256, LIGHT_256 = (dataclasses.replace(look, indexed=True) for look in (DARK, LIGHT))
SYSTEM = {True: ColorSystem.EIGHT_BIT, False: ColorSystem.TRUECOLOR}
ROLES = sorted(DARK_INKS.roles)
THEMES = [look(name) for name in names() if look(name).colors == "full"]
LOOKS = pytest.mark.parametrize(
    "look",
    [*THEMES, DARK_256, LIGHT_256],
    ids=[*(theme.name for theme in THEMES), "dark-256", "light-256"],
)
SENTENCES = ("plain", "output", "input", "good", "bad", "cursor")  # what carries a result
# xterm's own sixteen (its XTerm-col.ad).
SIXTEEN = [
    *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0)),
    *((0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)),
    *((127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0)),
    *((92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255)),
]


# ── colours, independently of the program's own ─────────────────────────────────────────


def of_256(number: int) -> RGB:
    if number < 16:
        return SIXTEEN[number]
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    return tuple(
        v and 55 + 40 * v for v in ((number - 16) // 36, (number - 16) // 6 % 6, (number - 16) % 6)
    )


def sent(style: Style, system: ColorSystem) -> tuple[RGB | None, RGB | None]:
    """Ink and paper in the SGR codes that a style becomes; None is the terminal's own."""
    codes = re.findall(
        r"([34])8;5;(\d+)|([34])8;2;(\d+);(\d+);(\d+)|(\d+)", Strip.render_ansi(style, system)
    )
    found: dict[str, RGB | None] = {"3": None, "4": None}
    reverse = False
    for ground, number, ground_rgb, r, g, b, plain in codes:
        if number:
            found[ground] = of_256(int(number))
        elif ground_rgb:
            found[ground_rgb] = (int(r), int(g), int(b))
        elif plain == "7":
            reverse = True
        elif plain[:-1] in ("3", "4", "9", "10") and plain[-1] in "01234567":
            found["4" if plain[:-1] in ("4", "10") else "3"] = SIXTEEN[
                int(plain[-1]) + 8 * (plain[:-1] in ("9", "10"))
            ]
    ink, paper = found["3"], found["4"]
    return (paper, ink) if reverse else (ink, paper)


def linear(color: RGB) -> np.ndarray:
    c = np.array(color) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(color: RGB) -> np.ndarray:
    """CIE 1976 L*a*b* of sRGB under D65."""
    matrix = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                       [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
    t = matrix @ linear(color) / [0.95047, 1, 1.08883]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(a: RGB, b: RGB) -> float:
    lights = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) + 0.05 for color in (a, b))
    return lights[1] / lights[0]


def test_the_measures_measure() -> None:
    assert lab((255, 255, 255)) == pytest.approx([100, 0, 0], abs=0.02)
    assert lab((119, 119, 119))[0] == pytest.approx(50.03, abs=0.01)
    assert lab((0, 0, 255)) == pytest.approx([32.30, 79.19, -107.86], abs=0.05)
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((255, 255, 0), (255, 255, 255)) == pytest.approx(1.07, abs=0.005)
    assert sent(Style(color="bright_yellow", bold=True), ColorSystem.STANDARD) == (
        (255, 255, 0),
        None,
    )
    assert sent(Style(color="#0a141e", bgcolor="color(17)"), ColorSystem.TRUECOLOR) == (
        (10, 20, 30),
        (0, 0, 95),
    )


# ── ramps ──────────────────────────────────────────────────────────────────────────────


def shades(look: Palette, scale: str) -> list[RGB]:
    """The colours that a field shows along a slope, each once, as they are sent."""
    slope = np.tile(np.linspace(-1, 1, 401), (2, 1))
    panel = Field("slope", slope, Axis("", -1, 1), Axis("", 0, 1), scale=scale, low=-1, high=1)
    colors = []
    for text, style, _ in draw_field(panel, 402, 3, look)[0]:
        ink, paper = sent(style, SYSTEM[look.indexed])
        if set(text) <= set(SHADED) and ink is not None:
            for character in text:
                above, below = halves(character, ink, paper)
                assert above == below
                colors.append(above)
    return [color for i, color in enumerate(colors) if i == 0 or color != colors[i - 1]]


def assert_climbs(colors: list[RGB], where: str) -> None:
    """Lightness goes one way, and no step in it or in hue stands out among the others."""
    found = [lab(color) for color in colors]
    lights = [b[0] - a[0] for a, b in pairwise(found)]
    assert len({light > 0 for light in lights}) == 1, f"{where}: lightness turns round: {colors}"
    steps = [math.dist(a, b) for a, b in pairwise(found)]
    around = [max([*steps[max(i - 1, 0) : i], *steps[i + 1 : i + 2]]) for i in range(len(steps))]
    for step, beside, pair in zip(steps, around, pairwise(colors), strict=True):
        assert step <= 2.2 * beside, f"{where}: {pair} leaps"
    assert max(map(abs, lights)) <= 2.5 * median(map(abs, lights)), where
    hues = [math.dist(a[1:], b[1:]) for a, b in pairwise(found)]
    assert max(hues) <= 2.5 * median(hues) + 5, where


@LOOKS
def test_a_smooth_slope_looks_smooth(look: Palette) -> None:
    colors = shades(look, "sequential")
    assert len(colors) > 20
    assert_climbs(colors, f"{look.name} sequential")
    sides = shades(look, "diverging")
    middle = len(sides) // 2
    for side in (sides[middle::-1], sides[middle:]):
        assert len(side) > 4
        assert_climbs(side, f"{look.name} diverging")


@LOOKS
def test_nothing_is_the_shade_nearest_to_the_paper(look: Palette) -> None:
    paper = sent(look.base, SYSTEM[look.indexed])[1]
    for scale, place in (("sequential", 0.0), ("diverging", 0.5)):
        colors = shades(look, scale)
        far = [math.dist(lab(color), lab(paper)) for color in colors]
        assert far.index(min(far)) == pytest.approx(place * (len(colors) - 1), abs=0.5), scale


@LOOKS
def test_a_diverging_ramp_has_one_hue_on_each_side(look: Palette) -> None:
    """As far as it stands out of the paper's own tint."""
    colors = [lab(color) for color in shades(look, "diverging")]
    tint = max(10, 1.5 * math.hypot(*lab(sent(look.base, SYSTEM[look.indexed])[1])[1:]))
    for side, hue in ((colors[: len(colors) // 2], 275), (colors[len(colors) // 2 + 1 :], 60)):
        hues = [math.degrees(math.atan2(b, a)) % 360 for _, a, b in side if math.hypot(a, b) > tint]
        assert len(hues) >= 3
        assert max(abs(angle - hue) for angle in hues) <= 40


def test_rich_sends_each_of_the_256_colours_for_what_it_is_asked() -> None:
    for number in sorted(set(range(16, 256)) - {59, 102, 145, 188}):
        color = Color.from_rgb(*asked_for(number)).downgrade(ColorSystem.EIGHT_BIT)
        assert color.number == number
        assert standard(number) == of_256(number)
        assert nearest(asked_for(number)) == asked_for(number)
        assert math.dist(lab(standard(number)), lab(asked_for(number))) < 3


# ── text ───────────────────────────────────────────────────────────────────────────────


@LOOKS
def test_every_role_can_be_read(look: Palette) -> None:
    for role in ROLES:
        for bold in (False, True):
            for reverse in (False, True):
                ink, paper = sent(look.role(role, bold=bold, reverse=reverse), SYSTEM[look.indexed])
                assert contrast(ink, paper) >= 4.5, role  # words stand in all of them
        ink, paper = sent(look.role(role, dim=True), SYSTEM[look.indexed])
        assert contrast(ink, paper) >= 2.9, role


@pytest.mark.parametrize("paper", [(0, 0, 0), (255, 255, 255)], ids=["black", "white"])
@pytest.mark.parametrize("role", ROLES)
def test_sixteen_colours_can_be_read_on_black_and_on_white(role: str, paper: RGB) -> None:
    for dim in (False, True):
        ink, ground = sent(ANSI.role(role, dim=dim), ColorSystem.STANDARD)
        assert ground is None
        if role in SENTENCES and not dim:
            assert ink is None, "results and sentences are in the terminal's own colour"
        assert ink is None or contrast(ink, paper) >= 3


@pytest.mark.parametrize("role", sorted({*ROLES} - {"muted"}))
def test_numbers_in_tables_are_in_the_terminals_own_colour(role: str) -> None:
    table = Table("t", (Column("n", role=role), Column("m")), ((Cell(0.25), Cell(0.5, role=role)),))
    line = draw_table(table, 40, 2, ANSI)[1]
    found = [sent(s.style, ColorSystem.STANDARD) for s in line if s.text.strip()]
    assert found and set(found) == {(None, None)}


@LOOKS
def test_numbers_can_be_read_on_every_shade(look: Palette) -> None:
    for scale in ("sequential", "diverging"):
        for level in range(101):
            ink, paper = sent(look.shade(scale, level / 100), SYSTEM[look.indexed])
            assert contrast(ink, paper) >= 4.5


# What stands side by side on a screen: curves, and a result among what it was made of.
DISTINCT = ("first", "second", "third", "fourth", "bad", "output", "target", "plain")


@LOOKS
def test_what_stands_side_by_side_can_be_told_apart(look: Palette) -> None:
    inks = [lab(sent(look.role(role), SYSTEM[look.indexed])[0]) for role in DISTINCT]
    for a, b in combinations(zip(DISTINCT, inks, strict=True), 2):
        assert math.dist(a[1], b[1]) >= 11, (a[0], b[0])


def test_every_theme_of_textual_has_a_look_on_its_own_background() -> None:
    assert set(BUILTIN_THEMES) <= set(names())
    for name, theme in BUILTIN_THEMES.items():
        made = look(name)
        assert made.name == name and made.dark == theme.dark
        if theme.background and not theme.background.startswith("ansi"):
            paper = sent(made.base, ColorSystem.TRUECOLOR)[1]
            assert "#{:02X}{:02X}{:02X}".format(*paper) == theme.background.upper()
    assert look("ansi-dark").colors == look("ansi-light").colors == "ansi"


@pytest.mark.parametrize("theme", THEMES[2:], ids=lambda theme: theme.name)
def test_a_theme_can_be_recognised(theme: Palette) -> None:
    """Three of its colours or more, as they are or lighter or darker, are in its look."""
    its = BUILTIN_THEMES[theme.name]
    named = {its.primary, its.secondary, its.warning, its.error, its.success, its.accent}
    wanted = [lab(Color.parse(color).triplet) for color in named if color]
    drawn = [lab(sent(theme.role(role), ColorSystem.TRUECOLOR)[0]) for role in ROLES]
    hues = [math.atan2(b, a) for _, a, b in drawn]
    kept = sum(min(abs(math.remainder(math.atan2(c[2], c[1]) - h, math.tau)) for h in hues) < 0.12
               for c in wanted)  # fmt: skip
    assert kept >= 3


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_fewer_colours_keep_their_own_palettes(theme: Palette) -> None:
    own = dataclasses.replace(DARK_256 if theme.dark else LIGHT_256, name=theme.name)
    assert fitting(theme, "256") == own
    assert fitting(theme, "standard") == ANSI


# ── which look a terminal gets ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("term", "colorterm", "wanted"),
    [
        ("xterm-256color", "truecolor", DARK),
        ("xterm", "24bit", DARK),
        ("xterm-256color", "", DARK_256),
        ("screen-256color", "", DARK_256),
        ("xterm-kitty", "", DARK_256),
        ("xterm", "", ANSI),
        ("linux", "", ANSI),
        ("xterm-256color-italic", "", ANSI),  # Rich sends sixteen colours there
        ("dumb", "", ANSI),
    ],
)
def test_a_terminal_gets_what_it_can_show(
    monkeypatch: pytest.MonkeyPatch, term: str, colorterm: str, wanted: Palette
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("COLORTERM", colorterm)
    assert fitting(DARK, color_system()) == wanted


def test_what_was_asked_for_stays() -> None:
    assert fitting(LIGHT, "truecolor") == LIGHT
    assert fitting(LIGHT, "256") == LIGHT_256
    assert fitting(PLAIN, "256") == fitting(PLAIN, "standard") == PLAIN
    assert fitting(dataclasses.replace(LIGHT, ascii=True), "standard").ascii
