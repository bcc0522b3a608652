// What a device still knows: AcsEvent search with pages, the list of read plates, and their pictures.
#include "gateway/base/time_text.hpp"
#include "tests/sim/isapi/device.hpp"
#include "tests/sim/isapi/endpoints.hpp"
#include "tests/sim/text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <limits>

namespace gatehouse::sim::isapi {
namespace {

namespace json = boost::json;

struct Search {
    std::string id;
    std::int64_t position = 0;
    std::int64_t max = 30;
    std::int64_t major = 0;
    std::int64_t minor = 0;
    base::WallTime from{};
    base::WallTime to = base::WallTime::max();
};

std::int64_t number(const json::object& object, const char* name, std::int64_t otherwise)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? value->as_int64() : otherwise;
}

std::string text(const json::object& object, const char* name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::optional<Search> parse_search(const std::string& body, const Switches& switches)
{
    boost::system::error_code failure;
    const auto parsed = json::parse(body, failure);
    if (failure || !parsed.is_object()) return std::nullopt;
    const auto* condition = parsed.as_object().if_contains("AcsEventCond");
    if (condition == nullptr || !condition->is_object()) return std::nullopt;
    const auto& object = condition->as_object();
    Search search;
    search.id = text(object, "searchID");
    search.position = number(object, "searchResultPosition", 0);
    search.max =
        std::clamp<std::int64_t>(number(object, "maxResults", 30), 1, 30); // what real terminals give at most
    search.major = number(object, "major", 0);
    search.minor = number(object, "minor", 0);
    if (search.id.empty() || search.position < 0) return std::nullopt;
    const auto zone = std::chrono::duration_cast<std::chrono::minutes>(switches.zone);
    const auto from = base::parse_time(text(object, "startTime"), zone);
    const auto to = base::parse_time(text(object, "endTime"), zone);
    // Times are the device's own; the log holds true time.
    if (from) search.from = from->time - switches.clock_skew;
    if (to) search.to = to->time - switches.clock_skew;
    return search;
}

bool matches(const Record& record, const Search& search)
{
    const auto code = acs_code(record.type);
    if (!code || !record.keyed) return false;
    if (search.major != 0 && search.major != code->first) return false;
    if (search.minor != 0 && search.minor != code->second) return false;
    return std::chrono::floor<std::chrono::seconds>(record.at) >=
               std::chrono::floor<std::chrono::seconds>(search.from) &&
           record.at <= search.to;
}

std::string item(const Record& record, const Switches& switches)
{
    const auto code = acs_code(record.type).value_or(std::pair(0, 0));
    std::string out = fmt::format(R"({{"major":{},"minor":{},"time":"{}","doorNo":{},"serialNo":{})",
                                  code.first, code.second, Payloads::device_time(record.at, switches, false),
                                  record.port, record.serial);
    const bool card = record.type == Type::card || record.type == Type::card_unknown;
    if (!record.text.empty())
        out += fmt::format(R"(,"{}":"{}","cardReaderNo":1,"currentVerifyMode":"cardOrFaceOrFp")",
                           card ? "cardNo" : "employeeNoString", json_escaped(record.text));
    return out + "}";
}

// 20240428T1300000000: date, T, time and four digits of the second's fraction.
std::string capture_time(const Record& record, const Switches& switches)
{
    const auto digits = Payloads::absolute_time(record.at, switches);
    constexpr std::size_t date = 8;
    return digits.substr(0, date) + "T" + digits.substr(date) + "0";
}

} // namespace

Reply search_acs_events(Device& device, const Request& request)
{
    if (request.method != "POST") return status_reply(request, 4, "methodNotAllowed");
    const auto search = parse_search(request.body, device.switches);
    if (!search) return status_reply(request, 6, "badParameters");
    std::int64_t total = 0;
    std::int64_t found = 0;
    std::string items;
    for (const auto& record : device.log.all()) {
        if (!matches(*record, *search)) continue;
        const auto position = total++;
        if (position < search->position || found >= search->max) continue;
        if (found++ > 0) items += ',';
        items += item(*record, device.switches);
    }
    const char* state = found == 0 ? "NO MATCH" : search->position + found < total ? "MORE" : "OK";
    Reply reply;
    reply.type = "application/json";
    reply.body = fmt::format(R"({{"AcsEvent":{{"searchID":"{}","responseStatusStrg":"{}","numOfMatches":{},)"
                             R"("totalMatches":{},"InfoList":[{}]}}}})",
                             json_escaped(search->id), state, found, total, items);
    if (device.switches.bad_json) reply.body.resize(reply.body.size() / 2);
    return reply;
}

Reply list_plates(Device& device, const Request& request)
{
    if (request.method != "POST") return status_reply(request, 4, "methodNotAllowed");
    // A time gives what came after it; anything else ("last", "0") the newest the device keeps.
    const std::string after = between(request.body, "<picTime>", "</picTime>");
    const bool timed = !after.empty() && after.find('T') != std::string::npos;
    constexpr std::size_t newest = 100;
    std::vector<std::string> plates;
    for (const auto& record : device.log.all()) {
        if (record->type != Type::plate) continue;
        const std::string captured = capture_time(*record, device.switches);
        if (timed && captured <= after) continue;
        plates.push_back(
            fmt::format("<Plate>\r\n<captureTime>{}</captureTime>\r\n<plateNumber>{}</plateNumber>\r\n"
                        "<picName>{}</picName>\r\n<country>0</country>\r\n<laneNo>{}</laneNo>\r\n"
                        "<direction>forward</direction>\r\n</Plate>\r\n",
                        captured, record->text, record->picture_name, record->port));
    }
    Reply reply;
    reply.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
                 "<Plates version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\">\r\n";
    // After a time the oldest come first, so that the caller can go on from the last one.
    const std::size_t first = timed || plates.size() <= newest ? 0 : plates.size() - newest;
    for (std::size_t n = first; n < plates.size() && n < first + newest; ++n)
        reply.body += plates[n];
    reply.body += "</Plates>\r\n";
    return reply;
}

Reply plate_picture(Device& device, const Request& request)
{
    const std::string name = between(request.path + "\n", "/doc/ui/images/plate/", ".jpg\n");
    for (const auto& record : device.log.all()) {
        if (record->type != Type::plate || record->picture_name != name) continue;
        constexpr std::size_t usual = 20'000;
        Reply reply;
        reply.type = "image/jpeg";
        const auto drawn = draw(*record, device.switches);
        const auto size = device.switches.picture_bytes == 0 ? usual : device.switches.picture_bytes;
        reply.body = drawn.empty() ? *picture(size) : *drawn.back();
        return reply;
    }
    Reply reply;
    reply.status = 404;
    reply.type = "text/html";
    reply.body = "<html><body>Not Found</body></html>\r\n";
    return reply;
}

} // namespace gatehouse::sim::isapi
