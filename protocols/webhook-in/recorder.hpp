#pragma once
#include "protocols/webhook-in/mapping.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace gatehouse::webhook_in {

// Keeps what a device posts while somebody asked for it (`device capture`), also when no mapping fits yet:
// that is when it is needed most. Plates, names, numbers of persons and cards, secrets and pictures are
// replaced before they are kept; the same value always by the same stand-in. Bounded.
class Recorder {
public:
    static constexpr std::size_t size_max = 4U << 20;

    explicit Recorder(const Mapping& mapping);

    [[nodiscard]] bool on() const { return on_; }
    void begin();
    void take(const Post& post);
    void unreadable(const std::string& url, std::size_t size, const std::string& why);
    // What was recorded, for read_recording(); recording ends.
    [[nodiscard]] std::string end();

private:
    void add(const std::string& text);
    void redact(json::value& value, std::string_view name);
    [[nodiscard]] bool is_private(std::string_view name, std::string_view text) const;
    [[nodiscard]] std::string stand_in(const std::string& text);

    std::set<std::string> personal_; // names that the mapping takes persons, plates and cards from
    std::set<std::string> chosen_;   // and those that it reads else: nothing works without them
    std::map<std::string, std::size_t> numbers_; // by value; bounded by size_max
    std::string text_;
    bool on_ = false;
    bool cut_ = false;
};

} // namespace gatehouse::webhook_in
