#pragma once
#include "protocols/vzenith/json_text.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::vzenith {

// Keeps what the camera sends while somebody asked for it (`device capture`), one JSON document a line.
// Plates, owners, serial numbers, passwords and pictures are replaced before they are kept: the same plate
// always by the same pseudonym. Bounded; what is beyond is dropped and said so.
class Recorder {
public:
    static constexpr std::size_t size_max = 4U << 20;

    [[nodiscard]] bool on() const { return on_; }
    void begin();
    // A post, or the text of a frame. What is no JSON is kept as its size only: it holds a password.
    void take(std::string_view body);
    // What was recorded; recording ends.
    [[nodiscard]] std::string end();

private:
    void redact(json::value& value, std::string_view key);
    [[nodiscard]] std::string pseudonym(std::string_view plate);

    std::string text_;
    std::map<std::string, std::size_t, std::less<>> plates_; // bounded by size_max
    bool on_ = false;
    bool cut_ = false;
};

// What a recording would have become, one line a message: frames of TCP 8131, one document, or a document a
// line. total: any bytes.
[[nodiscard]] std::vector<std::string> explain_bytes(std::string_view bytes, std::chrono::minutes utc_offset);

} // namespace gatehouse::vzenith
