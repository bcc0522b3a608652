#pragma once
#include <string>
#include <vector>

namespace gatehouse::net {

// Whether a post comes from the device in whose name it comes. Pushes carry no password and may open a gate,
// so they must at least come from the device's own address: the configured one, or behind a configured name
// the one we last reached it at (`peer`). `further`: addresses that are allowed besides; "*": any.
[[nodiscard]] bool is_push_source(const std::string& remote, const std::string& host, const std::string& peer,
                                  const std::vector<std::string>& further);

} // namespace gatehouse::net
