"""Drawing in metres on a plane that the camera sees aslant."""

import math

import cv2
import numpy as np

PLATE_WIDE = 0.44  # metres


def homography(scene, centre, plate_width, yaw, pitch, roll):
    """Maps metres on the plate's plane to working pixels; the plate's centre lands on `centre`.

    plate_width is the width in pixels of a plate seen squarely.
    """
    cy, sy = math.cos(yaw), math.sin(yaw)
    cx, sx = math.cos(pitch), math.sin(pitch)
    cz, sz = math.cos(roll), math.sin(roll)
    turn = (np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]]) @ np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]]) @
            np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]))
    distance = scene.uniform(3.0, 12.0)  # metres: how strong the perspective is
    focal = plate_width / PLATE_WIDE * distance
    matrix = np.column_stack([turn[:, 0], turn[:, 1], [0, 0, distance]])
    camera = np.array([[focal, 0, centre[0]], [0, focal, centre[1]], [0, 0, 1]])
    return camera @ matrix


class Pen:
    """Draws in metres through a homography."""

    def __init__(self, scene, matrix):
        self.scene = scene
        self.matrix = matrix
        self.scale = float(np.linalg.norm(self.at([[0.5, 0]]) - self.at([[-0.5, 0]])))  # pixels a metre

    def at(self, points):
        points = np.asarray(points, np.float64)
        mapped = np.column_stack([points, np.ones(len(points))]) @ self.matrix.T
        return mapped[:, :2] / np.maximum(mapped[:, 2:], 0.1)

    def fill(self, points, colour):
        cv2.fillPoly(self.scene.canvas, [np.clip(self.at(points), -8000, 8000).astype(np.int32)], colour, cv2.LINE_AA)

    def line(self, points, colour, metres, closed=False):
        thick = max(1, int(round(metres * self.scale)))
        cv2.polylines(self.scene.canvas, [np.clip(self.at(points), -8000, 8000).astype(np.int32)], closed, colour, thick,
                      cv2.LINE_AA)

    def box(self, x0, y0, x1, y1, colour, bevel=0.0):
        self.fill(bevelled(x0, y0, x1, y1, bevel), colour)

    def oval(self, x, y, rx, ry, colour, metres=None):
        angles = np.linspace(0, 2 * math.pi, 20, endpoint=False)
        points = np.stack([x + rx * np.cos(angles), y + ry * np.sin(angles)], 1)
        if metres is None:
            self.fill(points, colour)
        else:
            self.line(points, colour, metres, closed=True)

    def paste(self, image, x0, y0, x1, y1, alpha=1.0):
        """Lays a flat picture into the rectangle; returns where its corners came to lie."""
        corners = self.at([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]).astype(np.float32)
        lay(self.scene, image, corners, alpha)
        return corners


def bevelled(x0, y0, x1, y1, bevel):
    b = bevel * min(x1 - x0, y1 - y0)
    return [[x0 + b, y0], [x1 - b, y0], [x1, y0 + b], [x1, y1 - b], [x1 - b, y1], [x0 + b, y1], [x0, y1 - b], [x0, y0 + b]]


def lay(scene, image, corners, alpha=1.0):
    """Warps a picture onto four corners of the canvas, smoothed first as far as it shrinks."""
    wide = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]))
    tall = max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]))
    if wide < 2 or tall < 1:
        return
    shrunk = (max(2, min(image.shape[1], int(wide * 1.2))), max(2, min(image.shape[0], int(tall * 1.2))))
    image = cv2.resize(image, shrunk, interpolation=cv2.INTER_AREA)
    x0, y0 = np.floor(corners.min(0)).astype(int) - 1
    x1, y1 = np.ceil(corners.max(0)).astype(int) + 2
    x0, y0, x1, y1 = max(0, x0), max(0, y0), min(scene.width, x1), min(scene.height, y1)
    if x1 <= x0 or y1 <= y0:
        return
    source = np.float32([[0, 0], [shrunk[0], 0], [shrunk[0], shrunk[1]], [0, shrunk[1]]]) - 0.5
    matrix = cv2.getPerspectiveTransform(source, corners - np.float32([x0, y0]))
    size = (x1 - x0, y1 - y0)
    warped = cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillConvexPoly(mask, np.round((corners - [x0, y0]) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    weight = mask[:, :, None].astype(np.float32) * (alpha / 255.0)
    area = scene.canvas[y0:y1, x0:x1]
    area[:] = (area * (1 - weight) + warped * weight + 0.5).astype(np.uint8)
