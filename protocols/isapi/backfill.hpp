#pragma once
#include "protocols/isapi/search.hpp"
#include "protocols/isapi/session.hpp"
#include "protocols/isapi/stored_pictures.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::isapi {

// Reads the device's own record log (sheet §7): at first contact, after every gap, and regularly to prove
// that the live way still brings what the device records (pains 1). Rows that came live are left out; a row
// that the live way should have brought and did not is delivered as history, and when nothing came since, the
// way is called silent.
class Backfill {
public:
    // `on_silent` is told when the live way proved to be dead although bytes still flow.
    Backfill(Session& session, std::function<void(std::string why)> on_silent);

    // The live way is open from now on; rows from before belong to the gap.
    void live_from_now() { live_since_ = session_.context.clock.wall() + opening_doubt; }
    void not_live() { live_since_.reset(); }
    // Reads what is new in the log. Durable before the position moves.
    asio::awaitable<Answer> catch_up();
    // Whether the log can be read; takes nothing.
    asio::awaitable<Answer> probe();
    // Reads at once and then regularly. A child of the conversation.
    asio::awaitable<void> run();

private:
    struct Row {
        Mapped mapped;
        std::uint64_t serial = 0;
        std::string plate_time;
    };
    enum class Fate { known, young, missing };
    // A span of the log that one search can hold.
    struct Slice {
        std::vector<Alert> alerts;
        base::WallTime to{};
        bool whole = true;
    };

    asio::awaitable<Answer> read_access_log();
    asio::awaitable<Answer> read_plates();
    asio::awaitable<Answer> read_plates(std::chrono::milliseconds shift);
    asio::awaitable<Answer> ask_plates(std::string after);
    [[nodiscard]] static std::string next_after(const std::vector<Row>& rows, const std::string& after);
    asio::awaitable<Answer> gather(base::WallTime from, base::WallTime to, Slice& slice);
    asio::awaitable<Answer> gather_page(const AcsSearch& search, AcsPage& page);
    asio::awaitable<bool> take(std::vector<Alert> alerts);
    // Delivers in order up to the first young row; the number of rows that are settled.
    asio::awaitable<std::size_t> settle(std::vector<Row>& rows);
    asio::awaitable<void> report_lost(const std::vector<Row>& rows);
    asio::awaitable<void> report_skipped(base::WallTime from, base::WallTime to);
    asio::awaitable<void> move_over(const Row& row, std::chrono::milliseconds shift);
    [[nodiscard]] base::WallTime search_start() const;
    [[nodiscard]] std::chrono::milliseconds clock_offset() const;
    [[nodiscard]] std::chrono::milliseconds stamp_shift() const;
    [[nodiscard]] bool counter_fell(const std::vector<Row>& rows) const;
    [[nodiscard]] std::vector<Row> rows_of(const std::vector<Alert>& alerts);
    Fate fate_of(const Row& row);

    Session& session_;
    StoredPictures pictures_;
    std::function<void(std::string)> on_silent_;
    base::WallTime started_;
    // A device stamps whole seconds, our knowledge of its clock is about as coarse, and a record may fall
    // between the last look at the log and the opening of the stream: what it dates into this span proves
    // nothing.
    static constexpr std::chrono::seconds opening_doubt{2};
    std::optional<base::WallTime> live_since_;
    std::map<std::string, base::MonoTime> first_seen_; // young rows by key
    bool mute_ = false;
    std::size_t plates_path_ = 0;
};

} // namespace gatehouse::isapi
