#pragma once
#include "gateway/model/list_entry.hpp"
#include "protocols/facepush/config.hpp"
#include "protocols/facepush/reading.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::facepush {

// One message for the terminal.
struct Order {
    std::string topic;
    std::string payload;
    std::string number; // by which its answer is known; empty: it never answers
};

// What came from the broker, understood.
struct Heard {
    enum class Kind { nothing, record, online, offline, heartbeat, answer };
    Kind kind = Kind::nothing;
    Read read;                             // a record, or why it is none
    std::optional<base::WallTime> time;    // heartbeat: what its clock shows
    std::string number;                    // answer: of which order
    bool done = false;                     // answer
    std::string code;                      // answer: the terminal's own
    std::string text;                      // answer: a sentence in both languages when it is not done
    std::optional<Order> acknowledge = {}; // record: to be sent once it is on disk
};

// One family that speaks through a broker (sheet B1, C, D): its topics, what it says and what it is told.
// Pure.
class Dialect {
public:
    virtual ~Dialect() = default;
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::vector<std::string> topics() const = 0;
    // total. nothing: of another terminal, or of no interest.
    [[nodiscard]] virtual Heard hear(const std::string& topic, const Fields& fields) const = 0;
    // Whether the family sends signs of life by itself, so that their absence means something.
    [[nodiscard]] virtual bool beats() const = 0;
    [[nodiscard]] virtual Order open(std::string number) const = 0;
    // `url`: where the terminal fetches the face; empty: none.
    [[nodiscard]] virtual Order put(const model::ListEntry& entry, std::string number,
                                    const std::string& url) const = 0;
    [[nodiscard]] virtual Order take_away(const std::string& person, std::string number) const = 0;
    // Why the terminal cannot hold it; empty: it can.
    [[nodiscard]] virtual std::string unfit(const model::ListEntry& entry) const = 0;
    [[nodiscard]] virtual model::ListEntry as_held(model::ListEntry entry) const = 0;
};

[[nodiscard]] std::unique_ptr<Dialect> make_dialect(const Config& config, std::chrono::minutes utc_offset);

// ---- for the families ----
// Of a message that names another terminal: nothing.
[[nodiscard]] Heard heard_record(Read read);

} // namespace gatehouse::facepush
