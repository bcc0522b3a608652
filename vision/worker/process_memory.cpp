#include "vision/worker/process_memory.hpp"

#include <array>
#include <charconv>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace gatehouse::vision {

ProcessMemory::ProcessMemory() : file_(open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {}

ProcessMemory::~ProcessMemory()
{
    if (file_ >= 0) close(file_);
}

// proc(5), statm: the second number is the resident set in pages.
std::uint64_t ProcessMemory::resident_bytes() const
{
    std::array<char, 128> line;
    const auto got = pread(file_, line.data(), line.size(), 0);
    if (got <= 0) return 0;
    const std::string_view text(line.data(), static_cast<std::size_t>(got));
    const auto second = text.find(' ') + 1;
    std::uint64_t pages = 0;
    std::from_chars(text.data() + second, text.data() + text.size(), pages);
    return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

} // namespace gatehouse::vision
