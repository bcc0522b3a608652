// A lane whose camera recognises nothing: the worker reads the plates, and the barrier opens for those that
// are listed.
#include "tests/process/camera_world.hpp"

namespace gatehouse::proof {
namespace {

class PlainCamera : public CameraWorld {
protected:
    // A car drives up and is read as an event of this type; false when the centre is not told of it.
    bool drives_up(const std::string& plate, const std::string& type)
    {
        EXPECT_EQ(tell_camera("pass", plate), "ok");
        return until([&] { return told(type, {plate}); }, 30s);
    }
};

TEST_F(PlainCamera, OpensForAListedCarOnceAndForNoOtherByDayAndByNight)
{
    ASSERT_NO_FATAL_FAILURE(start_gate(1, "", "plate_confidence = 0.4"));
    ASSERT_NO_FATAL_FAILURE(list("沪A12345"));
    EXPECT_TRUE(drives_up("沪A12345", "vehicle.passed"));
    EXPECT_TRUE(until([&] { return openings() == 1; }, 5s)) << openings();
    EXPECT_TRUE(drives_up("沪B67890", "vehicle.refused"));
    EXPECT_EQ(tell_camera("light", "night"), "ok");
    EXPECT_TRUE(drives_up("沪C24680", "vehicle.refused"));
    EXPECT_EQ(openings(), 1U) << "it opened twice for one car, or for a stranger";
    ASSERT_NO_FATAL_FAILURE(list("沪D13579"));
    EXPECT_TRUE(drives_up("沪D13579", "vehicle.passed"));
    EXPECT_TRUE(until([&] { return openings() == 2; }, 5s)) << openings();
    settle_and_prove_records();
    EXPECT_EQ(openings(), 2U);
}

} // namespace
} // namespace gatehouse::proof
