#include "vision/faces/face_finder.hpp"
#include "vision/faces/cascade_detector.hpp"
#include "vision/faces/yunet_detector.hpp"
#include "vision/models/model_file.hpp"

#include <opencv2/core.hpp>

#include <algorithm>

namespace gatehouse::vision::faces {
namespace {

// Warmed up, or the sentence of the library that could not read its own file.
template <class Made>
std::unique_ptr<Detector> tried(std::string& why, const std::filesystem::path& file)
{
    try {
        auto made = std::make_unique<Made>(file);
        (void)made->find(cv::Mat(180, 320, CV_8UC3, cv::Scalar::all(0)));
        return made;
    } catch (const std::exception& error) {
        why = file.string() + " cannot be used: " + error.what();
        return nullptr;
    }
}

std::unique_ptr<Detector> opt_in(const std::filesystem::path& folder, std::vector<ModelState>& models)
{
    const auto* model = models::find("face_detector_yunet_2022mar");
    if (model == nullptr) return nullptr;
    const auto file = models::read_model(folder, *model);
    if (file.missing) return nullptr;
    ModelState state{model->name, model->file, model->sha256, false, file.why};
    auto made = file.ready() ? tried<YunetDetector>(state.why, folder / model->file) : nullptr;
    state.ready = made != nullptr;
    models.push_back(std::move(state));
    return made;
}

std::unique_ptr<Detector> packaged(const std::filesystem::path& folder, std::vector<ModelState>& models)
{
    ModelState state{"face_detector_haar", CascadeDetector::frontal_file, "", false, ""};
    auto made = tried<CascadeDetector>(state.why, folder);
    state.ready = made != nullptr;
    models.push_back(std::move(state));
    return made;
}

} // namespace

LoadedFinder FaceFinder::load(const std::filesystem::path& models, const std::filesystem::path& cascades)
{
    LoadedFinder loaded;
    auto detector = opt_in(models, loaded.models);
    if (!detector) detector = packaged(cascades, loaded.models);
    if (detector) loaded.finder.emplace(std::move(detector));
    return loaded;
}

base::Result<std::vector<Face>> FaceFinder::find(const cv::Mat& bgr, double score_min)
{
    if (bgr.empty() || bgr.type() != CV_8UC3) return base::Errc::bad_input;
    try {
        auto faces = detector_->find(bgr);
        std::erase_if(faces, [&](const Face& face) { return face.score < score_min; });
        std::sort(faces.begin(), faces.end(), [](const Face& a, const Face& b) { return a.score > b.score; });
        return faces;
    } catch (const std::exception&) {
        return base::Errc::failed;
    }
}

bool is_somebody(const Face& face)
{
    return face.score >= score_for_records && !face.at_border;
}

} // namespace gatehouse::vision::faces
