#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::mqtt_test {

// What is wrong with a document as a CloudEvent 1.0 in structured JSON mode: required attributes, their types
// and forms, and the names of extensions (CloudEvents 1.0.2 §3, JSON format §2; protocols/mqtt-upstream.md
// §2). Shares no code with the writers.
[[nodiscard]] std::vector<std::string> cloud_event_faults(std::string_view document);

} // namespace gatehouse::mqtt_test
