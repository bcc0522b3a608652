#pragma once
#include "tests/unit/vision/shared_folder.hpp"
#include "vision/plates/seen_plate.hpp"

#include <opencv2/core/mat.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

// The labelled pictures of the shared folder, which are no part of the repository, and how they are scored.
// Used by the bench and by the test that holds the shipped weights to their figures.
namespace gatehouse::vision::plates::fixtures {

// One picture with its plates (labels.csv of fixtures/plates).
struct Picture {
    std::filesystem::path path;
    std::string set;
    int number = 0;                  // in the file name: of those divisible by 4 no training may learn
    std::string text;                // of the plate it is about
    std::string colour;              // of that plate; empty: not labelled
    std::vector<cv::Rect2f> boxes;   // of that plate; none for crops
    std::vector<std::string> others; // further readable plates in it

    [[nodiscard]] bool held_out() const { return number % 4 == 0; }
    [[nodiscard]] bool shows(const std::string& plate) const;
};

[[nodiscard]] std::vector<Picture> read_pictures(const std::filesystem::path& shared);
[[nodiscard]] cv::Mat load(const Picture& picture);

// What was made of one picture.
struct Outcome {
    const Picture* picture = nullptr;
    std::vector<SeenPlate> seen;

    // Intersection over union of a plate and a label's box of at least 0.5, for the plate it is about.
    [[nodiscard]] bool located(double score_min) const;
    // Every character right, among the readings of that confidence.
    [[nodiscard]] bool full(double confidence_min) const;
    // A reading of that confidence that stands on no label of the picture.
    [[nodiscard]] bool wrong(double confidence_min) const;
};

// In percent of the outcomes.
struct Score {
    double located = 0;
    double full = 0;
    double wrong = 0;
};
[[nodiscard]] Score score(const std::vector<Outcome>& outcomes, double score_min, double confidence_min);

} // namespace gatehouse::vision::plates::fixtures
