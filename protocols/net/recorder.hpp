#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace gatehouse::net {

// Keeps what the device sends while somebody asked for it (`device capture`). Only inbound bytes: our
// requests, and with them passwords and Authorization headers, never come here; what a person must not see of
// the rest is taken out before it is handed over. Bounded; what is beyond is dropped and said so.
class Recorder {
public:
    static constexpr std::size_t size_max = 8U << 20;

    [[nodiscard]] bool on() const { return on_; }
    void begin()
    {
        on_ = true;
        cut_ = false;
        bytes_.clear();
    }
    void take(std::string_view bytes)
    {
        if (!on_) return;
        const auto room = size_max - bytes_.size();
        cut_ = cut_ || bytes.size() > room;
        bytes_.append(bytes.substr(0, room));
    }
    // What was recorded; recording ends.
    std::string end()
    {
        on_ = false;
        if (cut_) bytes_ += "\n--- the recording was full here ---\n";
        return std::move(bytes_);
    }

private:
    std::string bytes_;
    bool on_ = false;
    bool cut_ = false;
};

} // namespace gatehouse::net
