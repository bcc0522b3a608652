#pragma once
#include <cstdint>

namespace gatehouse::vision {

// How much memory this process has in use. Opens its file when it is made: later it may not any more.
class ProcessMemory {
public:
    ProcessMemory();
    ~ProcessMemory();
    ProcessMemory(const ProcessMemory&) = delete;
    ProcessMemory& operator=(const ProcessMemory&) = delete;
    // 0 when the system does not tell.
    [[nodiscard]] std::uint64_t resident_bytes() const;

private:
    int file_;
};

} // namespace gatehouse::vision
