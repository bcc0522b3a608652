#include "tests/unit/vision/faces/fixtures.hpp"
#include "tests/unit/vision/shared_folder.hpp"
#include "vision/faces/enrolment.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <set>

namespace gatehouse::vision::faces {
namespace {

// Finds what the test says, so that every reason can be had from a drawn picture.
class Told final : public Detector {
public:
    explicit Told(std::vector<Face> faces) : faces_(std::move(faces)) {}
    std::vector<Face> find(const cv::Mat& /*bgr*/) override { return faces_; }

private:
    std::vector<Face> faces_;
};

Face face_in_the_middle()
{
    Face face;
    face.box = {150, 120, 180, 200};
    face.score = 0.95;
    face.marks = Marks{{200, 200}, {280, 200}, {240, 240}, {240, 280}};
    return face;
}

// Stripes of soft light: sharp, bright enough and even.
cv::Mat portrait()
{
    cv::Mat picture(480, 480, CV_8UC3, cv::Scalar::all(140));
    for (int x = 0; x < picture.cols; x += 8)
        picture(cv::Rect(x, 0, 4, picture.rows)) = cv::Scalar::all(110);
    return picture;
}

std::set<std::string_view> codes(const cv::Mat& picture, std::vector<Face> faces, std::size_t bytes = 50'000)
{
    FaceFinder finder(std::make_unique<Told>(std::move(faces)));
    std::set<std::string_view> found;
    for (const auto objection : check_enrolment(picture, bytes, finder).value().objections)
        found.insert(text_of(objection).code);
    return found;
}

using Codes = std::set<std::string_view>;

TEST(Enrolment, TakesAGoodPortrait)
{
    EXPECT_EQ(codes(portrait(), {face_in_the_middle()}), Codes());
}

TEST(Enrolment, WantsOneFace)
{
    EXPECT_EQ(codes(portrait(), {}), Codes{"no_face"});
    auto other = face_in_the_middle();
    other.box = {340, 120, 120, 130};
    EXPECT_EQ(codes(portrait(), {face_in_the_middle(), other}), Codes{"several_faces"});
    other.box = {400, 20, 40, 45}; // a poster behind the person
    EXPECT_EQ(codes(portrait(), {face_in_the_middle(), other}), Codes());
}

TEST(Enrolment, WantsTheFaceLargeAndWhole)
{
    auto face = face_in_the_middle();
    face.box.height = 110;
    EXPECT_EQ(codes(portrait(), {face}), Codes{"face_too_small"});
    face = face_in_the_middle();
    face.at_border = true;
    EXPECT_EQ(codes(portrait(), {face}), Codes{"face_cut_off"});
    EXPECT_EQ(codes(portrait(), {face_in_the_middle()}, 300'000), Codes{"file_too_large"});
}

TEST(Enrolment, WantsTheHeadUprightAndStraight)
{
    auto face = face_in_the_middle();
    face.marks->nose = cv::Point2f(270, 240);
    EXPECT_EQ(codes(portrait(), {face}), Codes{"head_turned"});
    face.marks->nose = cv::Point2f(240, 268);
    EXPECT_EQ(codes(portrait(), {face}), Codes{"head_raised"});
    face = face_in_the_middle();
    face.marks = Marks{{200, 185}, {280, 215}, {226, 236}, {211, 276}};
    EXPECT_EQ(codes(portrait(), {face}), Codes{"head_tilted"});
}

TEST(Enrolment, SaysWhenItDoesNotKnowHowTheHeadIsHeld)
{
    auto face = face_in_the_middle();
    face.marks = std::nullopt; // the default detector
    FaceFinder finder(std::make_unique<Told>(std::vector{face}));
    const auto enrolment = check_enrolment(portrait(), 50'000, finder).value();
    EXPECT_TRUE(enrolment.objections.empty());
    EXPECT_FALSE(enrolment.pose_checked);
    EXPECT_LT(enrolment.figures.turn, 0);
}

TEST(Enrolment, WantsGoodLight)
{
    const auto face = face_in_the_middle();
    EXPECT_EQ(codes(portrait() * 0.4, {face}), Codes{"too_dark"});
    EXPECT_EQ(codes(portrait() + cv::Scalar::all(110), {face}), Codes{"too_bright"});
    auto picture = portrait();
    picture.colRange(240, 480) *= 0.35;
    EXPECT_TRUE(codes(picture, {face}).contains("uneven_light"));
}

TEST(Enrolment, WantsASharpFace)
{
    auto picture = portrait();
    for (int x = 0; x < picture.cols; ++x) // nothing but soft light
        picture.col(x) = cv::Scalar::all(110 + x / 12);
    EXPECT_EQ(codes(picture, {face_in_the_middle()}), Codes{"blurred"});
}

TEST(Enrolment, HasWordsInBothLanguagesForEveryReason)
{
    Codes seen;
    for (int i = 0; i <= static_cast<int>(Objection::uneven_light); ++i) {
        const auto& text = text_of(static_cast<Objection>(i));
        EXPECT_TRUE(seen.insert(text.code).second);
        EXPECT_FALSE(text.zh.empty());
        EXPECT_FALSE(text.en.empty());
    }
}

TEST(Enrolment, AnswersWithReasonsAndFigures)
{
    FaceFinder finder(std::make_unique<Told>(std::vector<Face>{}));
    const auto answer = boost::json::parse(to_json(check_enrolment(portrait(), 50'000, finder).value()));
    EXPECT_FALSE(answer.at("ok").as_bool());
    EXPECT_EQ(answer.at("faces").as_int64(), 0);
    EXPECT_EQ(answer.at("reasons").as_array().at(0).as_string(), "no_face");
    EXPECT_FALSE(answer.at("texts").at(0).at("zh").as_string().empty());
    EXPECT_TRUE(answer.at("values").as_object().empty());
}

class SyntheticEnrolment : public testing::Test {
protected:
    void SetUp() override
    {
        const auto shared = shared_folder();
        if (!shared) GTEST_SKIP() << "no portraits: set GATEHOUSE_SHARED to the folder that has them";
        portraits = fixtures::portraits(*shared);
        loaded = FaceFinder::load(*shared / "models" / "yunet");
        ASSERT_TRUE(loaded.finder);
    }

    // Of the portraits with faces of about 200 pixels, after something was done to them.
    template <class Change>
    int count(Objection objection, Change change)
    {
        int with = 0;
        for (const auto& portrait : portraits) {
            cv::Mat picture;
            cv::resize(portrait, picture, {}, 0.65, 0.65, cv::INTER_AREA);
            const auto found = check_enrolment(change(picture), 50'000, *loaded.finder).value().objections;
            with += std::count(found.begin(), found.end(), objection) > 0 ? 1 : 0;
        }
        return with;
    }

    std::vector<cv::Mat> portraits;
    LoadedFinder loaded;
};

TEST_F(SyntheticEnrolment, SeesBlurAndLeavesSharpPicturesAlone)
{
    EXPECT_EQ(count(Objection::blurred, [](const cv::Mat& picture) { return picture; }), 0);
    EXPECT_GE(count(Objection::blurred,
                    [](const cv::Mat& picture) {
                        cv::Mat soft;
                        cv::GaussianBlur(picture, soft, {}, 3);
                        return soft;
                    }),
              30);
}

TEST_F(SyntheticEnrolment, SeesATurnedHead)
{
    EXPECT_LE(count(Objection::head_turned, [](const cv::Mat& picture) { return picture; }), 1);
    EXPECT_GE(
        count(Objection::head_turned, [](const cv::Mat& picture) { return fixtures::turned(picture, 60); }),
        15);
}

} // namespace
} // namespace gatehouse::vision::faces
