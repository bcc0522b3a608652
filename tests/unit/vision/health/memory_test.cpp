#include "tests/unit/vision/health/scene.hpp"
#include "vision/health/memory.hpp"

namespace gatehouse::vision::health {
namespace {

using namespace std::chrono_literals;

const base::WallTime first_day{std::chrono::hours(24 * 365)};

void learn_for_a_minute(Memory& memory, const cv::Mat& picture, Mode mode, base::WallTime from)
{
    const auto view = look_at(picture);
    for (int second = 0; second < 60; ++second)
        memory.learn(view, mode, from + std::chrono::seconds(second), 22, 1s);
}

TEST(Memory, KeepsNoPictureForMoreThanAWeekButWhatItLearntOfIt)
{
    Memory memory(30s);
    learn_for_a_minute(memory, drawn_gate(), Mode::infrared, first_day);
    learn_for_a_minute(memory, drawn_gate(), Mode::colour, first_day + 6 * 24h);
    ASSERT_TRUE(memory.learned(Mode::infrared));
    EXPECT_FALSE(memory.recent(Mode::infrared).picture.empty());
    const auto news = memory.news();
    learn_for_a_minute(memory, drawn_gate(), Mode::colour, first_day + 8 * 24h);
    EXPECT_TRUE(memory.recent(Mode::infrared).picture.empty());
    EXPECT_TRUE(memory.learned(Mode::infrared)) << "a summer without dusk is no reason to begin anew";
    EXPECT_FALSE(memory.recent(Mode::colour).picture.empty());
    EXPECT_GT(memory.news(), news) << "the file must forget it too";
    Memory again(30s);
    ASSERT_TRUE(again.read(memory.write()));
    EXPECT_TRUE(again.learned(Mode::infrared));
}

TEST(Memory, CountsViewsAsFarAsAFileCanHoldThem)
{
    Reference reference;
    const auto view = look_at(drawn_gate());
    reference.blend(view, 0.5);
    reference.views = Reference::views_max;
    reference.blend(view, 0.5);
    EXPECT_EQ(reference.views, Reference::views_max);
    Reference kept;
    kept.blend(reference, 0.5);
    kept.blend(reference, 0.5);
    EXPECT_EQ(kept.views, Reference::views_max);
}

} // namespace
} // namespace gatehouse::vision::health
