#pragma once
#include "protocols/zkteco/request.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace gatehouse::zkteco {

// Keeps what the device sends while somebody asked for it (`device capture`): the first line of each request
// and its body behind it, a blank line between. Persons, cards, names and the serial number become pseudonyms
// before they are kept; templates, photographs and passwords are left out. Bounded; what is beyond is dropped
// and said so.
class Recorder {
public:
    static constexpr std::size_t size_max = 4U << 20;

    [[nodiscard]] bool on() const { return on_; }
    void begin();
    void take(std::string_view method, const Request& request, std::string_view body);
    // What was recorded; recording ends.
    [[nodiscard]] std::string end();

private:
    [[nodiscard]] std::string line(std::string_view table, std::string_view line);
    [[nodiscard]] std::string pseudonym(std::string_view kind, std::string_view text);

    std::string text_;
    std::map<std::string, std::string, std::less<>> names_; // bounded by size_max
    bool on_ = false;
    bool cut_ = false;
};

} // namespace gatehouse::zkteco
