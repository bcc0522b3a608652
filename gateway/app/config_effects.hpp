#pragma once
#include "gateway/config/site.hpp"

#include <string>
#include <vector>

namespace gatehouse::app {

// What a reload cannot change: said, so that nobody waits for it to take effect.
[[nodiscard]] std::vector<std::string> fixed_differences(const config::SiteConfig& now,
                                                         const config::SiteConfig& wanted);

// What taking over a configuration would do, one thing a line and always in the same words: "restart device
// lpr-in-1", "change section retention", "restart the service: api.listen". `now_text` is the file as it is.
[[nodiscard]] std::vector<std::string> effects_of(const config::SiteConfig& now,
                                                  const config::SiteConfig& wanted,
                                                  const std::string& now_text,
                                                  const std::string& wanted_text);

} // namespace gatehouse::app
