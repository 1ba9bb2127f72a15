"""Cameras that frame a subject, and what stays out of their sight."""

import math
import re

import numpy as np
import pytest

from index_artifacts.scenes.render.framing import View, frame, leaves_view
from index_artifacts.scenes.render.landscape import Terrain
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.toys import Track

CENTERED = View((20, 20), (30, 30), (0.5, 0.5), (0, 0), (0, 0), angle=40)


@pytest.fixture
def scene() -> Scene:
    return Scene(np.random.default_rng(0))


def target_of(scene: Scene) -> np.ndarray:
    match = re.search(r"look_at <(.*?)>", scene.text())
    assert match is not None
    return np.array([float(part) for part in match[1].split(",")])


def test_frame_subject_takes_its_share_of_the_width(scene: Scene) -> None:
    position = frame(scene, (1, 2, 3), 4.0, CENTERED)
    distance = np.linalg.norm(position - (1, 2, 3))
    half_width = distance * math.tan(math.radians(20))
    assert 4.0 / half_width == pytest.approx(0.5)
    np.testing.assert_allclose(target_of(scene), (1, 2, 3), atol=1e-4)


@pytest.mark.parametrize("side", [-1, 1])
def test_frame_side_chooses_where_the_camera_stands(scene: Scene, side: int) -> None:
    position = frame(scene, (0, 0, 0), 1.0, CENTERED, side=side)
    assert np.sign(position[0]) == side
    assert position[2] < 0


def test_frame_shift_up_aims_below_the_subject(scene: Scene) -> None:
    view = View((0, 0), (0, 0), (1, 1), (0, 0), (0.25, 0.25), angle=40)
    frame(scene, (0, 0, 0), 2.0, view)
    # A subject that is a quarter of the width of 4 above the middle.
    np.testing.assert_allclose(target_of(scene), (0, -1, 0), atol=1e-6)


def test_frame_on_land_keeps_the_camera_above_it(scene: Scene) -> None:
    land = Terrain(np.full((9, 9), 30.0), 100.0, (0.0, 0.0))
    position = frame(scene, (0, 0, 0), 4.0, CENTERED, land=land)
    assert position[1] == pytest.approx(31.5)


def test_leaves_view_only_things_before_the_subject_hide_it() -> None:
    eye = np.array([0.0, 2.0, -20.0])
    points = np.array(
        [
            (0, 0, -10),  # between
            (2.4, 0, -10),  # between, within the widening line of sight
            (2.6, 0, -10),  # beside it
            (0, 0, 5),  # behind the subject
            (0, 0, -30),  # behind the camera
            (0, 0, -20.5),  # so near behind the camera that it reaches into the picture
        ],
        float,
    )
    free = leaves_view(points, eye, (0, 0, 0), near=1.0, far=4.0)
    assert free.tolist() == [False, False, True, True, True, False]


def test_track_at_gives_place_and_heading() -> None:
    track = Track(np.array([(0.0, 0.0), (2.0, 0.0), (2.0, 3.0)]))
    assert track.length == pytest.approx(5)
    assert track.at(1.0) == pytest.approx((1, 0, 0))
    # Along z is a quarter turn to the left of +x, which `placed` turns by -90 degrees.
    assert track.at(3.5) == pytest.approx((2, 1.5, -90))
