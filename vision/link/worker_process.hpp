#pragma once
#include "gateway/base/byte_stream.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace gatehouse::vision {

// One worker that runs, seen from the daemon. Nothing here waits.
class WorkerProcess {
public:
    virtual ~WorkerProcess() = default;
    [[nodiscard]] virtual base::ByteStream& stream() = 0; // our end of the socket pair
    [[nodiscard]] virtual int pid() const = 0;
    // Bytes in memory; 0 when that cannot be seen.
    [[nodiscard]] virtual std::uint64_t resident_bytes() const = 0;
    virtual void kill() noexcept = 0; // SIGKILL
    // How it ended, as one sentence; nothing while it still runs. Leaves no zombie.
    [[nodiscard]] virtual std::optional<std::string> ended() = 0;
};

// Starts one. Errors: those of the operating system (no such file ...).
using SpawnWorker = std::function<base::Result<std::unique_ptr<WorkerProcess>>()>;

} // namespace gatehouse::vision
