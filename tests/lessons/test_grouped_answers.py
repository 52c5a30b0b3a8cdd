"""The answers of the lesson of grouped-heads, counted again in plain Python."""

from tests.lessons.test_shipped import answers, way


def kept(heads: int, sets: int) -> int:
    """A key and a value of every token, set and layer, of 512 / heads numbers, 2 bytes each."""
    return sum(2 * (512 // heads) * 2 for _ in range(6) for _ in range(sets)) * 2048


def matrices(heads: int, sets: int) -> int:
    """The weights of W_q, W_k, W_v and W_O in 6 layers."""
    asked, shared = heads * (512 // heads), sets * (512 // heads)
    return 6 * 512 * (asked + shared + shared + asked)


def test_grouped_heads() -> None:
    said = answers("grouped-heads")
    shares = {0.125: "an eighth", 0.25: "a quarter", 0.5: "half", 0.625: "five eighths", 1: "all"}
    assert said["Kept for later"] == shares[kept(8, 2) / kept(8, 8)]
    assert said["One set for all"] == str(len([("q", head) for head in range(8)]))
    assert said["And the weights?"] == shares[matrices(8, 2) / matrices(8, 8)]
    assert said["More heads"] == way(kept(8, 2), kept(16, 4))
    assert kept(8, 1) * 4 < 13_000_000 < kept(8, 2) * 4, "only one set for all will do"
