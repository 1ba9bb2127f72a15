"""Chess: positions on a board, single men from near, men put away."""

import numpy as np

from index_artifacts.scenes.render import chessmen, piles, still_life
from index_artifacts.scenes.render.chessmen import SQUARE, TOP
from index_artifacts.scenes.render.materials import (
    BEECH,
    CHERRY,
    EBONY,
    OAK,
    WALNUT,
    checkered,
    gloss,
    glossy,
    marble,
    metal,
    wood,
)
from index_artifacts.scenes.render.pov import placed
from index_artifacts.scenes.render.registry import category
from index_artifacts.scenes.render.scene import Scene
from index_artifacts.scenes.render.still_life import Subject
from index_artifacts.scenes.render.tabletop import crate

_Men = dict[str, str]

_POSITIONS = {
    "the opening": "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR",
    "the first moves": "r1bqk1nr/pppp1ppp/2n5/2b1p3/2B1P3/5N2/PPPP1PPP/RNBQK2R",
    "the middle game": "r2q1rk1/pp2bppp/2n1bn2/3p4/3P1B2/2NB1N2/PP3PPP/R2Q1RK1",
    "an endgame": "8/1p3pk1/6p1/3R4/5n2/1P3NPP/r4PK1/8",
    "a few men": "4k3/8/3n4/3p4/2P5/4N3/4K3/8",
}
# Light and dark men.
_SETS = {
    "boxwood and ebony": (wood("#d8b47a", "#b88c50", 0.5), wood(*EBONY, 0.5, gloss=0.25)),
    "white and red": (glossy("#efe8d8", 0.6), glossy("#8f1c1c", 0.6)),
    "marble": (marble("#f2efe8", "#b0a8a0", 0.4), marble("#2e4038", "#8fa898", 0.4)),
    "brass and steel": (metal("#c8a050", 0.35), metal("#6a7078", 0.4)),
    "beech and cherry": (wood(*BEECH, 0.5), wood(*CHERRY, 0.5, gloss=0.2)),
    "black and white": (glossy("#f4f3f0", 0.8), glossy("#16161a", 0.8)),
}
_BOARDS = {
    "walnut board": (checkered("#d8b684", "#6a4428", SQUARE, finish=gloss(0.25)), wood(*WALNUT, 1)),
    "green board": (checkered("#ece6cc", "#4a7a4e", SQUARE), wood(*OAK, 1)),
    "black board": (checkered("#c8c4bc", "#202024", SQUARE, finish=gloss(0.5)), wood(*EBONY, 1)),
    "blue board": (checkered("#e4eaf0", "#4f78a8", SQUARE), glossy("#2c4260", 0.4)),
    "stone board": (checkered("#e8e0d0", "#8a6a58", SQUARE, finish=gloss(0.4)),
                    marble("#8a6a58", "#c0a898", 1)),
}  # fmt: skip


@category(
    "chess",
    caption=("position", "men", "board", "light"),
    position=("an endgame", "the middle game", "a row of pawns", "the opening"),
    men=("marble", "boxwood and ebony", "brass and steel"),
    board=("walnut board", "green board"),
    view=("seen from high up", "at eye level"),
    light=("low sun", "lamplight"),
    place=("plain wall", "dark wall"),
)
def chess(
    scene: Scene, *, position: str, men: str, board: str, view: str, light: str, place: str
) -> None:
    """A game of chess on a table."""
    surface = scene.pick(
        "oak table", "white table", "walnut table", "black table", "blue tablecloth", "slate table"
    )
    still_life.setting(scene, light, place, surface)
    scene.add(chessmen.board(*_BOARDS[board]))
    bright, dark = (chessmen.chessmen(scene, texture) for texture in _SETS[men])
    if position in _POSITIONS:
        subject = _game(scene, _POSITIONS[position], bright, dark, view)
    else:
        subject = _LAYOUTS[position](scene, bright, dark)
    still_life.look(scene, view, subject)


def _game(scene: Scene, fen: str, white: _Men, black: _Men, view: str) -> Subject:
    men = chessmen.position(scene, fen, white, black)
    scene.add(*(text for text, _ in men))
    if view not in {"close up", "at eye level"}:
        return Subject((0, 0.3, 0), 2.35)
    # From near, some men fill the picture: those around one of the first row.
    _, (x, _, z) = men[int(scene.rng.integers(len(men) // 2, len(men)))]
    return Subject((x * 0.6, 0.45, z + 0.4), 1.15)


def _mate(scene: Scene, white: _Men, black: _Men) -> Subject:
    """The black king has fallen between queen and rook."""
    men = chessmen.position(scene, "8/5ppp/8/8/3N4/1Q3R2/5PPP/6K1", white, black)
    scene.add(*(text for text, _ in men))
    x, y, z = chessmen.place_of(4.2, 4.6)
    scene.add(placed(black["k"], (x, y + 0.16, z), turn=scene.uniform(-60, 60), tilt=(0, 84)))
    scene.add(placed(white["q"], chessmen.place_of(4, 3)))
    return Subject((x, 0.4, z - 0.35), 1.25)


def _kings_and_queens(scene: Scene, white: _Men, black: _Men) -> Subject:
    for index, (own, letter) in enumerate([(white, "k"), (white, "q"), (black, "q"), (black, "k")]):
        column, row = 2.7 + 0.95 * index, 3 + scene.uniform(-0.4, 0.6) + (index > 1) * 0.9
        scene.add(placed(own[letter], chessmen.place_of(column, row), turn=scene.uniform(0, 360)))
    return Subject((0.1, 0.62, -0.05), 0.95)


def _knights(scene: Scene, white: _Men, black: _Men) -> Subject:
    """Two knights face each other, more look on."""
    left, right = scene.pick((white, black), (black, white))
    scene.add(placed(left["n"], chessmen.place_of(2.9, 3.2), turn=scene.uniform(-20, 20)))
    scene.add(placed(right["n"], chessmen.place_of(4.6, 3.4), turn=180 + scene.uniform(-20, 20)))
    for column in (2, 5):
        scene.add(placed(left["n"], chessmen.place_of(column, 6), turn=scene.uniform(0, 360)))
    return Subject((0, 0.48, 0), 0.85)


def _row_of_pawns(scene: Scene, white: _Men, black: _Men) -> Subject:
    own, other = scene.pick((white, black), (black, white))
    for column in range(8):
        scene.add(placed(own["p"], chessmen.place_of(column, 2.5 + scene.uniform(-0.05, 0.05))))
    scene.add(placed(other[scene.pick("q", "n", "r")], chessmen.place_of(scene.pick(2, 5), 4)))
    return Subject((0.0, 0.35, -0.3), 1.7)


def _put_away(scene: Scene, white: _Men, black: _Men) -> Subject:
    """Most men lie in a box on the board, some beside it."""
    scene.add(placed(crate(scene, 1.9, 1.4, 0.5), (0, TOP, 0.3)))
    places = piles.settle(np.full(24, 0.16), piles.in_crate(1.75, 1.25, 0.1), 0.4, scene.rng)
    letters = "pppppppprrnnbbqkpppprnbq"
    for letter, at in zip(letters, places, strict=True):
        own = scene.pick(white, black)
        lying = placed(own[letter], (0, -0.3, 0))
        where = np.add(at, (0, TOP, 0.3))
        scene.add(
            placed(lying, where, turn=scene.uniform(0, 360), tilt=(scene.uniform(70, 105), 0))
        )
    for x in (-1.3, 1.3):
        own = scene.pick(white, black)
        scene.add(placed(own[scene.pick("k", "q", "n")], (x, TOP, scene.uniform(-0.9, -0.3))))
    return Subject((0, 0.4, 0.1), 1.6)


_LAYOUTS = {
    "mate": _mate,
    "kings and queens": _kings_and_queens,
    "knights": _knights,
    "a row of pawns": _row_of_pawns,
    "men put away": _put_away,
}
