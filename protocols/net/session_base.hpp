#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/device/driver.hpp"
#include "protocols/net/delivery.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace gatehouse::net {

// What the conversation with every device has, whatever its language: the way to the journal, the link as it
// was last told, what status() shows, numbers, words for the log, and the tasks beside it. Base of
// DeviceSession and QueuedSession, which say how an observation of ours gets into the journal. io thread
// only.
class SessionBase {
public:
    virtual ~SessionBase() = default;
    SessionBase(const SessionBase&) = delete;
    SessionBase& operator=(const SessionBase&) = delete;

    // Runs beside the conversation until it ends or the tasks are stopped. Nothing is run before open().
    void spawn(std::string name, asio::awaitable<void> task);
    [[nodiscard]] bool running() const { return tasks_ != nullptr; }
    // A driver's whole run(): the conversation until it is cancelled or fails, then `leave` to its end,
    // whatever asks to stop. Nobody knows about the link afterwards.
    using Leave = std::function<asio::awaitable<void>()>;
    asio::awaitable<void> run_until_stopped(asio::awaitable<void> conversation, Leave leave);
    // Ends what was spawned. The way to the journal stays open.
    asio::awaitable<void> stop_tasks();

    // One of the device's own counters.
    base::Counter& counter(const std::string& name, const std::string& help, const std::string& reason = {});
    // Logged once per changed text and kind; the repetitions are only counted. An empty text says that it is
    // over.
    void tell_once(const std::string& kind, const std::string& sentence, const std::string& text);
    void fact(const std::string& name, std::string value) { status.facts[name] = std::move(value); }
    // For the audit: what was written to the device's own settings, and how that ended.
    asio::awaitable<void> audit(std::string what, std::string detail, std::string result);
    // How an order ended; `begun`: when it was sent.
    [[nodiscard]] model::Outcome outcome(model::Status status, std::string code, std::string text,
                                         base::MonoTime begun = {}) const;

    // An event of ours about the device, of now.
    [[nodiscard]] model::Event own_event(model::Body body) const;

    device::DriverContext context;
    Delivery delivery;
    device::DeviceStatus status;

protected:
    SessionBase(std::string device, device::DriverContext context);

    // The conversation begins: events find their way to the journal, and spawn() runs.
    void open();
    // Shows `why`; what is to be reported when the link is another one than before.
    [[nodiscard]] std::optional<model::DeviceLink> changed_link(model::LinkState state, std::string why);
    // The link has just come up, which is not reported yet.
    virtual void link_is_up() {}

private:
    std::string device_;
    std::map<std::string, std::string> told_; // by kind
    std::unique_ptr<base::TaskGroup> tasks_;
};

} // namespace gatehouse::net
