#include "tests/unit/vision/plates/fixtures.hpp"

#include "vision/plates/plate_detector.hpp"

#include <opencv2/imgcodecs.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace gatehouse::vision::plates::fixtures {
namespace {

constexpr double overlap_min = 0.5;

// Columns of labels.csv; no field is quoted.
enum Column { file, plate, role, colour, x, y, w, h, set, split, masked, source, columns };

std::vector<std::string> fields_of(const std::string& line)
{
    std::vector<std::string> fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, ',');)
        fields.push_back(field);
    fields.resize(columns);
    return fields;
}

// 12 of "crops/lprnet_012.jpg".
int number_of(const std::string& name)
{
    const auto from = name.find_last_of('_');
    return from == std::string::npos ? 0 : std::atoi(name.c_str() + from + 1);
}

void add(Picture& picture, const std::vector<std::string>& fields)
{
    if (fields[role] != "main") {
        picture.others.push_back(fields[plate]);
        return;
    }
    picture.text = fields[plate];
    picture.colour = fields[colour];
    if (!fields[w].empty())
        picture.boxes.emplace_back(std::stof(fields[x]), std::stof(fields[y]), std::stof(fields[w]),
                                   std::stof(fields[h]));
}

template <class Is>
double share(const std::vector<Outcome>& outcomes, Is is)
{
    const auto count = std::count_if(outcomes.begin(), outcomes.end(), is);
    return outcomes.empty() ? 0 : 100.0 * static_cast<double>(count) / static_cast<double>(outcomes.size());
}

} // namespace

bool Picture::shows(const std::string& plate) const
{
    return plate == text || std::find(others.begin(), others.end(), plate) != others.end();
}

std::vector<Picture> read_pictures(const std::filesystem::path& shared)
{
    const auto folder = shared / "fixtures" / "plates";
    std::map<std::string, Picture> pictures;
    std::ifstream in(folder / "labels.csv");
    std::string line;
    std::getline(in, line); // the names of the columns
    while (std::getline(in, line)) {
        const auto fields = fields_of(line);
        auto& picture = pictures[fields[file]];
        picture.path = folder / fields[file];
        picture.set = fields[set];
        picture.number = number_of(fields[file]);
        add(picture, fields);
    }
    std::vector<Picture> all;
    for (auto& [name, picture] : pictures)
        all.push_back(std::move(picture));
    return all;
}

cv::Mat load(const Picture& picture)
{
    return cv::imread(picture.path.string(), cv::IMREAD_COLOR);
}

bool Outcome::located(double score_min) const
{
    return std::any_of(seen.begin(), seen.end(), [&](const SeenPlate& one) {
        return one.located.score >= score_min &&
               std::any_of(picture->boxes.begin(), picture->boxes.end(), [&](const cv::Rect2f& box) {
                   return overlap(box, box_of(one.located.corners)) >= overlap_min;
               });
    });
}

bool Outcome::full(double confidence_min) const
{
    return std::any_of(seen.begin(), seen.end(), [&](const SeenPlate& one) {
        return one.confidence() >= confidence_min && one.reading.plate.text == picture->text;
    });
}

bool Outcome::wrong(double confidence_min) const
{
    return std::any_of(seen.begin(), seen.end(), [&](const SeenPlate& one) {
        return one.confidence() >= confidence_min && !one.reading.plate.text.empty() &&
               !picture->shows(one.reading.plate.text);
    });
}

Score score(const std::vector<Outcome>& outcomes, double score_min, double confidence_min)
{
    return {.located = share(outcomes, [&](const Outcome& o) { return o.located(score_min); }),
            .full = share(outcomes, [&](const Outcome& o) { return o.full(confidence_min); }),
            .wrong = share(outcomes, [&](const Outcome& o) { return o.wrong(confidence_min); })};
}

} // namespace gatehouse::vision::plates::fixtures
