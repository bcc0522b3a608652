#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "protocols/modbus/config.hpp"
#include "protocols/modbus/pdu.hpp"
#include "protocols/net/recorder.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace gatehouse::modbus {

// How a board answered one question; `error` when there was no answer at all.
struct Answer {
    base::error_code error;
    bool sent = false;         // at least a part of the question went out
    base::MonoTime asked_at{}; // what the board says is from then at the earliest
    Reply reply;
    [[nodiscard]] bool ok() const { return !error && reply.exception == Exception::none; }
    // One plain sentence why it is not ok.
    [[nodiscard]] std::string why() const;
};

// One connection to a board or bus, with one question at a time on it (sheet §1). Whoever asks waits for his
// turn, for the pause between two frames, and after an answer that did not come for as long as it may still
// come late: on a serial line nothing else tells it from the answer to the next question. io thread only.
class Line {
public:
    Line(const Config& config, asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics);

    // The connection from now on; the one before has been dropped.
    void open(std::unique_ptr<base::ByteStream> stream);
    void drop();
    [[nodiscard]] bool connected() const { return stream_ != nullptr; }
    // Drops it and waits for the end of the reading.
    asio::awaitable<void> close();

    using Wanted = std::function<bool()>;
    // `wanted` is asked at the last moment: false, and nothing is sent. Errors: unreachable (no connection),
    // conflict (no longer wanted), timed_out, bad_input (what came was no answer to this), closed.
    asio::awaitable<Answer> ask(Request request, milliseconds limit, const Wanted* wanted = nullptr);

    // When the board was heard last.
    [[nodiscard]] base::WallTime heard_at() const { return heard_at_; }

    // What goes over the line, in the form that explain_recording() reads.
    net::Recorder recorder;

private:
    class Turn;
    using StreamPtr = std::shared_ptr<base::ByteStream>;

    asio::awaitable<void> read(StreamPtr stream);
    void take(View bytes);
    asio::awaitable<Answer> await_reply(Request request, Bytes frame, milliseconds limit);
    [[nodiscard]] Bytes frame_of(const Request& request);
    std::optional<Reply> find(const Request& request, const Bytes& frame);
    std::optional<Reply> find_tcp(const Request& request);
    bool drop_echo(const Request& request, const Bytes& frame);
    void count(const char* reason);
    void record(char direction, View bytes);

    const Config& config_;
    asio::any_io_executor executor_;
    base::Clock& clock_;
    base::Metrics& metrics_;
    StreamPtr stream_;
    Bytes input_;
    bool echoed_ = false;           // our own frame came back already
    bool broken_ = false;           // not Modbus TCP
    std::deque<const Turn*> queue_; // the first has his turn
    std::uint16_t transaction_ = 0;
    base::MonoTime quiet_until_{};
    base::WallTime heard_at_{};
    base::Wakeup turn_;
    base::Wakeup heard_;
    std::unique_ptr<base::TaskGroup> reading_; // last: its task uses the members above
};

} // namespace gatehouse::modbus
