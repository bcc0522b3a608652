#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "protocols/osdp/config.hpp"
#include "protocols/osdp/recorder.hpp"

#include <memory>
#include <string>

namespace gatehouse::osdp {

// What came back for one frame; `error` when nothing did.
struct Heard {
    base::error_code error;
    bool sent = false; // at least a part of the frame went out
    std::optional<Frame> frame;
};

// The connection to a line of readers, with one exchange at a time (sheet §1, §2); the driver's loop is the
// only one who asks. Searches the awaited answer in whatever comes and counts the rest. io thread only.
class Line {
public:
    Line(const Config& config, asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics);

    // The connection from now on; the one before has been dropped.
    void open(std::unique_ptr<base::ByteStream> stream);
    void drop();
    [[nodiscard]] bool connected() const { return stream_ != nullptr; }
    // Drops it and waits for the end of the reading.
    asio::awaitable<void> close();

    // Sends and waits for the answer of this reader with this number. A BUSY and a NAK may carry 0 instead.
    // Errors: unreachable (no connection), timed_out, closed, and those of the connection.
    asio::awaitable<Heard> exchange(Bytes bytes, std::uint8_t address, std::uint8_t sequence);

    [[nodiscard]] base::WallTime heard_at() const { return heard_at_; }
    Recorder recorder;

private:
    using StreamPtr = std::shared_ptr<base::ByteStream>;

    asio::awaitable<void> read(StreamPtr stream);
    asio::awaitable<Heard> await_answer(std::uint8_t address, std::uint8_t sequence);
    std::optional<Frame> find(std::uint8_t address, std::uint8_t sequence);
    void count(const char* reason);

    const Config& config_;
    asio::any_io_executor executor_;
    base::Clock& clock_;
    base::Metrics& metrics_;
    StreamPtr stream_;
    Bytes input_;
    base::MonoTime quiet_until_{};
    base::WallTime heard_at_{};
    base::Wakeup heard_;
    std::unique_ptr<base::TaskGroup> reading_; // last: its task uses the members above
};

} // namespace gatehouse::osdp
