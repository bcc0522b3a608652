#pragma once
#include <cstdio>
#include <string>
#include <string_view>

namespace gatehouse::sim {

// What truly happened, one JSON line each, for a test to compare with what the gateway tells. Times are
// nanoseconds: mono of the steady clock, wall since 1970.
//   {"e":"created","device":..,"record":..,"type":..,"keyed":..,"log":..,"mono":..,"wall":..}
//       log, where it is: what the device's own log calls it, when that is another name
//   {"e":"acked","device":..,"record":..,"mono":..,"wall":..}        the gateway answered 200
//   {"e":"dropped","device":..,"record":..,...}                      the device gave the record up
//   {"e":"command","device":..,"output":"barrier/1","action":"open","moved":true,"peer":..,"path":..,"mono":..,"wall":..}
class Oracle {
public:
    Oracle() = default;
    // Throws std::runtime_error when the file cannot be written.
    explicit Oracle(const std::string& path);
    ~Oracle();
    Oracle(const Oracle&) = delete;
    Oracle& operator=(const Oracle&) = delete;

    // `record`: what the gateway can know it by; keyed: false when its payload carries no such thing.
    void created(const std::string& device, const std::string& record, std::string_view type, bool keyed,
                 const std::string& name_in_log = {});
    void acked(const std::string& device, const std::string& record) { line("acked", device, record); }
    void dropped(const std::string& device, const std::string& record) { line("dropped", device, record); }

    struct Command {
        std::string device;
        std::string output; // barrier/1, door/1, io/1
        std::string action;
        bool moved = false;
        std::string peer;
        std::string path;
    };
    // Written through at once: a test reads it right after the answer.
    void command(const Command& command);
    void flush();

private:
    void line(const char* what, const std::string& device, const std::string& record);
    void finish_line();

    std::FILE* file_ = nullptr;
    std::string text_;
};

} // namespace gatehouse::sim
