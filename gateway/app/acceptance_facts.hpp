#pragma once
#include "gateway/acceptance/facts.hpp"
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/model/event.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::app {

struct Parts;

// What the gateway knows that an acceptance looks at. Errors: those of the store.
[[nodiscard]] asio::awaitable<base::Result<acceptance::Facts>> acceptance_facts(Parts& parts);

// The share of the time from `from` to `now` in which the device was reachable, as its link entries tell, the
// newest first; from the oldest of them on when that is later. Nothing without any.
[[nodiscard]] std::optional<double> on_line_rate(const std::vector<model::EntryPtr>& links,
                                                 base::WallTime from, base::WallTime now);
// The longest time an upstream was away, as the gateway's notices tell, the newest first; only what has
// ended.
[[nodiscard]] std::chrono::milliseconds longest_outage(const std::vector<model::EntryPtr>& notices,
                                                       const std::string& upstream);

} // namespace gatehouse::app
