#pragma once
#include "vision/faces/face_finder.hpp"

#include <opencv2/core/mat.hpp>

#include <filesystem>
#include <vector>

// The sheet of 32 computer-made portraits of the shared folder: nobody's faces.
namespace gatehouse::vision::faces::fixtures {

// A picture with four rows of four portraits.
struct Sheet {
    cv::Mat picture;
    int face_height = 0; // pixels, as YuNet boxes them
};

// The 32 portraits, one by one, with faces about 310 pixels high. Empty when the sheet is not there.
[[nodiscard]] std::vector<cv::Mat> portraits(const std::filesystem::path& shared);
// A portrait with the head turned: its middle is wrapped around an upright cylinder. A rough likeness, good
// for comparing detectors.
[[nodiscard]] cv::Mat turned(const cv::Mat& portrait, double degrees);
// The portraits on two sheets, brought to that height; the left half of them turned to the left, the others
// to the right.
[[nodiscard]] std::vector<Sheet> sheets(const std::vector<cv::Mat>& portraits, int face_height,
                                        double degrees = 0);

struct Score {
    int found = 0; // portraits with a box on the face
    int extra = 0; // boxes that are on none
};
[[nodiscard]] Score score(const std::vector<Sheet>& sheets, FaceFinder& finder, double score_min);

} // namespace gatehouse::vision::faces::fixtures
