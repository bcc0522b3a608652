#include "gateway/base/sha256.hpp"
#include "vision/evidence/evidence_maker.hpp"
#include "vision/evidence/fitting.hpp"
#include "vision/evidence/flaw.hpp"
#include "vision/evidence/mosaic.hpp"
#include "vision/jpeg/decode.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gatehouse::vision::evidence {
namespace {

// A lane with a car, two people and two plates, all drawn: black and white bars, which no mosaic leaves.
struct Drawn {
    cv::Mat picture{540, 960, CV_8UC3, cv::Scalar(120, 130, 110)};
    cv::Rect guest{100, 80, 48, 56};
    cv::Rect driver{600, 150, 64, 72};
    cv::Rect own_plate{420, 400, 110, 36};
    cv::Rect foreign_plate{780, 300, 88, 28};

    Drawn()
    {
        for (const auto& box : {guest, driver, own_plate, foreign_plate})
            for (int x = box.x; x < box.br().x; ++x)
                picture(cv::Rect(x, box.y, 1, box.height)) =
                    x / 4 % 2 == 0 ? cv::Scalar::all(0) : cv::Scalar::all(255);
    }

    // In the whole picture.
    [[nodiscard]] Lookers lookers() const
    {
        return {[this](const cv::Mat&) {
                    return std::vector{guest, driver};
                },
                [this](const cv::Mat&) {
                    return std::vector{PlateBox{own_plate, "沪A12345"}, PlateBox{foreign_plate, "沪B88888"}};
                }};
    }
};

Order order_for(Purpose purpose, Recipient recipient)
{
    Order order;
    order.purpose = purpose;
    order.recipient = recipient;
    return order;
}

cv::Mat shown(const Evidence& evidence)
{
    return jpeg::decode(std::as_bytes(std::span(evidence.jpeg)))->bgr;
}

// How far neighbours in a row differ: large where bars are still seen.
double bars(const cv::Mat& picture, const cv::Rect& box)
{
    cv::Mat grey;
    cv::cvtColor(picture(box), grey, cv::COLOR_BGR2GRAY);
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(grey, mean, deviation);
    return deviation[0];
}

constexpr double readable = 80;
constexpr double covered = 30;

class EvidenceMaking : public testing::Test {
protected:
    base::Result<Evidence> make(const Order& order)
    {
        return maker.make(drawn.picture, order, drawn.lookers());
    }

    Drawn drawn;
    EvidenceMaker maker;
};

TEST_F(EvidenceMaking, MasksPeopleAndForeignPlatesForTheOperationsCentre)
{
    auto order = order_for(Purpose::alert, Recipient::centre);
    order.keep_plate = "沪A12345";
    const auto evidence = make(order);
    ASSERT_TRUE(evidence);
    EXPECT_EQ(evidence->faces_masked, 2);
    EXPECT_EQ(evidence->plates_masked, 1);
    EXPECT_TRUE(evidence->plate_kept);
    const auto picture = shown(*evidence);
    EXPECT_LT(bars(picture, drawn.guest), covered);
    EXPECT_LT(bars(picture, drawn.driver), covered);
    EXPECT_LT(bars(picture, drawn.foreign_plate), covered);
    EXPECT_GT(bars(picture, drawn.own_plate), readable);
}

TEST_F(EvidenceMaking, MasksThePlateItIsAboutForEverybody)
{
    auto order = order_for(Purpose::alert, Recipient::everybody);
    order.keep_plate = "沪A12345";
    const auto evidence = make(order);
    ASSERT_TRUE(evidence);
    EXPECT_EQ(evidence->plates_masked, 2);
    EXPECT_FALSE(evidence->plate_kept);
    EXPECT_LT(bars(shown(*evidence), drawn.own_plate), covered);
}

TEST_F(EvidenceMaking, MasksNothingForTheGuardWhoStandsThere)
{
    int asked = 0;
    const Lookers lookers{[&](const cv::Mat&) { return ++asked, std::vector<cv::Rect>{}; },
                          [&](const cv::Mat&) { return ++asked, std::vector<PlateBox>{}; }};
    const auto evidence = maker.make(drawn.picture, order_for(Purpose::alert, Recipient::staff), lookers);
    ASSERT_TRUE(evidence);
    EXPECT_EQ(asked, 0); // nobody looks for what is not masked
    EXPECT_GT(bars(shown(*evidence), drawn.guest), readable);
}

TEST_F(EvidenceMaking, KeepsAPlateThatWasMisreadByWhereItIs)
{
    auto order = order_for(Purpose::report, Recipient::staff);
    order.keep_plate = "沪A1234S";
    order.keep_plate_box = cv::Rect2d(410 / 960.0, 390 / 540.0, 130 / 960.0, 60 / 540.0);
    const auto evidence = make(order);
    ASSERT_TRUE(evidence);
    EXPECT_TRUE(evidence->plate_kept);
    EXPECT_GT(bars(shown(*evidence), drawn.own_plate), readable);
}

TEST_F(EvidenceMaking, KeepsOnePlateHoweverLargeItsBoxIs)
{
    auto order = order_for(Purpose::report, Recipient::staff);
    order.keep_plate_box = cv::Rect2d(0, 0, 1, 1);
    const auto evidence = make(order);
    ASSERT_TRUE(evidence);
    EXPECT_EQ(evidence->plates_masked, 1);
    EXPECT_LT(bars(shown(*evidence), drawn.foreign_plate), covered);
    EXPECT_GT(bars(shown(*evidence), drawn.own_plate), readable) << "it is the nearer one to the middle";
}

TEST_F(EvidenceMaking, ShowsNoLargerAPictureThanItsDetectorsCanLookThrough)
{
    const cv::Mat large(1000, 4000, CV_8UC3, cv::Scalar::all(120));
    auto order = order_for(Purpose::alert, Recipient::centre);
    order.width_max = 3840;
    EXPECT_EQ(maker.make(large, order, drawn.lookers())->size, cv::Size(1920, 480));
    EXPECT_EQ(maker.make(large.t(), order, drawn.lookers())->size.height, 1920);
    order.recipient = Recipient::staff; // who sees faces in an alert
    EXPECT_EQ(maker.make(large, order, drawn.lookers())->size.width, 3840);
}

TEST_F(EvidenceMaking, RefusesWhereNobodyCanLookForFaces)
{
    auto lookers = drawn.lookers();
    lookers.faces = nullptr;
    const auto evidence = maker.make(drawn.picture, order_for(Purpose::alert, Recipient::everybody), lookers);
    EXPECT_EQ(evidence.error(), Flaw::faces_not_looked_for);
}

TEST_F(EvidenceMaking, RefusesWhereNobodyCanLookForPlates)
{
    auto lookers = drawn.lookers();
    lookers.plates = nullptr;
    const auto evidence = maker.make(drawn.picture, order_for(Purpose::report, Recipient::centre), lookers);
    EXPECT_EQ(evidence.error(), Flaw::plates_not_looked_for);
}

TEST_F(EvidenceMaking, RefusesWhenADetectorFails)
{
    auto lookers = drawn.lookers();
    lookers.faces = [](const cv::Mat&) { return base::Errc::failed; };
    const auto evidence = maker.make(drawn.picture, order_for(Purpose::alert, Recipient::everybody), lookers);
    EXPECT_EQ(evidence.error(), base::Errc::failed);
}

TEST_F(EvidenceMaking, LooksThroughTheCutAndNotThroughTheWhole)
{
    auto order = order_for(Purpose::report, Recipient::centre);
    order.crop = cv::Rect2d(0.5, 0.25, 0.25, 0.25);
    cv::Size looked_at;
    auto lookers = drawn.lookers();
    lookers.faces = [&](const cv::Mat& bgr) {
        looked_at = bgr.size();
        return std::vector{drawn.driver - cv::Point(480, 135)};
    };
    lookers.plates = [](const cv::Mat&) { return std::vector<PlateBox>{}; };
    const auto evidence = maker.make(drawn.picture, order, lookers);
    ASSERT_TRUE(evidence);
    EXPECT_EQ(looked_at, cv::Size(240, 135));
    EXPECT_EQ(evidence->size, looked_at);
    EXPECT_LT(bars(shown(*evidence), drawn.driver - cv::Point(480, 135)), covered);
}

TEST_F(EvidenceMaking, ShowsACutOfASinglePixel)
{
    auto order = order_for(Purpose::alert, Recipient::staff);
    order.crop = cv::Rect2d(0.999999, 0.999999, 0.000001, 0.000001);
    EXPECT_EQ(make(order)->size, cv::Size(1, 1));
    order.crop = cv::Rect2d(0.5, 0.5, 1e-300, 1e-300);
    EXPECT_EQ(make(order)->size, cv::Size(1, 1));
    order.crop = cv::Rect2d(2, 2, 1, 1);
    EXPECT_EQ(make(order).error(), Flaw::region);
}

TEST_F(EvidenceMaking, ShrinksWhatIsTooWideAndNeverEnlarges)
{
    auto order = order_for(Purpose::alert, Recipient::staff);
    order.width_max = 480;
    EXPECT_EQ(make(order)->size, cv::Size(480, 270));
    order.width_max = 4000;
    EXPECT_EQ(make(order)->size, cv::Size(960, 540));
}

TEST_F(EvidenceMaking, LeavesTheOriginalAsItWas)
{
    const auto before = drawn.picture.clone();
    ASSERT_TRUE(make(order_for(Purpose::alert, Recipient::everybody)));
    EXPECT_EQ(cv::norm(before, drawn.picture, cv::NORM_INF), 0);
}

TEST_F(EvidenceMaking, TellsTheHashOfWhatItMade)
{
    const auto evidence = make(order_for(Purpose::alert, Recipient::everybody));
    ASSERT_TRUE(evidence);
    EXPECT_EQ(evidence->sha256, base::sha256_hex(evidence->jpeg));
    const auto answer = boost::json::parse(to_json(*evidence));
    EXPECT_EQ(answer.at("sha256").as_string(), evidence->sha256);
    EXPECT_EQ(answer.at("masked").at("faces").as_int64(), 2);
    EXPECT_EQ(answer.at("masked").at("plates").as_int64(), 2);
}

TEST_F(EvidenceMaking, SaysThatTheTextIsMissingWithoutAFont)
{
    auto order = order_for(Purpose::alert, Recipient::staff);
    order.text = {"东门进口"};
    const auto evidence = make(order);
    ASSERT_TRUE(evidence);
    EXPECT_FALSE(evidence->annotated);
    EXPECT_EQ(evidence->size, drawn.picture.size());
}

TEST_F(EvidenceMaking, WritesChineseBelowThePictureAndHidesNothingOfIt)
{
    auto annotation = Annotation::load();
    if (!annotation) GTEST_SKIP() << "no font: install fonts-wqy-microhei or fonts-noto-cjk";
    EvidenceMaker with_font(std::move(*annotation));
    auto order = order_for(Purpose::alert, Recipient::staff);
    order.text = {"云台二居民区 东门进口", "2026-11-27 08:00:00"};
    const auto evidence = with_font.make(drawn.picture, order, drawn.lookers());
    ASSERT_TRUE(evidence);
    EXPECT_TRUE(evidence->annotated);
    ASSERT_GT(evidence->size.height, 540);
    const auto picture = shown(*evidence);
    const cv::Rect strip(0, 540, 960, evidence->size.height - 540);
    EXPECT_GT(bars(picture, strip), 10);
    const cv::Rect right_half(500, 545, 450, strip.height - 10);
    EXPECT_LT(bars(picture, right_half), 10); // short lines do not reach there
    EXPECT_GT(bars(picture, drawn.own_plate), readable);
}

TEST_F(EvidenceMaking, BreaksALineThatIsTooLong)
{
    auto annotation = Annotation::load();
    if (!annotation) GTEST_SKIP() << "no font: install fonts-wqy-microhei or fonts-noto-cjk";
    std::string line;
    for (int i = 0; i < 90; ++i)
        line += "门";
    const auto one = annotation->apply(drawn.picture, {"门"}).rows;
    const auto many = annotation->apply(drawn.picture, {line}).rows;
    EXPECT_GT(many, one + 20);
    EXPECT_TRUE(annotation->apply(drawn.picture, {}).size() == drawn.picture.size());
}

TEST(EvidenceAnnotation, IsNotLoadedFromWhatIsNoFont)
{
    EXPECT_FALSE(Annotation::load("/dev/null"));
    EXPECT_FALSE(Annotation::load("/nowhere/font.ttc"));
}

TEST(EvidenceMosaic, LeavesFewBlocksOfALargeFace)
{
    cv::Mat noise(600, 600, CV_8UC3);
    cv::randu(noise, 0, 255);
    cover(noise, {100, 100, 400, 400});
    cv::Mat row = noise(cv::Rect(100, 300, 400, 1)).clone();
    int changes = 0;
    for (int x = 1; x < row.cols; ++x)
        changes += row.at<cv::Vec3b>(0, x) != row.at<cv::Vec3b>(0, x - 1) ? 1 : 0;
    EXPECT_LE(changes, 7);
}

TEST(EvidenceMosaic, CoversMoreThanTheBoxButStaysInThePicture)
{
    EXPECT_EQ(enlarged({100, 100, 40, 60}, {400, 400}), cv::Rect(94, 91, 52, 78));
    EXPECT_EQ(enlarged({0, 380, 40, 20}, {400, 400}), cv::Rect(0, 377, 46, 23));
}

cv::Mat detailed(int width, int height)
{
    cv::Mat picture(height, width, CV_8UC3);
    cv::RNG(7).fill(picture, cv::RNG::UNIFORM, 0, 255);
    cv::GaussianBlur(picture, picture, {}, 2);
    return picture;
}

TEST(EvidenceFitting, FillsTheBudgetAndNeverExceedsIt)
{
    const auto picture = detailed(1280, 720);
    for (const int first : {40, 65, 90})
        for (const std::size_t budget : {90'000U, 120'000U, 160'000U}) {
            const auto fitted = fit(picture, budget, first);
            ASSERT_TRUE(fitted);
            EXPECT_LE(fitted->jpeg.size(), budget);
            const bool is_full = fitted->quality == quality_best || fitted->jpeg.size() >= budget * 8 / 10;
            EXPECT_TRUE(is_full) << first << " " << budget << " " << fitted->jpeg.size();
        }
}

TEST(EvidenceFitting, MakesSmallerWhatDoesNotFit)
{
    const auto fitted = fit(detailed(1280, 720), 12'000, 80);
    ASSERT_TRUE(fitted);
    EXPECT_LE(fitted->jpeg.size(), 12'000U);
    EXPECT_LT(fitted->size.width, 1280);
}

TEST(EvidenceFitting, StopsAtTheBestQuality)
{
    const auto fitted = fit(cv::Mat(720, 1280, CV_8UC3, cv::Scalar::all(90)), 200'000, 60);
    ASSERT_TRUE(fitted);
    EXPECT_EQ(fitted->quality, quality_best);
}

TEST(EvidenceFitting, GivesUpOnABudgetForNoPicture)
{
    EXPECT_EQ(fit(detailed(64, 64), 100, 80).error(), Flaw::budget_not_met);
}

} // namespace
} // namespace gatehouse::vision::evidence
