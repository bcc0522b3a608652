#include "protocols/isapi/search.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/model/json_writer.hpp"
#include "protocols/isapi/alert_fields.hpp"
#include "protocols/isapi/json_document.hpp"
#include "protocols/isapi/xml_text.hpp"

#include <algorithm>

namespace gatehouse::isapi {
namespace {

// Devices refuse fractions of a second: 2026-07-20T15:42:10+08:00.
std::string whole_seconds(base::WallTime time, std::chrono::minutes offset)
{
    auto text = base::format_time(time, offset);
    text.erase(19, 4);
    return text;
}

Alert row_of(const JsonNode& row)
{
    Alert alert;
    alert.type = "AccessControllerEvent";
    read_access(row, alert.access.emplace());
    row.each([&](std::string_view name, const JsonNode& child) {
        if (name == "time" || name == "dateTime") put(alert.date_time, child.text());
    });
    return alert;
}

void read_page(const JsonNode& node, AcsPage& page)
{
    std::optional<int> matches;
    std::optional<int> total;
    node.each([&](std::string_view name, const JsonNode& child) {
        if (name == "responseStatusStrg")
            page.more = ascii::same_word(child.text(), "MORE");
        else if (name == "numOfMatches")
            put(matches, child.text());
        else if (name == "totalMatches")
            put(total, child.text());
    });
    page.matches = std::clamp(matches.value_or(0), 0, static_cast<int>(page_rows_max));
    page.total = std::max(total.value_or(-1), -1);
}

} // namespace

std::string acs_search_body(const AcsSearch& search)
{
    std::string out;
    model::JsonWriter json(out);
    json.begin_object().key("AcsEventCond").begin_object();
    json.member("searchID", search.id).member("searchResultPosition", search.position);
    json.member("maxResults", search.max_results).member("major", 0).member("minor", 0);
    json.member("startTime", whole_seconds(search.from, search.utc_offset));
    json.member("endTime", whole_seconds(search.to, search.utc_offset)).member("picEnable", false);
    json.end_object().end_object();
    return out;
}

base::Result<AcsPage> parse_acs_page(std::string_view document)
{
    JsonDocument json;
    json.load(document);
    if (json.flaw != DocumentFlaw::none) return error_of(json.flaw);
    const auto found = json.root().child("AcsEvent");
    if (!found || !found->is_object()) return base::Errc::bad_input;

    AcsPage page;
    read_page(*found, page);
    if (const auto list = found->child("InfoList"))
        list->each_item([&](const JsonNode& row) {
            if (row.is_object() && page.rows.size() < page_rows_max)
                page.rows.push_back(row_of(row));
            else
                ++page.rows_refused;
        });
    // A device that miscounts its own rows would make the next page begin in the wrong place.
    const int rows = static_cast<int>(page.rows.size()) + page.rows_refused;
    page.matches = std::max(page.matches, rows);
    // Without a single row "MORE" would never end.
    page.more = page.more && rows > 0;
    return page;
}

std::string plates_body(std::string_view after)
{
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AfterTime><picTime>" + xml_text(after) +
           "</picTime></AfterTime>\n";
}

base::Result<PlatesPage> parse_plates(std::string_view document)
{
    XmlDocument xml;
    xml.load(document);
    if (xml.flaw != DocumentFlaw::none) return error_of(xml.flaw);
    if (xml.root_name() != "Plates") return base::Errc::bad_input;
    PlatesPage page;
    for (const auto node : xml.root().children()) {
        if (local_name(node.name()) != "Plate" || page.rows.size() == page_rows_max) continue;
        Alert alert;
        alert.type = "ANPR";
        auto& plate = alert.plate.emplace();
        read_plate(XmlNode(node), plate);
        page.last = std::max(page.last, plate.capture_time);
        page.rows.push_back(std::move(alert));
    }
    return page;
}

std::string plate_picture_path(std::string_view picture_name)
{
    const bool plain = std::all_of(picture_name.begin(), picture_name.end(),
                                   [](char c) { return ascii::is_name_char(c) || c == '.'; });
    if (!plain || picture_name.empty() || picture_name.size() > 128 || picture_name.front() == '.') return {};
    return "/doc/ui/images/plate/" + std::string(picture_name) + ".jpg";
}

std::string record_picture_path(std::string_view url, std::string_view host)
{
    constexpr std::size_t url_max = 512;
    const bool plain = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!plain || url.size() > url_max) return {};
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
        const auto kind = url.substr(0, scheme);
        if (!ascii::same_word(kind, "http") && !ascii::same_word(kind, "https")) return {};
        url.remove_prefix(scheme + 3);
        const auto path = std::min(url.find('/'), url.size());
        const auto authority = url.substr(0, path);
        // Its port may be one of the inside (sheet §4: the device's own view), so only the host is compared.
        if (!ascii::same_word(authority.substr(0, authority.rfind(':')), host)) return {};
        url.remove_prefix(path);
    }
    return url.starts_with('/') && !url.starts_with("//") ? std::string(url) : std::string();
}

} // namespace gatehouse::isapi
