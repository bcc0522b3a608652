#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/device/driver.hpp"
#include "protocols/net/delivery.hpp"
#include "protocols/osdp/config.hpp"
#include "protocols/osdp/line.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace gatehouse::osdp {

// What the readers of one line share: the line, the way to the journal, what was told of their conditions
// (also over a restart of ours), and what status() shows. Knows no reader. io thread only.
class Session {
public:
    Session(Config config, device::DriverContext context);

    // ---- what we observed ----
    // Never waits: no exchange on the line waits for a disk. In order.
    void report(model::Event event);
    void report(model::Body body);
    // Everything reported is on disk.
    [[nodiscard]] bool settled() const
    {
        return waiting_.empty() && delivery.all_taken(delivery.last_number());
    }
    // False while the journal does not take what was reported: leave events with the readers.
    [[nodiscard]] bool has_room() const { return waiting_.size() < waiting_max; }
    // Conditions that last: told once when they begin and once when they are over.
    void set_health(const std::string& what, bool ok, const std::string& detail);
    void set_tamper(const std::string& part, bool active);
    // Reports a change of the link once; shows `why` in any case.
    void set_link(model::LinkState state, std::string why);
    void fact(const std::string& name, std::string value) { status.facts[name] = std::move(value); }
    // "reader", or "reader 2" when the line has several.
    [[nodiscard]] std::string name_of(const std::string& what, const ReaderConfig& reader) const;

    // Runs beside the conversation until run() ends.
    void spawn(std::string name, asio::awaitable<void> task);
    [[nodiscard]] bool running() const { return tasks_ != nullptr; }
    void start();
    // What was reported is offered once more, then line and way to the journal close.
    asio::awaitable<void> finish();

    base::Counter& counter(const std::string& name, const std::string& help, const std::string& reason = {});
    // Logged once per changed text and kind.
    void tell_once(const std::string& kind, const std::string& sentence, const std::string& text);
    // Unique at this device for as long as the clock does not go back: readers number nothing.
    [[nodiscard]] std::string next_key(int reader);
    [[nodiscard]] model::Outcome outcome(model::Status status, std::string code, std::string text,
                                         base::MonoTime begun = {}) const;

    Config config;
    device::DriverContext context;
    Line line;
    net::Delivery delivery;
    device::DeviceStatus status;
    base::Wakeup work; // notified when the loop has something to do before a reader's next turn

private:
    static constexpr std::size_t waiting_max = 256;
    asio::awaitable<void> bring();
    void keep_told();
    asio::awaitable<void> save_told();

    std::deque<model::Event> waiting_;
    base::Wakeup reported_;
    std::set<std::string> conditions_; // "health reader 2", "tamper case": told and not over
    bool saving_ = false;
    std::string saved_;
    std::map<std::string, std::string> told_;
    std::uint64_t keys_made_ = 0;
    std::int64_t begun_ = 0;
    std::unique_ptr<base::TaskGroup> tasks_;
};

} // namespace gatehouse::osdp
