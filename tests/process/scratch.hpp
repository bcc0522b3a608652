#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace gatehouse::proof {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;

// A directory of its own below /tmp, gone at the end; kept when GATEHOUSE_KEEP is set or the test failed.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

// A loopback port that nobody has and that was not given before: who asks may bind it later. Outside the
// range the kernel takes for outgoing connections: there, a client that calls a dead server could be given
// the very port and talk to itself.
[[nodiscard]] std::uint16_t free_port();

void write_file(const std::filesystem::path& file, const std::string& text);
[[nodiscard]] std::string read_text(const std::filesystem::path& file);

// GATEHOUSE_SEED, else drawn; printed, so that a failure can be repeated.
[[nodiscard]] std::uint64_t seed_of_run();
// True when GATEHOUSE_LONG is set: more rounds.
[[nodiscard]] bool long_run();

} // namespace gatehouse::proof
