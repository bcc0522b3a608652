#include "tests/process/world.hpp"

namespace gatehouse::proof {
namespace {

// The package faketime's library, which lets one process live in another time.
std::string library()
{
    for (const auto* place : {"/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
                              "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"})
        if (std::filesystem::exists(place)) return place;
    return "";
}

class ClockJumps : public World {
protected:
    // Only the wall clock jumps; CLOCK_MONOTONIC never does on a real machine either.
    void live_in(const std::string& offset)
    {
        write_file(time_file_, offset + "\n");
        constexpr std::size_t some = 30;
        const auto before = centre.deliveries().size();
        EXPECT_TRUE(until([&] { return centre.deliveries().size() > before + some; }, 30s)) << offset;
    }

    std::string time_file_ = scratch.file("time");
};

TEST_F(ClockJumps, NothingIsLostAndNumbersOnlyGrow)
{
    const auto fake = library();
    if (fake.empty()) GTEST_SKIP() << "the package faketime is not installed";
    write_file(time_file_, "+0\n");
    gateway.environment = {"LD_PRELOAD=" + fake + ":" GATEHOUSE_KEPT_CLOCK,
                           "FAKETIME_TIMESTAMP_FILE=" + time_file_, "FAKETIME_NO_CACHE=1",
                           "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1"};
    plan(small_site(10));
    ASSERT_NO_FATAL_FAILURE(start());
    for (const auto* offset : {"+0", "+3h", "-2h", "+400d", "+0", "-1d", "+0"})
        live_in(offset);
    gateway.kill();
    write_file(time_file_, "-3h\n");
    ASSERT_NO_FATAL_FAILURE(launch_again());
    live_in("-3h");
    write_file(time_file_, "+0\n");
    settle_and_prove();
    std::set<std::string> years;
    for (const auto& delivery : centre.deliveries())
        years.insert(delivery.received.substr(0, 4));
    EXPECT_GE(years.size(), 2U) << "the gateway never saw another time";
}

} // namespace
} // namespace gatehouse::proof
