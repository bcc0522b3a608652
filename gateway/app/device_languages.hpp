#pragma once
#include "gateway/api/services.hpp"
#include "gateway/app/registry.hpp"

#include <vector>

namespace gatehouse::app {

// The languages of the registry with the kinds of devices that each of them takes.
[[nodiscard]] std::vector<api::ProtocolView> protocol_views(const Registry& registry);

// A site with that one device, read as if it stood in a file. The device is only usable without errors.
[[nodiscard]] config::SiteConfig site_of(const api::ProbeOrder& order, const Registry& registry,
                                         config::Issues& issues);

} // namespace gatehouse::app
