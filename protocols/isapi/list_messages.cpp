#include "protocols/isapi/list_messages.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/model/json_writer.hpp"
#include "protocols/isapi/json_document.hpp"
#include "protocols/isapi/xml_text.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>

namespace gatehouse::isapi {
namespace {

using base::WallTime;
using model::JsonWriter;
using model::ListEntry;
using std::chrono::minutes;

constexpr int page_size = 30;
constexpr std::size_t name_max = 128; // bytes, of terminals

// Devices always want two times; these stand for "no bound". Local time.
constexpr std::string_view beginning = "2000-01-01T00:00:00";
constexpr std::string_view end_of_plates = "2099-12-31T23:59:59";
constexpr std::string_view end_of_persons = "2037-12-31T23:59:59"; // terminals take no later year

std::string local_text(WallTime time, minutes offset)
{
    return base::format_time(time, offset).substr(0, 19);
}

WallTime moment(std::string_view text, minutes offset)
{
    return base::parse_time(text, offset).value().time;
}

// Also a date alone, as some firmware answers.
std::optional<WallTime> time_of(std::string_view raw, minutes offset)
{
    std::string text(raw);
    constexpr std::size_t date_size = 10;
    if (text.size() == date_size) text += "T00:00:00";
    const auto parsed = base::parse_time(text, offset);
    if (!parsed) return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(parsed->time);
}

// Bounds at or beyond what stands for "none" are none.
void cut_bounds(ListEntry& entry, WallTime earliest, WallTime latest)
{
    if (entry.valid_from) entry.valid_from = std::min(*entry.valid_from, latest);
    if (entry.valid_until) entry.valid_until = std::max(*entry.valid_until, earliest);
    if (entry.valid_from && *entry.valid_from <= earliest) entry.valid_from.reset();
    if (entry.valid_until && *entry.valid_until >= latest) entry.valid_until.reset();
}

std::string from_text(const ListEntry& entry, minutes offset)
{
    return entry.valid_from ? local_text(*entry.valid_from, offset) : std::string(beginning);
}

std::string until_text(const ListEntry& entry, minutes offset, std::string_view otherwise)
{
    return entry.valid_until ? local_text(*entry.valid_until, offset) : std::string(otherwise);
}

// The frame that all searches share. `list`: name of their rows.
template <class Row, class Node, class Read>
ListPage<Row> read_page(const Node& root, std::string_view list, const Read& read)
{
    ListPage<Row> page;
    std::int64_t matches = 0;
    root.each([&](std::string_view name, const Node& child) {
        if (name == "responseStatusStrg") page.more = ascii::same_word(child.text(), "MORE");
        if (name == "numOfMatches") matches = whole_number(child.text()).value_or(0);
        if (name == list && page.rows.size() < page_rows_max) read(child, page.rows);
    });
    // Without a single row "MORE" would never end.
    const auto rows = static_cast<std::int64_t>(page.rows.size());
    page.matches = static_cast<int>(std::clamp<std::int64_t>(matches, rows, page_rows_max));
    page.more = page.more && page.matches > 0;
    return page;
}

// {"<object>": {...}} of a JSON answer.
template <class Row, class Read>
base::Result<ListPage<Row>> parse_json_page(std::string_view document, std::string_view object,
                                            std::string_view list, const Read& read)
{
    JsonDocument json;
    json.load(document);
    if (json.flaw != DocumentFlaw::none) return error_of(json.flaw);
    const auto found = json.root().child(object);
    if (!found || !found->is_object()) return base::Errc::bad_input;
    return read_page<Row>(*found, list, read);
}

std::string search_body(std::string_view condition, std::string_view id, int position)
{
    std::string out;
    JsonWriter json(out);
    json.begin_object().key(condition).begin_object().member("searchID", id);
    json.member("searchResultPosition", position).member("maxResults", page_size);
    json.end_object().end_object();
    return out;
}

// {"<condition>": {"<list>": [{"<name>": "<value>"}]}}
std::string delete_body(std::string_view condition, std::string_view list, std::string_view name,
                        std::string_view value)
{
    std::string out;
    JsonWriter json(out);
    json.begin_object().key(condition).begin_object().key(list).begin_array();
    json.begin_object().member(name, value).end_object();
    json.end_array().end_object().end_object();
    return out;
}

std::vector<int> doors_of(std::string_view text)
{
    std::vector<int> doors;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        const auto door = whole_number(text.substr(0, comma)).value_or(0);
        if (door >= 1 && door <= 64) doors.push_back(static_cast<int>(door));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    std::sort(doors.begin(), doors.end());
    doors.erase(std::unique(doors.begin(), doors.end()), doors.end());
    return doors;
}

} // namespace

// ---- plates ----

ListEntry plate_as_kept(ListEntry entry, minutes offset)
{
    const auto day_of = [offset](WallTime time) {
        return std::chrono::floor<std::chrono::days>(time + offset) - offset;
    };
    entry.name.clear();
    entry.picture.clear();
    entry.outputs.clear();
    if (entry.valid_from) entry.valid_from = day_of(*entry.valid_from);
    if (entry.valid_until)
        entry.valid_until = day_of(*entry.valid_until) + std::chrono::days(1) - std::chrono::seconds(1);
    cut_bounds(entry, moment(beginning, offset), moment(end_of_plates, offset));
    return entry;
}

std::string plate_search_body(std::string_view id, int position, std::string_view plate)
{
    auto body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LPListAuditSearchDescription><searchID>" +
                xml_text(id) + "</searchID><maxResults>" + std::to_string(page_size) +
                "</maxResults><searchResultPosition>" + std::to_string(position) + "</searchResultPosition>";
    if (!plate.empty()) body += "<LicensePlate>" + xml_text(plate) + "</LicensePlate>";
    return body + "</LPListAuditSearchDescription>\n";
}

std::string plate_record_body(const ListEntry& entry, PlateWords words, minutes offset)
{
    const bool newer = words == PlateWords::allow_list;
    auto from = from_text(entry, offset);
    auto until = until_text(entry, offset, end_of_plates);
    const auto created = from;
    if (!newer) { // these take days alone
        from.resize(10);
        until.resize(10);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("LicensePlateInfoList").begin_array().begin_object();
    json.member("LicensePlate", entry.value);
    if (newer)
        json.member("listType", entry.keep_out ? "blockList" : "allowList");
    else
        json.member("listType", entry.keep_out ? "blackList" : "whiteList");
    json.member("createTime", created).member("effectiveStartDate", from).member("effectiveTime", until);
    json.member("cardNo", "").member("id", "").end_object().end_array().end_object();
    return out;
}

std::string plate_delete_body(const std::vector<std::string>& ids, std::string_view plate)
{
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("deleteAllEnabled", false);
    if (ids.empty()) {
        json.key("CompoundCond").begin_object().member("plateColor", "").member("licensePlate", plate);
        json.end_object().end_object();
        return out;
    }
    json.key("id").begin_array();
    for (const auto& id : ids)
        json.value(id);
    json.end_array().end_object();
    return out;
}

base::Result<ListPage<PlateRow>> parse_plate_list(std::string_view document, minutes offset)
{
    XmlDocument xml;
    xml.load(document);
    if (xml.flaw != DocumentFlaw::none) return error_of(xml.flaw);
    if (xml.root_name() != "LPListAuditSearchResult") return base::Errc::bad_input;
    const auto read_row = [offset](std::string_view tag, const XmlNode& node, std::vector<PlateRow>& rows) {
        if (tag != "LicensePlateInfo" || rows.size() == page_rows_max) return;
        PlateRow row;
        std::string created;
        std::string start;
        node.each([&](std::string_view name, const XmlNode& child) {
            const auto text = child.text();
            if (name == "id") row.id = text;
            if (name == "LicensePlate" || name == "licensePlate") row.entry.value = text;
            if (name == "type" || name == "listType")
                row.entry.keep_out =
                    ascii::same_word(text, "blackList") || ascii::same_word(text, "blockList");
            if (name == "createTime") created = text;
            if (name == "effectiveStartDate") start = text;
            if (name == "effectiveTime") row.entry.valid_until = time_of(text, offset);
        });
        if (row.entry.value.empty()) return;
        row.entry.valid_from = time_of(start.empty() ? created : start, offset);
        row.entry = plate_as_kept(std::move(row.entry), offset);
        rows.push_back(std::move(row));
    };
    const auto read_list = [&](const XmlNode& list, std::vector<PlateRow>& rows) {
        list.each([&](std::string_view tag, const XmlNode& node) { read_row(tag, node, rows); });
    };
    return read_page<PlateRow>(XmlNode(xml.root()), "LicensePlateInfoList", read_list);
}

// ---- persons ----

ListEntry person_as_kept(ListEntry entry, minutes offset)
{
    entry.picture.clear();
    if (entry.name.size() > name_max) {
        auto end = name_max;
        while (end > 0 && (static_cast<unsigned char>(entry.name[end]) & 0xc0U) == 0x80U)
            --end; // not in the middle of a character
        entry.name.resize(end);
    }
    entry.name = std::string(ascii::trim(entry.name));
    if (entry.valid_from) entry.valid_from = std::chrono::floor<std::chrono::seconds>(*entry.valid_from);
    if (entry.valid_until) entry.valid_until = std::chrono::floor<std::chrono::seconds>(*entry.valid_until);
    cut_bounds(entry, moment(beginning, offset), moment(end_of_persons, offset));
    if (entry.keep_out) entry.outputs.clear();
    return entry;
}

std::string person_search_body(std::string_view id, int position)
{
    return search_body("UserInfoSearchCond", id, position);
}

std::string person_body(const ListEntry& person, const std::vector<int>& doors, minutes offset)
{
    std::string rights;
    for (const int door : doors)
        rights += (rights.empty() ? "" : ",") + std::to_string(door);
    const bool bounded = person.valid_from || person.valid_until;
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("UserInfo").begin_object();
    json.member("employeeNo", person.value).member("name", person.name);
    json.member("userType", person.keep_out ? "blackList" : "normal");
    json.key("Valid").begin_object().member("enable", bounded);
    json.member("beginTime", from_text(person, offset));
    json.member("endTime", until_text(person, offset, end_of_persons)).member("timeType", "local");
    json.end_object().member("doorRight", rights).key("RightPlan").begin_array();
    for (const int door : doors)
        json.begin_object().member("doorNo", door).member("planTemplateNo", "1").end_object();
    json.end_array().end_object().end_object();
    return out;
}

std::string person_delete_body(std::string_view person)
{
    return delete_body("UserInfoDelCond", "EmployeeNoList", "employeeNo", person);
}

base::Result<ListPage<ListEntry>> parse_person_list(std::string_view document, minutes offset)
{
    const auto read = [offset](const JsonNode& node, std::vector<ListEntry>& rows) {
        ListEntry person;
        person.type = ListEntry::Type::person;
        bool bounded = true;
        node.each([&](std::string_view name, const JsonNode& child) {
            if (name == "employeeNo") person.value = child.text();
            if (name == "name") person.name = child.text();
            if (name == "userType") person.keep_out = ascii::same_word(child.text(), "blackList");
            if (name == "doorRight") person.outputs = doors_of(child.text());
            if (name != "Valid") return;
            child.each([&](std::string_view key, const JsonNode& value) {
                if (key == "enable") bounded = truth(value.text()).value_or(true);
                if (key == "beginTime") person.valid_from = time_of(value.text(), offset);
                if (key == "endTime") person.valid_until = time_of(value.text(), offset);
            });
        });
        if (person.value.empty()) return;
        if (!bounded) {
            person.valid_from.reset();
            person.valid_until.reset();
        }
        person.keep_out = person.keep_out || person.outputs.empty();
        rows.push_back(person_as_kept(std::move(person), offset));
    };
    return parse_json_page<ListEntry>(document, "UserInfoSearch", "UserInfo", read);
}

// ---- cards ----

std::string card_search_body(std::string_view id, int position)
{
    return search_body("CardInfoSearchCond", id, position);
}

std::string card_body(std::string_view number, std::string_view person)
{
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("CardInfo").begin_object().member("employeeNo", person);
    json.member("cardNo", number).member("cardType", "normalCard").end_object().end_object();
    return out;
}

std::string card_delete_body(std::string_view number)
{
    return delete_body("CardInfoDelCond", "CardNoList", "cardNo", number);
}

std::string cards_of_person_delete_body(std::string_view person)
{
    return delete_body("CardInfoDelCond", "EmployeeNoList", "employeeNo", person);
}

base::Result<ListPage<CardRow>> parse_card_list(std::string_view document)
{
    const auto read = [](const JsonNode& node, std::vector<CardRow>& rows) {
        CardRow row;
        node.each([&](std::string_view name, const JsonNode& child) {
            if (name == "cardNo") row.number = child.text();
            if (name == "employeeNo") row.person = child.text();
        });
        if (!row.number.empty()) rows.push_back(std::move(row));
    };
    return parse_json_page<CardRow>(document, "CardInfoSearch", "CardInfo", read);
}

// ---- faces ----

std::string face_body(std::string_view person, std::string_view jpeg)
{
    std::string record;
    JsonWriter json(record);
    json.begin_object().member("faceLibType", "blackFD").member("FDID", "1").member("FPID", person);
    json.end_object();
    const std::string boundary = "--gatehouse-face\r\n";
    std::string out = boundary;
    out +=
        "Content-Disposition: form-data; name=\"FaceDataRecord\"\r\nContent-Type: application/json\r\n\r\n";
    out += record + "\r\n" + boundary;
    out += "Content-Disposition: form-data; name=\"FaceImage\"; filename=\"face.jpg\"\r\n"
           "Content-Type: image/jpeg\r\n\r\n";
    out.append(jpeg);
    return out + "\r\n--gatehouse-face--\r\n";
}

std::string face_delete_body(std::string_view person)
{
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("FPID").begin_array().begin_object().member("value", person).end_object();
    json.end_array().end_object();
    return out;
}

} // namespace gatehouse::isapi
