#pragma once
#include "gateway/device/driver.hpp"
#include "protocols/isapi/event_map.hpp"
#include "protocols/wire/recent_keys.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace gatehouse::isapi {

// How far the device's record log has been taken.
struct LogPosition {
    std::uint64_t serial = 0;           // highest record number taken; 0: none
    base::WallTime device_time{};       // of the last record, as the device stamped it
    base::WallTime our_time{};          // when it was taken
    std::chrono::milliseconds shift{0}; // of the device's stamps against our clock then
    [[nodiscard]] bool empty() const { return our_time == base::WallTime{}; }
    // When that record was made, by our clock. A clock that was set between two measurements cannot put it
    // behind the moment at which it was taken.
    [[nodiscard]] base::WallTime true_time() const { return std::min(device_time - shift, our_time); }
};

// What is known of a device's record numbering: the epoch (serialNo restarts after a factory reset), the
// records that already came, and the passages whose poll rows carry another name. Written through the
// driver's memory.
class RecordLog {
public:
    explicit RecordLog(device::Memory& memory);

    [[nodiscard]] unsigned epoch() const { return epoch_; }
    [[nodiscard]] const LogPosition& position() const { return position_; }

    // A live record, by our clock: true when its number proves that the counter restarted; then the epoch has
    // changed.
    bool observe_live(std::uint64_t serial, base::WallTime occurred_at);
    // The counter restarted, or the device is another one.
    void begin_epoch();
    asio::awaitable<base::Result<void>> save_epoch();
    // Durable once it resumes. Called only when every record up to there is in the journal.
    asio::awaitable<base::Result<void>> move_to(LogPosition position);

    void mark(const std::string& key);
    [[nodiscard]] bool knows(const std::string& key) const { return known_.contains(key); }

    // A live plate with its own identifier: the poll will show it by plate and time only. True when it is
    // new: then save_passages() soon.
    bool link_passage(const std::string& passage_key, const std::string& device_key);
    // The identifier under which the passage came live, or nothing.
    [[nodiscard]] std::optional<std::string> device_key_of(const std::string& passage_key) const;
    asio::awaitable<base::Result<void>> save_passages();

private:
    device::Memory& memory_;
    unsigned epoch_ = 0;
    LogPosition position_;
    std::uint64_t highest_ = 0; // highest live number of this epoch
    base::WallTime highest_time_{};
    wire::RecentKeys known_;
    std::deque<std::pair<std::string, std::string>> passages_; // in order of arrival
    wire::RecentKeys linked_;                                  // whose passage is among them
};

} // namespace gatehouse::isapi
