#include "vision/evidence/flaw.hpp"
#include "vision/evidence/order.hpp"
#include "vision/evidence/policy.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision::evidence {
namespace {

base::error_code refusal(std::string_view json)
{
    const auto order = read_order(json);
    return order ? base::error_code() : order.error();
}

TEST(EvidenceOrder, IsReadAsItWasWritten)
{
    const auto order = read_order(R"({"purpose":"report","recipient":"centre","crop":[0.1,0.2,0.9,0.5],
        "keep_plate":"沪A12345","keep_plate_box":[0,0,0.5,1],"text":["东门进口","2026-11-27 08:00:00"],
        "bytes_max":100000,"width_max":1280})");
    ASSERT_TRUE(order);
    EXPECT_EQ(order->purpose, Purpose::report);
    EXPECT_EQ(order->recipient, Recipient::centre);
    EXPECT_EQ(*order->crop, cv::Rect2d(0.1, 0.2, 0.9, 0.5));
    EXPECT_EQ(order->keep_plate, "沪A12345");
    EXPECT_EQ(*order->keep_plate_box, cv::Rect2d(0, 0, 0.5, 1));
    EXPECT_EQ(order->text, (std::vector<std::string>{"东门进口", "2026-11-27 08:00:00"}));
    EXPECT_EQ(order->bytes_max, 100'000U);
    EXPECT_EQ(order->width_max, 1280);
}

TEST(EvidenceOrder, ThatSaysNothingMasksEverything)
{
    const auto order = read_order("{}");
    ASSERT_TRUE(order);
    EXPECT_EQ(order->recipient, Recipient::everybody);
    EXPECT_EQ(masks_for(order->purpose, order->recipient), (Masks{true, PlateMask::all}));
}

TEST(EvidenceOrder, WithAMemberThatIsNotKnownIsRefused)
{
    EXPECT_EQ(refusal(R"({"recipiant":"police"})"), Flaw::unknown_member); // would have been masked otherwise
}

TEST(EvidenceOrder, OutOfItsRangesIsRefusedWithTheReason)
{
    EXPECT_EQ(refusal("[]"), Flaw::no_json);
    EXPECT_EQ(refusal("{} {}"), Flaw::no_json);
    EXPECT_EQ(refusal(R"({"purpose":"art"})"), Flaw::purpose);
    EXPECT_EQ(refusal(R"({"recipient":7})"), Flaw::recipient);
    EXPECT_EQ(refusal(R"({"crop":[0,0,1]})"), Flaw::region);
    EXPECT_EQ(refusal(R"({"crop":[0.5,0,0.6,1]})"), Flaw::region);
    EXPECT_EQ(refusal(R"({"crop":[0,0,0,1]})"), Flaw::region);
    EXPECT_EQ(refusal(R"({"crop":[1,0,0.0000001,1]})"), Flaw::region);
    EXPECT_EQ(refusal(R"({"crop":[0,0,1e999,1]})"), Flaw::region);
    EXPECT_EQ(refusal(R"({"text":["1","2","3","4","5","6","7","8","9"]})"), Flaw::text);
    EXPECT_EQ(refusal(R"({"text":["1",2]})"), Flaw::text);
    EXPECT_EQ(refusal(R"({"bytes_max":100})"), Flaw::budget);
    EXPECT_EQ(refusal(R"({"width_max":20})"), Flaw::width);
}

TEST(EvidenceOrder, TakesTheEdgeOfThePictureForAllItsRoundings)
{
    EXPECT_FALSE(refusal(R"({"crop":[0.1,0.7000001,0.9,0.3]})"));
}

TEST(EvidenceOrder, HasNoControlCharactersInItsText)
{
    const auto order = read_order("{\"text\":[\"a\\u0000b\\nc\"]}");
    ASSERT_TRUE(order);
    EXPECT_EQ(order->text.front().find_first_of(std::string_view("\0\n", 2)), std::string::npos);
}

// domain.md P-10, P-11, P-18: the table of vision/evidence/README.md.
TEST(EvidencePolicy, ShowsFacesAndForeignPlatesOnlyToTheGuardAndToLawfulRetrieval)
{
    const Masks nothing{false, PlateMask::none};
    const Masks others{true, PlateMask::foreign};
    const Masks all{true, PlateMask::all};
    for (const auto purpose : {Purpose::alert, Purpose::report, Purpose::handover, Purpose::test})
        for (const auto recipient :
             {Recipient::staff, Recipient::police, Recipient::centre, Recipient::everybody}) {
            const bool is_guard = purpose == Purpose::alert && recipient == Recipient::staff;
            const bool is_lawful = purpose == Purpose::handover && recipient == Recipient::police;
            const bool is_open = recipient == Recipient::everybody || purpose == Purpose::test;
            EXPECT_EQ(masks_for(purpose, recipient), is_guard || is_lawful ? nothing
                                                     : is_open             ? all
                                                                           : others)
                << to_string(purpose) << " " << to_string(recipient);
        }
}

} // namespace
} // namespace gatehouse::vision::evidence
