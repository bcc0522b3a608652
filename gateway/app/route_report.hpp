#pragma once
#include "gateway/api/services.hpp"
#include "gateway/config/site.hpp"

#include <functional>
#include <string>

namespace gatehouse::app {

// Who would be called for such an alert, by which channels and when, and why others not: a JSON document
// (/api/v1/alerts/route-test).
// `stopped`: why a channel sends nothing at all now, else empty.
[[nodiscard]] std::string route_report(const config::SiteConfig& site, const api::RouteQuestion& question,
                                       const std::function<std::string(const std::string& channel)>& stopped);

} // namespace gatehouse::app
