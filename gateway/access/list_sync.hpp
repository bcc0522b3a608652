#pragma once
#include "gateway/access/list_state.hpp"
#include "gateway/access/list_turn.hpp"
#include "gateway/access/wanted_list.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/wakeup.hpp"
#include "gateway/model/event.hpp"
#include "gateway/store/store.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::access {

// Keeps the lists that devices hold themselves in step with ours (domain.md P-04, S-05). Reads what is there,
// writes the difference, reads again, and says of every entry that is not as it should be why. Devices that
// are away are done when they come back; every device is compared once a night. An entry that should have
// gone and is held a day later is reported. Some devices at a time, each once. io thread only.
class ListSync {
public:
    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        store::Store& store;
        base::Metrics& metrics;
        asio::any_io_executor worker; // goes over all entries of our lists
        // The lists of a running device; null when it keeps none or is not running.
        std::function<std::shared_ptr<device::ListPort>(const std::string& device)> lists_of;
        // What is configured now.
        std::function<const config::SiteConfig&()> site;
        // Whether all removals have reached a device in time; said when it changes.
        std::function<asio::awaitable<void>(std::string device, bool ok, std::string detail)> report;
        // What the gateway has to say of itself: too many faces (domain.md P-14); said when it changes.
        std::function<asio::awaitable<void>(model::SystemNotice notice)> notice{};
    };

    explicit ListSync(Ports ports);

    // For ever: devices that may be behind, and all of them once a night. Ends by cancellation.
    asio::awaitable<void> run();
    // Our lists have changed: every device may be behind.
    void lists_changed();
    // The device can be reached again.
    void device_came(const std::string& device);

    // Brings one device in step, or with `write` false says what that would mean. One answer a type that the
    // device takes; waits for one that is being worked on. Errors: not_found (no such device, or it keeps no
    // lists), conflict (its policy is off and writing was asked for), and those of the store.
    asio::awaitable<base::Result<std::vector<ListState>>> sync(std::string device, bool write,
                                                               std::string actor);
    // What became of a face at one terminal.
    struct Enrolment {
        std::string device;
        bool done = false;
        std::string reason; // when not done: one plain sentence
    };
    // Sends a person's face, as JPEG, to every terminal that takes faces and is to hold the person; the
    // picture is kept nowhere else. Errors: unauthorised (the person does not agree to it: audited, nothing
    // is sent), not_found (no such terminal runs and may be written), and those of the store.
    asio::awaitable<base::Result<std::vector<Enrolment>>> enrol(std::string person, std::string picture,
                                                                std::string actor);
    // Devices that keep lists and run, in the order of ids.
    [[nodiscard]] std::vector<std::string> devices() const;

private:
    asio::awaitable<base::Result<WantedList>> wanted(std::string device);
    asio::awaitable<base::Result<void>> keep_ledger(ListTurn* turn, std::string before, std::string actor);
    asio::awaitable<base::Result<void>> check_consent(std::string person, std::string actor);
    asio::awaitable<base::Result<std::optional<Enrolment>>> enrol_at(std::string device, std::string person,
                                                                     std::string picture, std::string actor);
    asio::awaitable<base::Result<void>> note_enrolment(Enrolment enrolment, std::string person,
                                                       std::string actor);
    asio::awaitable<void> count_faces();
    // The device for as long as this is held.
    asio::awaitable<std::shared_ptr<void>> claim(std::string device);
    // Puts devices on the list of those that may be behind, by the clock.
    asio::awaitable<void> call_up();
    // Takes them off and brings them in step.
    asio::awaitable<void> work();
    asio::awaitable<void> sync_in_background(std::string device);
    // Every hour.
    asio::awaitable<void> watch_removals();
    asio::awaitable<void> look_at_removals(std::string device);
    asio::awaitable<void> rest();
    [[nodiscard]] base::WallTime next_night() const;
    void all_behind();

    Ports ports_;
    std::set<std::string> behind_;              // to be done now
    std::set<std::string> compared_;            // since the start
    std::map<std::string, int> failed_;         // times in a row
    std::map<std::string, base::MonoTime> due_; // of those that are to be tried again
    std::set<std::string> busy_;
    base::WallTime night_;
    base::Wakeup changed_;
    base::Wakeup freed_;
    ListTurn::Counters counters_;
};

} // namespace gatehouse::access
