#include "vision/evidence/annotation.hpp"

#include <opencv2/core.hpp>
#include <opencv2/freetype.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>

namespace gatehouse::vision::evidence {
namespace {

// A file of fonts and which of them writes Chinese as in China.
struct FontFile {
    const char* path;
    int index;
};
constexpr std::array<FontFile, 2> known_fonts{{
    {"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0},
    {"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2},
}};
constexpr std::size_t rows_max = 16; // of text below a picture, after long lines were broken

bool is_start(char byte) // of a character in UTF-8
{
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

// Breaks lines so that each fits.
class Layout {
public:
    Layout(cv::freetype::FreeType2& font, int height, int width) : font_(font), height_(height), width_(width)
    {
    }

    std::vector<std::string> rows(const std::vector<std::string>& lines)
    {
        std::vector<std::string> rows;
        for (std::string_view line : lines)
            while (!line.empty() && rows.size() < rows_max) {
                const auto size = fitting(line);
                rows.emplace_back(line.substr(0, size));
                line.remove_prefix(size);
            }
        return rows;
    }

private:
    bool fits(std::string_view text)
    {
        return font_.getTextSize(std::string(text), height_, -1, nullptr).width <= width_;
    }

    // Bytes at the front of the line that fit, at least one character.
    std::size_t fitting(std::string_view line)
    {
        if (fits(line)) return line.size();
        std::vector<std::size_t> ends;
        for (std::size_t i = 1; i < line.size(); ++i)
            if (is_start(line[i])) ends.push_back(i);
        const auto too_long = std::partition_point(
            ends.begin(), ends.end(), [&](std::size_t end) { return fits(line.substr(0, end)); });
        if (ends.empty()) return line.size();
        return too_long == ends.begin() ? ends.front() : *std::prev(too_long);
    }

    cv::freetype::FreeType2& font_;
    int height_;
    int width_;
};

base::Result<cv::Ptr<cv::freetype::FreeType2>> open(const std::filesystem::path& file, int index)
{
    try {
        auto font = cv::freetype::createFreeType2();
        font->loadFontData(file.string(), index);
        return font;
    } catch (const std::exception&) {
        return base::Errc::failed;
    }
}

} // namespace

base::Result<Annotation> Annotation::load(const std::filesystem::path& file)
{
    std::filesystem::path found = file;
    int index = 0;
    for (const auto& known : known_fonts)
        if (found.empty() && std::filesystem::exists(known.path)) {
            found = known.path;
            index = known.index;
        }
    if (found.empty()) return base::Errc::not_found;
    auto font = open(found, index);
    if (!font) return font.error();
    Annotation annotation;
    annotation.font_ = std::move(*font);
    return annotation;
}

cv::Mat Annotation::apply(const cv::Mat& bgr, const std::vector<std::string>& lines) const
{
    const auto height = std::clamp(bgr.cols / 48, 14, 40);
    const auto margin = height / 2;
    const auto rows = Layout(*font_, height, bgr.cols - 2 * margin).rows(lines);
    if (rows.empty()) return bgr;
    const auto step = height * 3 / 2;
    const auto strip = static_cast<int>(rows.size()) * step + margin;
    cv::Mat with_text(bgr.rows + strip, bgr.cols, CV_8UC3, cv::Scalar(24, 24, 24));
    bgr.copyTo(with_text.rowRange(0, bgr.rows));
    auto below = bgr.rows + margin;
    for (const auto& row : rows) {
        font_->putText(with_text, row, {margin, below}, height, cv::Scalar(255, 255, 255), -1, cv::LINE_AA,
                       false);
        below += step;
    }
    return with_text;
}

} // namespace gatehouse::vision::evidence
