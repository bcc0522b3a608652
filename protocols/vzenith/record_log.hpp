#pragma once
#include "protocols/vzenith/session.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace gatehouse::vzenith {

// The camera's own records (get_max_rec_id, get_record): fills what was not heard, and proves that the live
// way works. The position moves after its records are on disk.
class RecordLog {
public:
    explicit RecordLog(Session& session);

    // Reads what is new; a record that has just been made is left for the next time, unless `all` is wanted,
    // because its live report comes first. Why not, or empty.
    asio::awaitable<std::string> catch_up(bool all);
    // For ever, at intervals; ends never.
    asio::awaitable<void> run();
    // A record was found that should have been reported and was not.
    [[nodiscard]] bool unproven() const { return unproven_; }
    // A conversation begins: what happened before it was nobody's to report.
    void begin();

private:
    struct Range {
        std::int64_t first = 0;
        std::int64_t last = 0;
    };
    asio::awaitable<std::string> find_newest();
    asio::awaitable<std::string> read_up_to(std::int64_t limit);
    asio::awaitable<std::string> fetch(std::int64_t id);
    asio::awaitable<void> take(std::int64_t id, PlateReport report);
    asio::awaitable<void> save();
    asio::awaitable<void> report_missing();
    void note_missing(std::int64_t id);

    Session& session_;
    std::optional<std::int64_t> last_; // read and on disk
    std::int64_t newest_ = 0;
    std::int64_t newest_before_ = 0; // one look earlier
    bool reading_ = false;           // one at a time
    bool supported_ = true;
    bool unproven_ = false;
    base::WallTime listening_since_{};
    std::optional<Range> missing_;
};

} // namespace gatehouse::vzenith
