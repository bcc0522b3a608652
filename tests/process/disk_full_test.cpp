#include "tests/process/world.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

namespace gatehouse::proof {
namespace {

// A small file system of its own.
class SmallDisk {
public:
    explicit SmallDisk(const std::string& place) : place_(place)
    {
        std::filesystem::create_directories(place);
        if (::mount("tmpfs", place.c_str(), "tmpfs", 0, "size=48m") != 0) why_ = std::strerror(errno);
    }
    ~SmallDisk()
    {
        if (why_.empty()) ::umount2(place_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    [[nodiscard]] const std::string& why() const { return why_; }
    // To the last byte, but for `left` bytes.
    void fill(off_t left = 0) const
    {
        const int file =
            ::open((place_ + "/filler").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        const std::vector<char> block(64UL * 1024, 'x');
        for (std::size_t size = block.size(); size > 0;)
            if (::write(file, block.data(), size) <= 0) size /= 2;
        const auto whole = ::lseek(file, 0, SEEK_END);
        EXPECT_EQ(::ftruncate(file, std::max<off_t>(0, whole - left)), 0);
        ::close(file);
    }
    void free() const { std::filesystem::remove(place_ + "/filler"); }

private:
    std::string place_;
    std::string why_;
};

class DiskFull : public World {
protected:
    std::string disk_word() { return text_at("disk"); }
    std::string text_at(const char* key)
    {
        const auto status = gateway.status();
        return status.is_object() && status.as_object().contains(key)
                   ? std::string(status.at(key).as_string())
                   : std::string();
    }
    bool raised(const std::string& kind) const
    {
        const auto is_it = [&](const Delivery& delivery) {
            return delivery.type == "cn.gatehouse.alert.raised.v1" &&
                   delivery.data.find("\"" + kind + "\"") != std::string::npos;
        };
        return std::any_of(centre.deliveries().begin(), centre.deliveries().end(), is_it);
    }
};

TEST_F(DiskFull, NothingAcknowledgedIsLostAndItRecoversByItself)
{
    const SmallDisk disk(scratch.file("small"));
    if (!disk.why().empty()) GTEST_SKIP() << "a small disk cannot be mounted: " << disk.why();
    gateway.data_dir = scratch.file("small") + "/data";
    gateway.more = "[retention]\ndisk_reserve_bytes = 16777216\n";
    plan(small_site(5));
    ASSERT_NO_FATAL_FAILURE(start());
    centre.pump(1s);
    for (int times = 0; times < 3; ++times) { // what it frees by itself is taken again
        disk.fill();
        centre.pump(1s);
    }
    EXPECT_TRUE(until([&] { return disk_word() != "ok"; }, 90s))
        << "status does not tell that the disk is full";
    disk.fill();
    centre.pump(3s);
    EXPECT_TRUE(gateway.process().running());
    EXPECT_NE(gateway.cli({"status"}).code, 0);
    disk.free();
    EXPECT_TRUE(until([&] { return disk_word() == "ok"; }, 100s)) << disk_word();
    EXPECT_TRUE(gateway.process().running());
    settle_and_prove();
}

TEST_F(DiskFull, AlarmsAreKeptAndToldWhenNothingElseIs)
{
    const SmallDisk disk(scratch.file("small"));
    if (!disk.why().empty()) GTEST_SKIP() << "a small disk cannot be mounted: " << disk.why();
    gateway.data_dir = scratch.file("small") + "/data";
    gateway.more = "[retention]\ndisk_reserve_bytes = 16777216\n";
    plan({{"face-1", "face", true, 0, "", ""}});
    ASSERT_NO_FATAL_FAILURE(start());
    gateway.kill();
    disk.fill(2 << 20);
    gateway.launch(); // it does not call itself ready on a full disk
    ASSERT_TRUE(until([&] { return disk_word().starts_with("full"); }, 15s)) << disk_word();
    (void)estate->tell("emit face-1 tamper");
    EXPECT_TRUE(until([&] { return raised("tamper"); }, 20s)) << "an alarm was lost to the full disk";
    (void)estate->tell("emit face-1 face");
    EXPECT_TRUE(until([&] { return estate->pending() == 1; }, 20s))
        << "a passage was taken, or the alarm was not";
    disk.free();
    EXPECT_TRUE(until([&] { return disk_word() == "ok"; }, 100s)) << disk_word();
    settle_and_prove();
}

} // namespace
} // namespace gatehouse::proof
