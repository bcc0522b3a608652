#pragma once
#include "protocols/dahua/session.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::dahua {

// The terminal's own log (AccessControlCardRec, sheet §5): fills what was missed while there was no stream,
// and proves that the live way works. The position, the highest RecNo taken, moves only after its records
// are on disk.
class Backfill {
public:
    // on_silent: the device records what it no longer tells.
    Backfill(Session& session, std::function<void(std::string)> on_silent);

    // Everything since the position. Errors of the device come as the answer.
    asio::awaitable<Answer> catch_up();
    // Again and again; a child of the conversation.
    asio::awaitable<void> run();
    // Whether the log can be read.
    asio::awaitable<Answer> probe();
    // Another device: its log is read as at the first contact.
    asio::awaitable<void> forget();
    // From now on events are expected by the live way.
    void live_from_now() { live_since_ = session_.context.clock.wall(); }
    void not_live() { live_since_.reset(); }

private:
    struct Page {
        std::vector<Tree> rows;
        std::int64_t total = 0;
    };
    struct Position {
        std::int64_t record = 0;
        std::int64_t time = 0; // of that record, as the device stamped it
    };

    asio::awaitable<Answer> ask(std::int64_t offset, std::int64_t count, Page& page);
    asio::awaitable<Answer> gather(std::vector<Tree>& rows);
    asio::awaitable<Answer> gather_backwards(std::vector<Tree>& rows, std::int64_t total,
                                             std::int64_t in_page);
    // Takes what is new; false when a known row was among them.
    bool keep_new(Page page, std::vector<Tree>& rows);
    asio::awaitable<void> take(std::vector<Tree> rows);
    asio::awaitable<void> begin_anew();
    [[nodiscard]] bool counts_anew(std::int64_t highest) const;
    [[nodiscard]] Mapped event_of(const json::object& row);
    [[nodiscard]] std::optional<Mapped> missed(const json::object& row);
    asio::awaitable<void> move_to(Position position);
    [[nodiscard]] std::int64_t device_seconds(base::WallTime time) const;

    Session& session_;
    std::function<void(std::string)> on_silent_;
    std::optional<Position> position_; // none: the first contact
    std::optional<base::WallTime> live_since_;
    bool seeks_ = true; // the firmware can page
    bool mute_ = false;
    bool reached_known_ = false;
    bool busy_ = false;
};

} // namespace gatehouse::dahua
