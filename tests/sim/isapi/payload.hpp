#pragma once
#include "tests/sim/isapi/device_config.hpp"
#include "tests/sim/isapi/record.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gatehouse::sim::isapi {

// A text with slots, cut once into pieces so that filling it is a handful of appends.
class Template {
public:
    enum class Slot { time, absolute_time, key, text, believe, count, port, major, minor, state, serial };

    // Slots are written @time@, @abs@, @key@, @text@, @believe@, @count@, @port@, @major@, @minor@, @state@,
    // @serial@.
    explicit Template(std::string_view source);

    struct Values {
        std::string time, absolute_time, count, state;
        int major = 0;
        int minor = 0;
    };
    void fill(std::string& out, const Record& record, const Values& values) const;

private:
    std::vector<std::variant<std::string, Slot>> pieces_;
};

using Picture = std::shared_ptr<const std::string>;

struct Payload {
    std::string text;
    bool json = false;
    bool pictures = false;      // this kind of event comes with pictures
    std::vector<Picture> drawn; // what they show, a plate alone first; empty: nothing
};

// The event texts of one device, with its habits applied.
class Payloads {
public:
    explicit Payloads(const DeviceConfig& config);

    [[nodiscard]] Payload render(const Record& record, const Switches& switches) const;
    // videoloss, inactive.
    [[nodiscard]] std::string heartbeat(const Switches& switches) const;
    // Device time as the device prints it: skewed, local, with or without its stamp of the zone.
    [[nodiscard]] static std::string device_time(base::WallTime at, const Switches& switches,
                                                 bool milliseconds);
    // yyyyMMddHHmmssSSS, local.
    [[nodiscard]] static std::string absolute_time(base::WallTime at, const Switches& switches);
    [[nodiscard]] const std::string& mac() const { return mac_; }

private:
    std::string mac_;
    Template plate_, person_, door_, alarm_, io_, region_;
};

// The first of two posts about one car: says that the complete one follows.
[[nodiscard]] std::string announcing_more(std::string text);

// A valid grey JPEG of exactly `size` bytes (at least 400), shared by all who ask for the same size.
[[nodiscard]] Picture picture(std::size_t size);
// What a device with drawn scenes photographs at an event.
[[nodiscard]] std::vector<Picture> draw(const Record& record, const Switches& switches);
// The picture of this number that comes with an event.
[[nodiscard]] Picture picture_of(const Payload& payload, std::size_t number, const Switches& switches);

} // namespace gatehouse::sim::isapi
