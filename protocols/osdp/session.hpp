#pragma once
#include "protocols/net/queued_session.hpp"
#include "protocols/osdp/config.hpp"
#include "protocols/osdp/line.hpp"

#include <set>
#include <string>

namespace gatehouse::osdp {

// What the readers of one line share: the line, the way to the journal, what was told of their conditions
// (also over a restart of ours), and what status() shows. Knows no reader. io thread only.
class Session : public net::QueuedSession {
public:
    Session(Config config, device::DriverContext context);

    // ---- what we observed ----
    // Never waits: no exchange on the line waits for a disk. In order.
    void report(model::Event event);
    void report(model::Body body);
    // Conditions that last: told once when they begin and once when they are over.
    void set_health(const std::string& what, bool ok, const std::string& detail);
    void set_tamper(const std::string& part, bool active);
    // "reader", or "reader 2" when the line has several.
    [[nodiscard]] std::string name_of(const std::string& what, const ReaderConfig& reader) const;

    // What was reported is offered once more, then line and way to the journal close.
    asio::awaitable<void> finish();

    // Unique at this device for as long as the clock does not go back: readers number nothing.
    [[nodiscard]] std::string next_key(int reader);

    Config config;
    Line line;
    base::Wakeup work; // notified when the loop has something to do before a reader's next turn

private:
    void keep_told();
    asio::awaitable<void> save_told();

    std::set<std::string> conditions_; // "health reader 2", "tamper case": told and not over
    bool saving_ = false;
    std::string saved_;
    std::uint64_t keys_made_ = 0;
    std::int64_t begun_ = 0;
};

} // namespace gatehouse::osdp
