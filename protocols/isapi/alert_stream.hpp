#pragma once
#include "protocols/isapi/multipart.hpp"
#include "protocols/isapi/session.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::isapi {

// The endless answer to GET alertStream: documents become events, pictures join the event before them. The
// driver reads it until the device is gone; one that is only quiet is asked for a new stream. A document
// nobody understands is counted and never ends it.
class AlertStream {
public:
    explicit AlertStream(Session& session);

    // Errors: those of the HTTP client; unsupported when this model has no such stream, overloaded when
    // others hold all that it has.
    asio::awaitable<base::Result<void>> open();
    // Resumes with the reason, in one plain sentence, when the stream is over.
    asio::awaitable<std::string> read();
    // The stream is to be given up for this reason: events no longer come by it.
    void give_up(std::string why);
    [[nodiscard]] const std::string& refusal() const { return refusal_; }

private:
    // An event that waits for its pictures, or for its second post.
    struct Held {
        Mapped mapped;
        int pictures_missing = 0;
        std::uint64_t ticket = 0;
    };

    asio::awaitable<base::error_code> refused(std::string content_type);
    asio::awaitable<std::string> read_bytes();
    asio::awaitable<void> watch_silence();
    asio::awaitable<std::string> revive();
    asio::awaitable<void> take_parts();
    asio::awaitable<void> take_document(Part part);
    asio::awaitable<void> take_picture(Part part);
    asio::awaitable<void> take_event(Mapped mapped);
    asio::awaitable<void> deliver_open();
    std::vector<Mapped> take_held();
    asio::awaitable<void> expire(std::uint64_t ticket);
    void count_flaws();

    Session& session_;
    std::unique_ptr<net::HttpStream> stream_;
    std::optional<Multipart> parts_;
    std::optional<Held> open_;             // its pictures come next
    std::map<std::string, Held> promised_; // first posts by device_key; bounded
    std::uint64_t tickets_ = 0;
    std::uint64_t flaws_counted_ = 0;
    std::string refusal_;
    std::string give_up_;
    std::optional<base::MonoTime> waiting_since_; // while a read waits for bytes
    bool silent_ = false;                         // the stream was closed because it said nothing
    base::TaskGroup timers_;
};

} // namespace gatehouse::isapi
