#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"
#include "protocols/isapi/alert.hpp"

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::isapi {

// POST /ISAPI/AccessControl/AcsEvent?format=json (sheet §7).
inline constexpr std::string_view acs_search_path = "/ISAPI/AccessControl/AcsEvent?format=json";

struct AcsSearch {
    std::string id;   // constant over the pages of one search
    int position = 0; // rows already read
    int max_results = 30;
    base::WallTime from{};
    base::WallTime to{};
    std::chrono::minutes utc_offset{480}; // times are written in it, with it
};
[[nodiscard]] std::string acs_search_body(const AcsSearch& search);

struct AcsPage {
    bool more = false;       // ask again with position + matches
    int matches = 0;         // rows the device says it sent; what counts for the next position
    int total = -1;          // -1: not said
    std::vector<Alert> rows; // as AccessControllerEvent alerts, device order; map() with history = true
    int rows_refused = 0;    // rows that were no objects
};
// Errors: bad_input (no AcsEvent document), too_large. An answer that is a ResponseStatus: see status.hpp.
[[nodiscard]] base::Result<AcsPage> parse_acs_page(std::string_view json);

// POST …/vehicleDetect/plates of plate cameras. Capitals vary with firmware: try in this order, keep what
// works.
inline constexpr std::array<std::string_view, 4> plates_paths{
    "/ISAPI/Traffic/channels/1/vehicleDetect/plates", "/ISAPI/Traffic/channels/1/vehicledetect/plates",
    "/ISAPI/Traffic/channels/1/VehicleDetect/plates", "/ISAPI/Traffic/channels/1/vehicleDetect/Plates"};
// `after`: captureTime of the last plate read, as the device wrote it; empty: from the beginning.
[[nodiscard]] std::string plates_body(std::string_view after);

struct PlatesPage {
    std::vector<Alert> rows; // as ANPR alerts, device order; map() with history = true
    std::string last;        // greatest captureTime, for the next request; empty when there were no rows
};
// Errors: bad_input, too_large.
[[nodiscard]] base::Result<PlatesPage> parse_plates(std::string_view xml);
// "/doc/ui/images/plate/<picName>.jpg", or empty when the name holds anything but letters, digits, '_', '-'
// and '.'.
[[nodiscard]] std::string plate_picture_path(std::string_view picture_name);
// What to ask `host` for to get the picture of a record; empty when the URL leads to another host, or is
// none.
[[nodiscard]] std::string record_picture_path(std::string_view url, std::string_view host);

} // namespace gatehouse::isapi
