"""Writing on signs, stickers and the camera's own overlay: rows of characters that are no plates."""

import cv2
import numpy as np

FONTS = [cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_COMPLEX]

SIGN_WORDS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def word(scene, length):
    return "".join(scene.pick(SIGN_WORDS) for _ in range(length))


def hanzi_like(scene, image, x, y, size, colour, thick):
    """A heap of strokes in a square: reads as a Chinese character at these sizes."""
    for _ in range(int(scene.rng.integers(4, 9))):
        if scene.chance(0.5):
            yy = y + scene.uniform(0, size)
            a, b = (x + scene.uniform(0, size * 0.3), yy), (x + scene.uniform(size * 0.7, size), yy)
        else:
            xx = x + scene.uniform(0, size)
            a, b = (xx, y + scene.uniform(0, size * 0.3)), (xx + scene.uniform(-0.2, 0.2) * size, y + size)
        cv2.line(image, tuple(map(int, a)), tuple(map(int, b)), colour, thick, cv2.LINE_AA)


def text_board(scene, width, height, back=None, front=None):
    """A flat board with writing, for shop signs, stickers, traffic signs and lettering on vehicles."""
    back = back or scene.pick([(40, 30, 190), (190, 60, 20), (235, 235, 235), (30, 150, 40), (20, 200, 235), (30, 30, 30),
                               scene.colour()])
    front = front or (scene.pick([(255, 255, 255), (20, 220, 250), (40, 40, 220)]) if sum(back) < 380 else
                      scene.pick([(20, 20, 20), (30, 20, 200), (160, 40, 20)]))
    board = np.full((height, width, 3), back, np.uint8)
    rows = 1 if height < width * 0.5 or scene.chance(0.5) else int(scene.rng.integers(2, 4))
    tall = height / rows
    for row in range(rows):
        size = tall * scene.uniform(0.45, 0.8)
        y = row * tall + (tall - size) / 2
        thick = max(1, int(size * scene.uniform(0.06, 0.16)))
        x = width * scene.uniform(0.03, 0.3)
        if scene.chance(0.5):
            while x + size < width * scene.uniform(0.75, 1.0):
                hanzi_like(scene, board, x, y, size * 0.85, front, thick)
                x += size
        else:
            scale = size / 22.0
            cv2.putText(board, word(scene, int(scene.rng.integers(2, 11))), (int(x), int(y + size * 0.9)),
                        scene.pick(FONTS), scale, front, thick, cv2.LINE_AA)
    return board
