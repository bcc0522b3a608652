#pragma once
#include "gateway/base/clock.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::sim::isapi {

// What happened at a device. Names are those of the estate file and of "emit".
enum class Type {
    plate,
    face,         // 5/75
    stranger,     // 5/76, nobody known
    card,         // 5/1
    card_unknown, // 5/9
    door_opened,  // 5/25
    door_closed,  // 5/26
    door_forced,  // 5/27
    door_held,    // 5/28
    unlocked,     // 5/21
    locked,       // 5/22
    button,       // 5/23
    doorbell,     // 5/37
    duress,       // 1/1034
    tamper,       // 1/1030 at a terminal, shelteralarm at a camera
    power_on,     // 2/1024
    io,
    motion,
    intrusion,
    videoloss,
    diskerror,
};

[[nodiscard]] std::optional<Type> parse_type(std::string_view name);
[[nodiscard]] std::string_view name_of(Type type);
// Major and minor code at an access controller; nothing for what only cameras report.
[[nodiscard]] std::optional<std::pair<int, int>> acs_code(Type type);

// What somebody asked to happen.
struct Happening {
    Type type = Type::plate;
    std::string text;   // plate, employee number or card number; empty: drawn by chance
    int port = 1;       // lane, door or input
    bool active = true; // false: the end of a lasting event
    std::string believe = "99,98,99,97,99,99,98"; // how sure it is of each character of a plate
};

// One entry of a device's own log.
struct Record {
    Type type = Type::plate;
    std::uint64_t index = 0;  // position in the log, never reused
    std::uint32_t serial = 0; // serialNo of an access controller; falls on a counter reset
    std::string key;          // what the gateway can know it by: serialNo, or UUID
    std::string picture_name; // of a plate: what its log calls it
    bool keyed = true;        // false: the payload carries neither, `key` is ours alone
    base::WallTime at{};      // true time
    std::string text;
    std::string believe;
    int port = 1;
    bool active = true;
    int post_count = 1;
    bool late = false;       // sent again from the device's memory
    bool after_junk = false; // junk goes before it on its way
    bool cut_off = false;    // its text ends in the middle
};

using RecordPtr = std::shared_ptr<const Record>;

// The device's memory: a ring, oldest first. Backfill reads it.
class RecordLog {
public:
    explicit RecordLog(std::size_t capacity) : capacity_(capacity) {}

    void add(RecordPtr record)
    {
        if (records_.size() == capacity_) records_.pop_front();
        records_.push_back(std::move(record));
    }
    [[nodiscard]] const std::deque<RecordPtr>& all() const { return records_; }

private:
    std::size_t capacity_;
    std::deque<RecordPtr> records_;
};

} // namespace gatehouse::sim::isapi
