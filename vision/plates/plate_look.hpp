#pragma once
#include "vision/link/messages.hpp"
#include "vision/plates/plate_detector.hpp"
#include "vision/plates/plate_reader.hpp"
#include "vision/plates/seen_plate.hpp"

#include <opencv2/core/mat.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace gatehouse::vision::plates {

struct LoadedLook;

// From a picture to the plates in it. One for the analysis thread: not for two threads at once. Throws
// nothing.
class PlateLook {
public:
    // An opt-in detector whose file is there is used instead of ours. Looks once at an empty picture, so that
    // the first camera does not wait for OpenCV's allocations. Blocks.
    [[nodiscard]] static LoadedLook load(const std::filesystem::path& models);

    // Every plate in the region and outside of the masks, the best first; unread where nothing that can be a
    // plate stands on it. `bgr`: 8 bits, any size. Errors: bad_input for an empty picture or another format,
    // failed.
    [[nodiscard]] base::Result<std::vector<SeenPlate>> look(const cv::Mat& bgr,
                                                            const PlateOptions& options = {});

    // For masking, where none may be missed: everything that may be a plate, however many and down to 30 px
    // of a large picture, looked for in parts of it as well. Takes ten times as long for 1920x1080.
    [[nodiscard]] base::Result<std::vector<SeenPlate>> look_all(const cv::Mat& bgr);

    // The places alone in a part of the picture, the best ten, unread.
    [[nodiscard]] base::Result<std::vector<LocatedPlate>> locate(const cv::Mat& bgr, const cv::Rect& part);

private:
    PlateLook(std::unique_ptr<PlateDetector> detector, PlateReader reader);
    // The first `most` of them.
    [[nodiscard]] base::Result<std::vector<SeenPlate>>
    read(const cv::Mat& bgr, const std::vector<LocatedPlate>& plates, std::size_t most);

    std::unique_ptr<PlateDetector> detector_;
    PlateReader reader_;
};

struct LoadedLook {
    std::optional<PlateLook> look;  // empty when one of the models is not ready
    std::vector<ModelState> models; // the detector in use, then the reader; why in a sentence when not ready
};

// The plate with a third of its width around it, for the picture of the event; empty when it lies outside.
[[nodiscard]] cv::Mat plate_picture(const cv::Mat& bgr, const Corners& corners);

} // namespace gatehouse::vision::plates
