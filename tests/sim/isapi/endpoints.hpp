#pragma once
#include "tests/sim/http.hpp"

namespace gatehouse::sim::isapi {

class Device;

// Everything but the alertStream: the URLs of the fact sheet's sections 5, 7 and 9.
[[nodiscard]] Reply answer_request(Device& device, const Request& request, const std::string& peer);

// ResponseStatus; codes 4 to 6 come with HTTP 400.
[[nodiscard]] Reply status_reply(const Request& request, int code, std::string_view sub_status = {});

// Backfill (section 7), in endpoints_backfill.cpp.
[[nodiscard]] Reply search_acs_events(Device& device, const Request& request);
[[nodiscard]] Reply list_plates(Device& device, const Request& request);
[[nodiscard]] Reply plate_picture(Device& device, const Request& request);

} // namespace gatehouse::sim::isapi
