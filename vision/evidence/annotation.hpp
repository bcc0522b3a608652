#pragma once
#include "gateway/base/errc.hpp"

#include <opencv2/core/mat.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cv::freetype {
class FreeType2;
}

namespace gatehouse::vision::evidence {

// Lines of text in a strip below a picture. cv::putText knows no Chinese, FreeType with a font that does.
class Annotation {
public:
    // No font: apply() says no.
    Annotation() = default;
    // The first font of Debian's packages fonts-wqy-microhei and fonts-noto-cjk that is there, or this one.
    // Errors: not_found, failed for a file that is no font. Blocks while it reads.
    [[nodiscard]] static base::Result<Annotation> load(const std::filesystem::path& font = {});

    [[nodiscard]] bool has_font() const { return font_ != nullptr; }
    // The picture with the lines below it; lines that are too long go on in the next one. May throw
    // cv::Exception.
    [[nodiscard]] cv::Mat apply(const cv::Mat& bgr, const std::vector<std::string>& lines) const;

private:
    std::shared_ptr<cv::freetype::FreeType2> font_;
};

} // namespace gatehouse::vision::evidence
