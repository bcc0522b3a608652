#pragma once
#include "gateway/base/errc.hpp"
#include "gateway/model/event.hpp"

#include <chrono>
#include <string>

namespace gatehouse::model {

// The names that go into every envelope and topic.
struct Names {
    std::string site;                     // [a-z0-9-]{1,32}
    std::string gateway;                  // [a-z0-9-]{1,32}
    std::chrono::minutes utc_offset{480}; // offset in which times are shown and sent; Asia/Shanghai
};

// The canonical JSON of the envelope's data member: what the journal keeps, sinks send and the API shows.
// Written once, by intake. Times inside it carry `utc_offset`.
[[nodiscard]] std::string data_json(const Event& event, std::chrono::minutes utc_offset);

// The CloudEvents 1.0 document in structured JSON (protocols/mqtt-upstream.md §2). `replay`: sent after an
// outage of more than 60 s.
[[nodiscard]] std::string cloud_event(const Entry& entry, const Names& names, bool replay);

// gh/v1/{site}/{gw}/evt/{class}/{dev} or …/alert/{kind}/{dev} (§1).
[[nodiscard]] std::string topic_of(const Entry& entry, const Names& names);

// Reads back what data_json wrote, for readers that need the typed body from the journal (rules after a
// restart). Errors: bad_input when type and data do not fit.
[[nodiscard]] base::Result<Event> event_from_data(std::string_view type, std::string_view data);

} // namespace gatehouse::model
