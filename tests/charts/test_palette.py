import itertools

import numpy as np
import pytest

from claribi.charts.theme import DARK_SURFACE, INK, MUTED, PALETTE, QUIET

# Linear RGB as seen without one kind of cone (Machado et al. 2009, severity 1).
VISIONS = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(color):
    parts = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    low, high = sorted(float(TO_XYZ[1] @ linear(color)) for color in (a, b))
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("color", [*PALETTE, QUIET])
@pytest.mark.parametrize("surface", ["#ffffff", DARK_SURFACE])
def test_each_series_stands_out_from_light_and_dark_pages(color, surface):
    assert contrast(color, surface) >= 3


@pytest.mark.parametrize("color", [INK, MUTED])
def test_text_can_be_read_on_paper(color):
    assert contrast(color, "#ffffff") >= 4.5


@pytest.mark.parametrize("vision", VISIONS)
def test_the_first_five_series_stay_apart_with_any_colour_vision(vision):
    seen = [lab(np.array(VISIONS[vision]) @ linear(color)) for color in PALETTE[:5]]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) >= 20
