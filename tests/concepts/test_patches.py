"""Patches: the counts that are known, the cut undone, convolution against sums, painting."""

import dataclasses

import numpy as np
import pytest

from tui_transformer.concepts.patches import CONCEPT, Patches
from tui_transformer.concepts.patches.model import unpainted
from tui_transformer.controls import BadValue
from tui_transformer.nn import patches as nn
from tui_transformer.nn.made_up.drawings import DRAWINGS, drawing
from tui_transformer.session import Session


def test_the_aha_half_the_side_is_sixteen_times_the_scores() -> None:
    cells = [Patches(patch=side).score_cells for side in ("8", "4", "2", "1")]
    assert cells == [1, 16, 256, 4096]
    large = Patches(pixels=unpainted(16))
    assert [large.replace(patch=side).score_cells for side in "8421"] == [16, 256, 4096, 65536]


def test_vit_base_has_196_patches_of_768_numbers() -> None:
    """Dosovitskiy et al. (2020), §3.1 and table 1: 224×224 in three colours, patches of 16."""
    colours = [nn.cut(np.zeros((224, 224)), 16) for _ in range(3)]
    assert np.concatenate(colours, axis=1).shape == (196, 768)


@pytest.mark.parametrize("side", [1, 2, 4, 8])
def test_the_patches_put_together_are_the_picture(side: int) -> None:
    image = np.random.default_rng(side).random((16, 16))
    many, together = 16 // side, np.zeros((16, 16))
    for at, token in enumerate(nn.cut(image, side)):
        top, left = at // many * side, at % many * side
        together[top : top + side, left : left + side] = token.reshape(side, side)
    assert np.array_equal(together, image)


def test_a_side_that_does_not_divide_is_refused() -> None:
    with pytest.raises(ValueError, match="no patches of 3"):
        nn.cut(np.zeros((8, 8)), 3)


def test_a_convolution_is_the_same_at_every_place() -> None:
    """Move the picture, and what comes out moves with it."""
    image = np.zeros((8, 8))
    image[2:5, 2:4] = np.random.default_rng(0).random((3, 2))
    for kernel in nn.KERNELS.values():
        there = nn.convolve(np.roll(image, (1, 2), (0, 1)), kernel)
        assert np.allclose(there, np.roll(nn.convolve(image, kernel), (1, 2), (0, 1)), atol=1e-15)


def test_a_convolution_of_one_dot_is_the_kernel_turned_round() -> None:
    dot = np.zeros((8, 8))
    dot[4, 4] = 1
    for kernel in nn.KERNELS.values():
        assert np.array_equal(nn.convolve(dot, kernel)[3:6, 3:6], kernel[::-1, ::-1])


@pytest.mark.parametrize("name", DRAWINGS)
def test_each_patch_scores_its_mirror_image_highest(name: str) -> None:
    """Of all patches of ink and paper that there are, by the share of pixels that agree."""
    for side in ("1", "2", "4"):
        m = Patches(drawing=name, patch=side)
        mirrored = m.tokens.reshape(-1, m.side, m.side)[:, :, ::-1].reshape(m.tokens.shape)
        agree = (mirrored[:, None] == m.tokens[None]).sum(axis=2)
        expected = 2 * (2 * agree - m.side**2) / m.side
        assert np.allclose(m.scores, expected, atol=1e-12)


def test_another_order_of_patches_is_another_order_of_rows() -> None:
    """Attention sees a set here, too: nothing says where a patch was cut."""
    m = Patches(patch="2", weights="random", seed=5)
    order = np.random.default_rng(1).permutation(m.count)
    again = nn.look(m.tokens[order], m.network).attention
    assert np.allclose(again, m.attention[order][:, order], atol=1e-14)


def test_the_detector_tells_a_smile_from_the_rest() -> None:
    scores = {name: Patches(drawing=name).detector["score"] for name in DRAWINGS}
    assert scores == {"smile": 6, "frown": -6, "edge": 0, "cross": -4, "own": 0}
    large = Patches(pixels=unpainted(16))
    assert large.detector["score"] == 24, "each pixel is there four times"


def test_painting_turns_ink_and_paper_over() -> None:
    session = Session.open(CONCEPT)
    at = next(i for i, k in enumerate(session.knobs) if k.control.name == "pixels")
    for place, before in (((0, 0), 0.0), ((1, 1), 1.0)):
        knob = at + place[0] * 8 + place[1]
        painted = session.hold(knob).nudge(1)
        assert session.model.image[place] == before
        assert painted.model.image[place] == 1 - before
        assert painted.nudge(-1).model.image[place] == before
        assert np.sum(painted.model.image != session.model.image) == 1


def test_own_is_blank_paper_and_shows_what_was_painted() -> None:
    sheet = np.random.default_rng(2).random((16, 16))
    m = Patches(drawing="own", pixels=sheet)
    assert np.array_equal(m.image, sheet)
    assert np.array_equal(drawing("own", 16), np.zeros((16, 16)))


def test_a_sheet_is_8_or_16_pixels_wide_and_high() -> None:
    control, m = Patches.controls()["pixels"], Patches()
    for rows, columns in ((8, 8), (16, 16)):
        typed = ";".join([",".join(["1"] * columns)] * rows)
        assert m.parsed({"pixels": typed}).pixels.shape == (rows, columns)
        assert Patches().parsed({"pixels": control.format(np.ones((rows, columns)))}).size == rows
    for rows, columns in ((8, 16), (16, 8), (9, 9), (12, 12), (7, 8), (1, 1), (17, 17)):
        typed = ";".join([",".join(["1"] * columns)] * rows)
        with pytest.raises(BadValue, match=f"8×8 or 16×16 numbers; this has {rows}×{columns}"):
            m.parsed({"pixels": typed})
    with pytest.raises(BadValue, match="8×8 or 16×16"):
        m.parsed({"pixels": "1,1;" * 7 + "1,1,1"})
    assert "8×8 or 16×16 rows" in control.domain(m)
    for shape, size in (((8, 8), 8), ((9, 8), 16), ((20, 20), 16), ((3, 5), 8)):
        cleaned = dataclasses.replace(control, name="pixels").clean(np.ones(shape), m)
        assert cleaned.shape == (size, size)


def test_the_chosen_patch_stays_where_there_are_fewer() -> None:
    m = Patches(patch="1", query=60)
    assert m.patch_names[m.query] == "H5"
    assert m.replace(patch="4").query == 3
    assert m.replace(patch="8").query == 0
