#include "tests/unit/gateway/passage/story.hpp"

#include <gmock/gmock.h>

namespace gatehouse::passage {
namespace {

using tests::Case;
using tests::Lines;
using tests::Story;

TEST(DoorWatch, TellsWhatEachPersonDid)
{
    const std::vector<Case> cases{
        {"a resident goes in",
         "0 face 1001 open \n 1 door opened \n 4 door closed",
         {"passed 1001 by device proof door"}},
        {"a resident goes in at a door without a contact", "0 face 1001 open", {"passed 1001 by device"}},
        {"only the lock is told",
         "0 face 1001 open \n 0.1 door unlocked \n 5 door locked",
         {"passed 1001 by device"}},
        {"a stranger is refused", "0 face - refuse \n 3 face - refuse", {"backed_off -"}},
        {"recognised at the second try",
         "0 face - refuse \n 3 face 1001 open \n 4 door opened \n 6 door closed",
         {"passed 1001 by device proof door"}},
        {"let in and not going in",
         "0 door closed \n 10 face 1001 open \n 15 door unlocked",
         {"timed_out 1001 by device"}},
        {"two of them while the door is open",
         "0 face 1001 open \n 1 door opened \n 2 face 1002 open \n 6 door closed \n 7 door opened \n 9 door "
         "closed",
         {"passed 1001 by device proof door", "passed 1002 by device proof door"}},
        {"somebody goes out by the handle",
         "0 door opened \n 3 door closed",
         {"passed - by hand proof door manual no_read"}},
        {"the door is forced",
         "0 door forced_open \n 9 door closed",
         {"passed - by hand proof door forced manual no_read"}},
        {"the device tells the forced door twice",
         "0 door opened \n 0.1 door forced_open \n 9 door closed",
         {"passed - by hand proof door forced manual no_read"}},
        {"the door is held open",
         "0 face 1001 open \n 1 door opened \n 31 door held_open \n 40 door closed",
         {"passed 1001 by device proof door held"}},
        {"a fire opens, and nobody is there", "0 order fire", {}},
        {"a fire opens, and somebody walks out",
         "0 order fire \n 3 door opened \n 6 door closed",
         {"passed - by fire proof door no_read"}},
        {"the guard opens",
         "0 order cli \n 1 door opened \n 3 door closed",
         {"passed - by cli proof door manual no_read"}},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.name);
        Story story({tests::door_lane()});
        story.tell(one.story);
        story.end();
        EXPECT_EQ(story.passages(), one.passages);
    }
}

TEST(DoorWatch, GoesOnAfterARestartInTheMiddle)
{
    const Lines steps{"0 face 1001 open", "1 door opened", "4 door closed", "30 face - refuse"};
    for (std::size_t cut = 0; cut <= steps.size(); ++cut) {
        Story story({tests::door_lane()});
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (i == cut) story.restart();
            story.tell(steps[i]);
        }
        story.end();
        EXPECT_EQ(story.passages(), (Lines{"passed 1001 by device proof door", "backed_off -"}))
            << "restart before step " << cut;
    }
}

} // namespace
} // namespace gatehouse::passage
