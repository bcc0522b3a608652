#include "vision/link/frame.hpp"

#include <gtest/gtest.h>

using namespace gatehouse;
using namespace gatehouse::vision;

namespace {

std::string written(const Frame& frame)
{
    auto bytes = encode_frame(frame);
    EXPECT_TRUE(bytes);
    return bytes ? *bytes : std::string();
}

TEST(VisionFrame, HasTheLayoutThatItsHeaderSays)
{
    const std::string expected("VGHE\x01\x07\x02\x00\x02\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00{}abc",
                               25);
    EXPECT_EQ(written({7, "{}", {"abc", ""}}), expected);
}

TEST(VisionFrame, IsReadBackAsItWasWrittenAndLeavesWhatComesBehindIt)
{
    const auto bytes = written({7, "{}", {"abc", ""}});
    const auto step = decode_frame(bytes + "VG");
    ASSERT_TRUE(step.frame);
    EXPECT_EQ(step.consumed, bytes.size());
    EXPECT_EQ(step.frame->type, 7);
    EXPECT_EQ(step.frame->json, "{}");
    EXPECT_EQ(step.frame->blobs, (std::vector<std::string>{"abc", ""}));
}

TEST(VisionFrame, WaitsForMoreAtEveryPlaceWhereItMayBeCut)
{
    const auto bytes = written({7, "{}", {"abc"}});
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto step = decode_frame(std::string_view(bytes).substr(0, size));
        EXPECT_EQ(step.consumed, 0U) << size;
        EXPECT_FALSE(step.frame) << size;
        EXPECT_FALSE(step.flaw) << size;
    }
}

TEST(VisionFrame, OfAnotherMagicOrVersionIsRefused)
{
    auto bytes = written({7, "{}", {}});
    bytes[4] = 2;
    EXPECT_EQ(decode_frame(bytes).flaw, base::Errc::bad_input);
    bytes[4] = 1;
    bytes[0] = 'X';
    EXPECT_EQ(decode_frame(bytes).flaw, base::Errc::bad_input);
}

TEST(VisionFrame, ThatSaysItIsTooLargeIsRefusedByItsHeadAlone)
{
    auto bytes = written({7, "{}", {""}}).substr(0, frame_head_size + 4);
    bytes[frame_head_size + 3] = 1; // a blob of 16 MiB
    EXPECT_EQ(decode_frame(bytes).flaw, base::Errc::too_large);
    auto many = written({7, "{}", {}});
    many[6] = frame_blobs_max + 1;
    EXPECT_EQ(decode_frame(many).flaw, base::Errc::too_large);
}

TEST(VisionFrame, BeyondTheBoundsIsNotWritten)
{
    EXPECT_EQ(encode_frame({1, std::string(frame_json_max + 1, ' '), {}}).error(), base::Errc::too_large);
    EXPECT_EQ(encode_frame({1, "{}", {std::string(frame_size_max, 'x')}}).error(), base::Errc::too_large);
    EXPECT_EQ(encode_frame({1, "{}", std::vector<std::string>(frame_blobs_max + 1)}).error(),
              base::Errc::too_large);
}

} // namespace
