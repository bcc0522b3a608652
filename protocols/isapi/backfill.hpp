#pragma once
#include "protocols/isapi/search.hpp"
#include "protocols/isapi/session.hpp"

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
        std::string picture; // path, or empty
    };
    enum class Fate { known, young, missing };

    asio::awaitable<Answer> read_access_log();
    asio::awaitable<Answer> read_plates();
    asio::awaitable<Answer> ask_plates(std::string after);
    asio::awaitable<Answer> gather(AcsSearch search, std::vector<Alert>& rows);
    // Delivers in order up to the first young row; the number of rows that are settled.
    asio::awaitable<std::size_t> settle(std::vector<Row>& rows);
    asio::awaitable<void> report_lost(const std::vector<Row>& rows);
    asio::awaitable<void> move_to(LogPosition position);
    [[nodiscard]] base::WallTime search_start() const;
    [[nodiscard]] base::WallTime device_time_of(const model::Event& event) const;
    [[nodiscard]] bool counter_fell(const std::vector<Row>& rows) const;
    [[nodiscard]] std::vector<Row> rows_of(const std::vector<Alert>& alerts);
    Fate fate_of(const Row& row);

    Session& session_;
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
