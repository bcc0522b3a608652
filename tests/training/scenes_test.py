"""What the plate detector learns from is the same for the same seed, and what it is asked for is where the plate is."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "vision" / "plates" / "training"))

try:
    import cv2
    import numpy as np
    import torch  # which detector_train needs
except ImportError as missing:
    print(f"python3-torch and python3-opencv are needed: {missing}")
    sys.exit(77)

import detector_data
import detector_run
import detector_train
import scenes
from scene import Stock

WIDTH, HEIGHT = 256, 192


def drawn(seed):
    stock = Stock(3, [])
    return [scenes.draw(np.random.default_rng((seed, index)), stock, WIDTH, HEIGHT) for index in range(40)]


class Scenes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        Stock.PLATES = 30
        cls.scenes = drawn(1)

    def test_same_seed_draws_the_same_scenes(self):
        for (picture, plates), (again, plates_again) in zip(self.scenes, drawn(1)):
            self.assertTrue(np.array_equal(picture, again))
            self.assertEqual(len(plates), len(plates_again))

    def test_corners_run_clockwise_from_top_left_within_the_picture(self):
        certain = [corners for _, plates in self.scenes for corners, _, weight in plates if weight > 0]
        self.assertGreater(len(certain), 20)
        for corners in certain:
            self.assertGreater(cv2.contourArea(corners.astype(np.float32), oriented=True), 0)
            self.assertTrue((corners > -3).all() and (corners < [WIDTH + 2, HEIGHT + 2]).all())

    def test_what_is_asked_of_the_net_gives_the_plates_back(self):
        for _, plates in self.scenes:
            numbers = np.float32([[*corners.ravel(), rows, weight] for corners, rows, weight in plates]).reshape(-1, 10)
            planes = detector_train.targets(numbers, WIDTH, HEIGHT)
            found = detector_run.peaks(planes[0:2], planes[3:11], 0.99)
            certain = [(corners, rows) for corners, rows, weight in plates if weight > 0]
            self.assertEqual(len(found), len(certain))
            for corners, rows in certain:
                _, quad, guess = min(found, key=lambda one: np.abs(one[1] - corners).max())
                self.assertLess(np.abs(quad - corners).max(), 0.01)
                self.assertEqual(guess, rows)

    def test_mirrored_window_keeps_corner_order_and_place(self):
        picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        corners = np.float32([[90, 80], [150, 84], [149, 104], [89, 100]])
        cv2.fillConvexPoly(picture, corners.astype(np.int32), (255, 255, 255))
        jpeg = cv2.imencode(".jpg", picture)[1].ravel()
        plates = np.float32([[*corners.ravel(), 1, 1]])
        for seed in range(8):
            window, moved = detector_data.augmented(np.random.default_rng(seed), (jpeg, plates), 224, 160)
            quad = moved[0, :8].reshape(4, 2)
            self.assertGreater(cv2.contourArea(quad, oriented=True), 0)
            self.assertLess(quad[0, 0], quad[1, 0])
            self.assertGreater(window[int(quad[:, 1].mean()), int(quad[:, 0].mean())].mean(), 100)
            self.assertLess(window[int(quad[3, 1]) + 6, int(quad[3, 0]) - 6].mean(), 60)


if __name__ == "__main__":
    unittest.main()
