#pragma once
#include "protocols/osdp/frame.hpp"

#include <map>
#include <string>

namespace gatehouse::osdp {

// Keeps what went over the line while somebody asked for it (`device capture`), one frame a line in the form
// that explain_recording() reads. Sealed frames are kept as what they said, without seal; cards become
// pseudonyms, keys and texts disappear, and so does what a handshake or an unknown code carries. Bounded.
class Recorder {
public:
    [[nodiscard]] bool on() const { return on_; }
    void begin();
    // `frame` opened already.
    void take(const Frame& frame);
    void note(const std::string& sentence);
    std::string end();

private:
    void keep(const std::string& line);
    [[nodiscard]] Frame redacted(Frame frame);
    void rename_card(Frame& frame);

    bool on_ = false;
    bool cut_ = false;
    std::string text_;
    std::map<Bytes, std::uint64_t> cards_; // bounded by the text
};

} // namespace gatehouse::osdp
