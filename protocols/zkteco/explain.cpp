#include "protocols/zkteco/explain.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/zkteco/request.hpp"

#include "gateway/base/time_text.hpp"

namespace gatehouse::zkteco {

namespace ascii = wire::ascii;

namespace {

constexpr std::size_t parts_max = 10'000;

std::string said(const Mapped& mapped, const Reading& reading)
{
    if (mapped.refusal != Refusal::none)
        return "no event (" + std::string(to_string(mapped.refusal)) + ")" +
               (mapped.text.empty() ? std::string() : ": " + mapped.text);
    std::string out = model::type_of(mapped.event.body) + ": " + mapped.text;
    if (mapped.event.device_time)
        out += " at " + base::format_time(*mapped.event.device_time, reading.utc_offset);
    if (!mapped.event.device_record.empty()) out += ", record " + mapped.event.device_record;
    return out;
}

// One line of a body, by its own look where the table is not known.
std::string explain_line(std::string_view line, const Reading& reading)
{
    if (is_biometric(line)) return "a biometric template: dropped";
    if (line.starts_with("USER ")) return "a user of the device";
    if (const auto operation = read_operation(line)) return said(map(*operation, reading), reading);
    const auto fields = read_fields(line);
    if (has_field(fields, "event")) return said(map_access(fields, reading), reading);
    if (has_field(fields, "sensor")) return "the state of doors";
    if (const auto results = read_results(line); !results.empty()) {
        const auto& result = results.front();
        return "result of a command: " +
               (result.code < 0 ? explain_return(result.code) : std::string("done"));
    }
    if (const auto punch = read_punch(line)) return said(map(*punch, reading), reading);
    return "not understood";
}

std::string explain_request(const Request& request)
{
    std::string out = request.post ? "POST " : "GET ";
    switch (request.place) {
    case Place::cdata:
        if (request.query.contains("options")) return out + "hello";
        if (request.value("type") == "time") return out + "asks for the time";
        if (ascii::same_word(request.value("table"), "attphoto")) return out + "a photograph: dropped";
        return out + (request.post ? "records" : "heartbeat");
    case Place::getrequest: return out + "asks for commands";
    case Place::devicecmd: return out + "results of commands";
    case Place::ping: return out + "heartbeat";
    case Place::registry: return out + "registers";
    case Place::push: return out + "asks for parameters";
    case Place::rtdata: return out + "asks for the time";
    case Place::querydata: return out + "answers a query";
    case Place::exchange: return out + "offers encryption";
    case Place::other: break;
    }
    return out + "another path: 404";
}

} // namespace

std::vector<std::string> explain_bytes(std::string_view bytes, const Reading& reading)
{
    std::vector<std::string> parts;
    for (const auto line : lines_of(bytes)) {
        if (parts.size() >= parts_max) {
            parts.emplace_back("and more");
            break;
        }
        if (line.starts_with('#') || line.starts_with('(')) continue;
        const bool get = line.starts_with("GET /");
        if (get || line.starts_with("POST /")) {
            const auto begin = line.find('/');
            const auto target = line.substr(begin, line.find(' ', begin) - begin);
            parts.push_back(explain_request(read_request(get ? "GET" : "POST", target)));
            continue;
        }
        parts.push_back(explain_line(line, reading));
    }
    if (parts.empty()) parts.emplace_back("nothing that a device would send");
    return parts;
}

} // namespace gatehouse::zkteco
