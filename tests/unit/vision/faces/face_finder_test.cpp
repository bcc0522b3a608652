#include "tests/unit/vision/faces/fixtures.hpp"
#include "tests/unit/vision/shared_folder.hpp"
#include "vision/faces/face_finder.hpp"
#include "vision/faces/scaled.hpp"

#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include <fstream>

namespace gatehouse::vision::faces {
namespace {

#define NEEDS_SHARED(folder)                                                                                 \
    const auto folder = shared_folder();                                                                     \
    if (!folder) GTEST_SKIP() << "no portraits: set GATEHOUSE_SHARED to the folder that has them"

constexpr const char* no_models = "/nowhere";

bool has_cascades()
{
    return std::filesystem::exists(cascades_folder);
}

TEST(FaceFinder, FindsEveryPortraitWithTheDefaultDetector)
{
    NEEDS_SHARED(shared);
    auto loaded = FaceFinder::load(no_models);
    if (!loaded.finder) GTEST_SKIP() << loaded.models.back().why << ": install opencv-data";
    const auto portraits = fixtures::portraits(*shared);
    for (const int height : {56, 34})
        EXPECT_EQ(
            fixtures::score(fixtures::sheets(portraits, height), *loaded.finder, score_for_masking).found, 32)
            << height;
    const auto turned = fixtures::sheets(portraits, 56, 45);
    EXPECT_GE(fixtures::score(turned, *loaded.finder, score_for_masking).found, 31);
}

TEST(FaceFinder, FindsEveryPortraitWithYunet)
{
    NEEDS_SHARED(shared);
    auto loaded = FaceFinder::load(*shared / "models" / "yunet");
    ASSERT_TRUE(loaded.finder);
    EXPECT_EQ(loaded.models.front().name, "face_detector_yunet_2022mar");
    const auto portraits = fixtures::portraits(*shared);
    const auto score = fixtures::score(fixtures::sheets(portraits, 34), *loaded.finder, score_for_masking);
    EXPECT_EQ(score.found, 32);
    EXPECT_EQ(score.extra, 0);
}

TEST(FaceFinder, CountsNobodyInAnEmptyScene)
{
    auto loaded = FaceFinder::load(no_models);
    if (!loaded.finder) GTEST_SKIP() << loaded.models.back().why << ": install opencv-data";
    const auto faces =
        loaded.finder->find(cv::Mat(360, 640, CV_8UC3, cv::Scalar(90, 100, 110)), score_for_masking);
    ASSERT_TRUE(faces);
    EXPECT_TRUE(faces->empty());
}

TEST(FaceFinder, RefusesWhatIsNoPicture)
{
    auto loaded = FaceFinder::load(no_models);
    if (!loaded.finder) GTEST_SKIP() << loaded.models.back().why << ": install opencv-data";
    EXPECT_EQ(loaded.finder->find(cv::Mat(), 0.6).error(), base::Errc::bad_input);
    EXPECT_EQ(loaded.finder->find(cv::Mat(90, 90, CV_8UC1, cv::Scalar(0)), 0.6).error(),
              base::Errc::bad_input);
}

TEST(FaceFinder, TakesPicturesOfAnySize)
{
    auto loaded = FaceFinder::load(no_models);
    if (!loaded.finder) GTEST_SKIP() << loaded.models.back().why << ": install opencv-data";
    for (const auto& size : {cv::Size(1, 1), cv::Size(1, 4000), cv::Size(4000, 1), cv::Size(39, 41)})
        EXPECT_TRUE(loaded.finder->find(cv::Mat(size, CV_8UC3, cv::Scalar::all(7)), score_for_masking))
            << size;
}

TEST(FaceFinder, SaysWhyItCannotBeLoaded)
{
    const auto loaded = FaceFinder::load(no_models, "/nowhere");
    EXPECT_FALSE(loaded.finder);
    ASSERT_EQ(loaded.models.size(), 1U);
    EXPECT_FALSE(loaded.models.front().ready);
    EXPECT_NE(loaded.models.front().why.find("haarcascade_frontalface_alt2.xml"), std::string::npos);
}

TEST(FaceFinder, KeepsToTheCascadesWhenTheYunetFileIsAnother)
{
    if (!has_cascades()) GTEST_SKIP() << "install opencv-data";
    const auto folder = std::filesystem::path(testing::TempDir()) / "another_yunet";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "face_detection_yunet_2022mar.onnx") << "no network";
    const auto loaded = FaceFinder::load(folder);
    ASSERT_TRUE(loaded.finder);
    ASSERT_EQ(loaded.models.size(), 2U);
    EXPECT_FALSE(loaded.models.front().ready);
    EXPECT_NE(loaded.models.front().why.find("SHA-256"), std::string::npos);
    EXPECT_TRUE(loaded.models.back().ready);
}

TEST(FaceScaling, GoesThereAndBack)
{
    const Scaled scaled(cv::Mat(1080, 1920, CV_8UC3, cv::Scalar::all(0)));
    EXPECT_EQ(scaled.picture().size(), cv::Size(1280, 720));
    const auto face = scaled.face_at({100, 100, 40, 50}, 0.7);
    EXPECT_EQ(face.box, cv::Rect(150, 150, 60, 75));
    EXPECT_FALSE(face.at_border);
    EXPECT_EQ(scaled.point_at(100, 10), cv::Point2f(150, 15));
}

TEST(FaceScaling, CutsAtTheEdgeAndSaysSo)
{
    const Scaled scaled(cv::Mat(300, 400, CV_8UC3, cv::Scalar::all(0)));
    const auto face = scaled.face_at({-10, 50, 60, 60}, 0.95);
    EXPECT_EQ(face.box, cv::Rect(0, 50, 50, 60));
    EXPECT_TRUE(face.at_border);
    EXPECT_FALSE(is_somebody(face)); // half a face is masked and not counted
    EXPECT_TRUE(is_somebody(scaled.face_at({10, 50, 60, 60}, 0.95)));
    EXPECT_FALSE(is_somebody(scaled.face_at({10, 50, 60, 60}, 0.85)));
}

} // namespace
} // namespace gatehouse::vision::faces
