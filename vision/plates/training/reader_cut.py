"""How a plate's four corners in a frame become the reader's input. The worker does exactly the same in C++."""
import cv2
import numpy as np

WIDTH, HEIGHT = 160, 48
UPPER = 56  # columns of the upper row of a double plate, without the plate's outer eighths; the lower row has the rest


def cut(frame, corners, rows):
    """The 48 x 160 input from corners (above left, above right, below right, below left, in pixels). A double plate is cut
    twice, its upper 5/12 and its lower 2/3, and both are stretched to the full height and joined."""
    if rows == 1:
        return _warp(frame, corners, (WIDTH, HEIGHT), (0, 0, WIDTH, HEIGHT))
    upper = _warp(frame, corners, (UPPER, HEIGHT), (-UPPER / 6, 0, UPPER * 4 / 3, HEIGHT * 12 / 5))
    lower = _warp(frame, corners, (WIDTH - UPPER, HEIGHT), (0, -HEIGHT / 2, WIDTH - UPPER, HEIGHT * 3 / 2))
    return np.hstack([upper, lower])


def _warp(frame, corners, size, place):
    """Warps so that the whole plate would fill the rectangle `place` (x, y, width, height) of the result."""
    x, y, width, height = place
    target = np.float32([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    matrix = cv2.getPerspectiveTransform(np.float32(corners), target)
    return cv2.warpPerspective(frame, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
