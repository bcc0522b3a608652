#pragma once
#include "gateway/upstream/sink.hpp"

#include <memory>

namespace gatehouse::mqtt {

// An upstream over MQTT 5 or 3.1.1 (protocols/mqtt-upstream.md §1-5). A row of the registry; the README lists
// the keys.
[[nodiscard]] std::unique_ptr<upstream::Sink> make_sink(const config::UpstreamConfig& upstream,
                                                        config::Table table, upstream::SinkContext context);

// Checks the keys of one [[upstream]] with protocol = "mqtt"; issues go through the table.
void check_config(const config::UpstreamConfig& upstream, config::Table& table);

} // namespace gatehouse::mqtt
