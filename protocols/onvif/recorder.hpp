#pragma once
#include "protocols/net/recorder.hpp"

#include <pugixml.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::onvif {

// Keeps the device's notifications while somebody asked for it (`device capture`), one document a pull.
// Cards, names and plates become pseudonyms before they are kept.
class Recorder {
public:
    [[nodiscard]] bool on() const { return kept_.on(); }
    void begin();
    // The answer to a pull; nothing is kept of one without messages.
    void take(pugi::xml_node body);
    // What was recorded; recording ends.
    [[nodiscard]] std::string end() { return kept_.end(); }

private:
    [[nodiscard]] std::string pseudonym(std::string_view value);

    net::Recorder kept_;
    std::map<std::string, std::size_t, std::less<>> numbers_; // bounded as the recording is
};

// What a recording would have become, one line a message: of our own, or any answers and metadata documents
// one after the other. total.
[[nodiscard]] std::vector<std::string> explain_recording(std::string_view bytes);

} // namespace gatehouse::onvif
