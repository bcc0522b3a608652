#include "vision/plates/passage_vote.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::vision::plates {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

// One camera and what passes before it; time moves by itself, a frame at a time.
class PassageVoteTest : public testing::Test {
protected:
    // A reading of which the last character is as sure as said, and its rival has the rest.
    static SeenPlate plate(const std::string& text, float x = 100, double sure = 0.95,
                           const std::string& rival = "")
    {
        SeenPlate seen;
        seen.located = {
            .corners = {{{x, 100}, {x + 100, 100}, {x + 100, 130}, {x, 130}}}, .score = 0.9, .rows = 1};
        if (text.empty()) return seen;
        seen.reading.candidates = {{text, sure, model::plate_kind(text)}};
        if (!rival.empty()) seen.reading.candidates.push_back({rival, 1 - sure, model::plate_kind(rival)});
        seen.reading.plate.text = text;
        seen.reading.plate.color = "blue";
        seen.reading.plate.confidence = sure;
        seen.reading.plate.characters.assign(model::characters_of(text).size(), sure);
        return seen;
    }

    void frame(const std::vector<SeenPlate>& seen, std::chrono::milliseconds after = 100ms)
    {
        now += after;
        for (auto& read : vote.observe(now, cv::Mat(4, 4, CV_8UC3, cv::Scalar::all(++number % 250)), seen))
            reads.push_back(std::move(read));
    }
    // Drives past, ten frames a second.
    void drive_by(const std::string& text, double sure = 0.95)
    {
        for (float x = 0; x < 500; x += 50)
            frame({plate(text, x, sure)});
    }
    void nothing(std::chrono::seconds span)
    {
        for (; span > 0s; span -= 1s)
            frame({}, 1s);
    }

    PassageVote vote{{.confidence_min = 0.8}};
    base::MonoTime now{};
    int number = 0;
    std::vector<PassageRead> reads;
};

TEST_F(PassageVoteTest, GivesOneReadForOnePassage)
{
    drive_by("沪A12345");
    nothing(6s);
    ASSERT_THAT(reads, SizeIs(1));
    EXPECT_EQ(reads[0].plate.text, "沪A12345");
    EXPECT_EQ(reads[0].plate.color, "blue");
    EXPECT_THAT(reads[0].plate.characters, SizeIs(7));
    EXPECT_LE(reads[0].plate.confidence, 0.9); // not above the detector's
    EXPECT_EQ(reads[0].frames, 3);
}

TEST_F(PassageVoteTest, TellsAtOnceWhenThreeFramesAgree)
{
    frame({plate("沪A12345", 0)});
    frame({plate("沪A12345", 50)});
    EXPECT_THAT(reads, IsEmpty());
    frame({plate("沪A12345", 100)});
    EXPECT_THAT(reads, SizeIs(1));
}

TEST_F(PassageVoteTest, TellsASingleSureFrameAfterAWhile)
{
    frame({plate("沪A12345")});
    frame({}, 1s);
    EXPECT_THAT(reads, IsEmpty());
    frame({}, 1s);
    EXPECT_THAT(reads, SizeIs(1));
}

TEST_F(PassageVoteTest, LetsFramesOutvoteAFlickeringOne)
{
    frame({plate("沪A12345", 0, 0.6, "沪A12346")});
    frame({plate("沪A12346", 50, 0.55, "沪A12345")});
    for (float x = 100; x < 500; x += 50)
        frame({plate("沪A12345", x, 0.7, "沪A12346")});
    nothing(6s);
    ASSERT_THAT(reads, SizeIs(1));
    EXPECT_EQ(reads[0].plate.text, "沪A12345");
}

TEST_F(PassageVoteTest, GivesNoReadWhenTheFramesDoNotAgree)
{
    for (float x = 0; x < 500; x += 100) {
        frame({plate("沪A12345", x, 0.6, "沪A12346")});
        frame({plate("沪A12346", x + 50, 0.6, "沪A12345")});
    }
    nothing(6s);
    EXPECT_THAT(reads, IsEmpty());
    EXPECT_EQ(vote.unread(), 1U);
}

TEST_F(PassageVoteTest, GivesNoReadBelowTheLimit)
{
    frame({plate("沪A12345", 0, 0.5, "沪A12346")});
    nothing(6s);
    EXPECT_THAT(reads, IsEmpty());
}

TEST_F(PassageVoteTest, BelievesOneFrameNoMoreThanItBelievesItself)
{
    frame({plate("沪A12345", 0, 0.3)}); // the other seven tenths are on texts it does not name
    nothing(6s);
    EXPECT_THAT(reads, IsEmpty());
}

TEST_F(PassageVoteTest, BelievesFramesThatAgreeMoreThanEachOfThem)
{
    for (float x = 0; x < 500; x += 50)
        frame({plate("沪A12345", x, 0.6)});
    nothing(6s);
    ASSERT_THAT(reads, SizeIs(1));
    EXPECT_GT(reads[0].plate.confidence, 0.8);
}

TEST_F(PassageVoteTest, GivesAStandingCarOneReadHoweverLongItStandsAndFlickers)
{
    drive_by("沪A12345");
    for (int i = 0; i < 600; ++i)
        frame({plate(i % 7 == 0 ? "沪A12346" : "沪A12345", 460, 0.85)}, 1s);
    EXPECT_THAT(reads, SizeIs(1));
}

TEST_F(PassageVoteTest, TakesAPlateThatIsHiddenForAMomentForTheSamePassage)
{
    drive_by("沪A12345");
    nothing(8s); // a person walks by
    drive_by("沪A12345");
    EXPECT_THAT(reads, SizeIs(1));
    nothing(60s);
    drive_by("沪A12345"); // it has come again
    EXPECT_THAT(reads, SizeIs(2));
}

TEST_F(PassageVoteTest, TellsTheCarBehindAlthoughItStandsWhereTheOtherStood)
{
    drive_by("沪A12345");
    for (float x = 300; x < 500; x += 20)
        frame({plate("苏B67890", x)});
    nothing(6s);
    ASSERT_THAT(reads, SizeIs(2));
    EXPECT_EQ(reads[1].plate.text, "苏B67890");
}

TEST_F(PassageVoteTest, TellsTheCarBehindOfTheSameFleetOnceMoreFramesAreSureOfIt)
{
    drive_by("沪A12345");
    nothing(6s);
    for (float x = 0; x < 150; x += 50)
        frame({plate("沪A12346", x, 0.75, "沪A12345")});
    ASSERT_THAT(reads, SizeIs(1)) << "flicker of the car before, for all that three frames say";
    for (float x = 150; x < 500; x += 50)
        frame({plate("沪A12346", x, 0.97)});
    ASSERT_THAT(reads, SizeIs(2));
    EXPECT_EQ(reads[1].plate.text, "沪A12346");
    EXPECT_EQ(vote.unread(), 0U);
}

TEST_F(PassageVoteTest, TellsTwoCarsInOneFrame)
{
    for (float x = 0; x < 200; x += 50)
        frame({plate("沪A12345", x), plate("苏B67890", x + 300)});
    nothing(6s);
    EXPECT_THAT(reads, SizeIs(2));
}

TEST_F(PassageVoteTest, TellsATextThatNeverMovesNoSecondTime)
{
    for (int i = 0; i < 240; ++i)
        frame({plate("沪A12345", 10)}, 1s);
    EXPECT_THAT(reads, SizeIs(1)); // a car may stand there when we begin to look
    nothing(600s);                 // a car stands before the poster
    for (int i = 0; i < 60; ++i)
        frame({plate("沪A12345", 10)}, 1s);
    EXPECT_THAT(reads, SizeIs(1));
    drive_by("沪A12345");          // the car that has parked there drives off
    EXPECT_THAT(reads, SizeIs(1)); // it was told when it was first seen
    nothing(60s);
    drive_by("沪A12345");
    EXPECT_THAT(reads, SizeIs(2));
}

TEST_F(PassageVoteTest, KeepsTheBestFrameOfThePassage)
{
    frame({plate("沪A12345", 0, 0.7, "沪A12346")});
    frame({plate("沪A12345", 50, 0.99)});
    frame({plate("沪A12345", 100, 0.8, "沪A12346")});
    ASSERT_THAT(reads, SizeIs(1));
    EXPECT_EQ(reads[0].frame.at<cv::Vec3b>(0, 0), cv::Vec3b(2, 2, 2));
    EXPECT_EQ(reads[0].located.corners[0].x, 50);
    EXPECT_EQ(reads[0].best_seen - reads[0].first_seen, 100ms);
}

TEST_F(PassageVoteTest, CountsNoPosterAsAVehicleThatWentUnread)
{
    for (int i = 0; i < 5; ++i)
        frame({plate("", 10)});
    nothing(6s);
    EXPECT_EQ(vote.unread(), 0U);
    for (int i = 0; i < 5; ++i)
        frame({plate("", static_cast<float>(50 * i))});
    nothing(6s);
    EXPECT_EQ(vote.unread(), 1U);
}

TEST_F(PassageVoteTest, FollowsNoMoreThanFourVehiclesAtOnce)
{
    std::vector<SeenPlate> jam;
    for (int i = 0; i < 9; ++i)
        jam.push_back(plate("沪A1234" + std::to_string(i), static_cast<float>(400 * i)));
    for (int i = 0; i < 3; ++i)
        frame(jam);
    EXPECT_THAT(reads, SizeIs(4));
}

TEST_F(PassageVoteTest, TellsACarThatStoodThereAtTheStartOnlyOnceItMoves)
{
    vote = PassageVote{{.confidence_min = 0.8, .arrived_after = 5s}};
    for (int i = 0; i < 20; ++i)
        frame({plate("沪A12345", 100)});
    nothing(10s); // somebody stands before it
    for (int i = 0; i < 20; ++i)
        frame({plate("沪A12345", 100)});
    EXPECT_THAT(reads, IsEmpty());
    frame({plate("沪A12345", 170)});
    frame({plate("沪A12345", 240)});
    frame({plate("沪A12345", 310)});
    EXPECT_THAT(reads, SizeIs(1));
}

TEST_F(PassageVoteTest, TellsACarThatDrivesUpRightAfterTheStart)
{
    vote = PassageVote{{.confidence_min = 0.8, .arrived_after = 5s}};
    drive_by("沪A12345");
    EXPECT_THAT(reads, SizeIs(1));
}

TEST_F(PassageVoteTest, ReadsACarThoughFourPhantomsAreFollowed)
{
    std::vector<SeenPlate> seen;
    for (int i = 0; i < 4; ++i)
        seen.push_back(plate("", static_cast<float>(1000 + 400 * i)));
    frame(seen);
    drive_by("沪A12345");
    EXPECT_THAT(reads, SizeIs(1));
}

TEST_F(PassageVoteTest, FollowsNothingThatTheDetectorHardlyBelievesIn)
{
    for (float x = 0; x < 500; x += 50) {
        frame({plate("", x)});
        auto faint = plate("", x + 1000);
        faint.located.score = 0.2;
        frame({faint});
    }
    nothing(6s);
    EXPECT_EQ(vote.unread(), 1U);
}

TEST_F(PassageVoteTest, TakesNoPhantomBesideAParkedCarForItsMove)
{
    vote = PassageVote{{.confidence_min = 0.8, .arrived_after = 5s}};
    frame({plate("", 170)});
    for (int i = 0; i < 20; ++i)
        frame({plate("沪A12345", 100)});
    for (int i = 0; i < 5; ++i)
        frame({plate("", 170)});
    frame({plate("沪A12345", 170)}); // corners that are off once
    for (int i = 0; i < 20; ++i)
        frame({plate("沪A12345", 100)});
    EXPECT_THAT(reads, IsEmpty());
}

TEST_F(PassageVoteTest, TellsAParkedCarNotAgainAfterItWasHidden)
{
    drive_by("沪A12345");
    for (int i = 0; i < 300; ++i)
        frame({plate("沪A12345", 460)}, 1s);
    nothing(30s); // a van stands before it
    for (int i = 0; i < 300; ++i)
        frame({plate("沪A12345", 460)}, 1s);
    for (int i = 0; i < 100; ++i) { // the evening's cars, and then it is too dark to read
        drive_by("苏B" + std::to_string(10000 + i * 777));
        nothing(6s);
    }
    nothing(12h);
    reads.clear();
    for (int i = 0; i < 20; ++i)
        frame({plate("沪A12345", 460)}, 1s);
    EXPECT_THAT(reads, IsEmpty());
}

TEST_F(PassageVoteTest, TellsACarThatHasLeftItsPlaceAndStandsThereAgain)
{
    drive_by("沪A12345");
    for (int i = 0; i < 300; ++i)
        frame({plate("沪A12345", 460)}, 1s);
    for (float x = 460; x < 1000; x += 50)
        frame({plate("沪A12345", x)});
    nothing(60s);
    for (int i = 0; i < 3; ++i)
        frame({plate("沪A12345", 460)});
    EXPECT_THAT(reads, SizeIs(2));
}

TEST_F(PassageVoteTest, TellsACarOnceThatRestedAndWasHiddenWhileItDroveOn)
{
    drive_by("沪A12345");
    for (int i = 0; i < 300; ++i)
        frame({plate("沪A12345", 460)}, 1s);
    nothing(8s);
    for (float x = 700; x < 1000; x += 50)
        frame({plate("沪A12345", x)});
    EXPECT_THAT(reads, SizeIs(1));
}

TEST_F(PassageVoteTest, KnowsAParkedCarInItsPlaceThoughAPhantomBesideItWasSeenLast)
{
    drive_by("沪A12345");
    for (int i = 0; i < 300; ++i)
        frame({plate("沪A12345", 460)}, 1s);
    frame({plate("", 530)});
    nothing(30s);
    for (int i = 0; i < 20; ++i)
        frame({plate("沪A12345", 460)}, 1s);
    EXPECT_THAT(reads, SizeIs(1));
}

TEST_F(PassageVoteTest, KnowsAParkedCarAlsoAfterManyOthersHaveStoodThere)
{
    drive_by("沪A12345");
    for (int i = 0; i < 300; ++i)
        frame({plate("沪A12345", 460)}, 1s);
    nothing(30s);
    for (int n = 0; n < 17; ++n) {
        for (int i = 0; i < 200; ++i)
            frame({plate("苏B" + std::to_string(10000 + n * 1777), 460)}, 1s);
        nothing(30s);
    }
    reads.clear();
    for (int i = 0; i < 20; ++i)
        frame({plate("沪A12345", 460)}, 1s);
    EXPECT_THAT(reads, IsEmpty());
}

} // namespace
} // namespace gatehouse::vision::plates
