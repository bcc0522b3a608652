#include "protocols/zkteco/recorder.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/zkteco/records.hpp"

#include <array>

namespace gatehouse::zkteco {

namespace ascii = wire::ascii;

namespace {

// Parameters of a first line that name nobody.
constexpr std::array<std::string_view, 14> open_parameters{
    "options", "language", "pushver",   "devicetype", "pushoptionsflag", "table",   "stamp",
    "type",    "authtype", "tablename", "count",      "packcnt",         "packidx", "cmdid"};

std::string_view name_of(Place place)
{
    switch (place) {
    case Place::cdata: return "cdata";
    case Place::getrequest: return "getrequest";
    case Place::devicecmd: return "devicecmd";
    case Place::ping: return "ping";
    case Place::registry: return "registry";
    case Place::push: return "push";
    case Place::rtdata: return "rtdata";
    case Place::querydata: return "querydata";
    case Place::exchange: return "exchange";
    case Place::other: break;
    }
    return "other";
}

bool is_open(std::string_view name)
{
    for (const auto one : open_parameters)
        if (one == name) return true;
    return false;
}

bool is_record_field(std::string_view name)
{
    constexpr std::array<std::string_view, 12> names{"time",       "eventaddr", "event",    "inoutstatus",
                                                     "verifytype", "index",     "addrtype", "sensor",
                                                     "relay",      "alarm",     "return",   "cmd"};
    for (const auto one : names)
        if (one == name) return true;
    return name == "id" || name == "lockcount" || name == "readercount" || name == "firmver";
}

} // namespace

void Recorder::begin()
{
    on_ = true;
    cut_ = false;
    text_.clear();
    names_.clear();
}

std::string Recorder::pseudonym(std::string_view kind, std::string_view text)
{
    if (text.empty() || text == "0") return std::string(text);
    const auto key = std::string(kind) + ":" + std::string(text);
    const auto at = names_.find(key);
    if (at != names_.end()) return at->second;
    auto name = std::string(kind) + std::to_string(names_.size() + 1);
    names_.emplace(key, name);
    return name;
}

// What is not known to name nobody is taken for somebody's.
std::string Recorder::line(std::string_view table, std::string_view line)
{
    if (is_biometric(line)) return "(template left out)";
    if (ascii::same_word(table, "attlog")) {
        const auto punch = read_punch(line);
        if (!punch) return "(unreadable line left out)";
        return pseudonym("p", punch->pin) + "\t" + punch->time + "\t" + std::to_string(punch->status) + "\t" +
               std::to_string(punch->verify) + "\t\t0\t0";
    }
    if (const auto operation = read_operation(line)) {
        std::string out = "OPLOG " + std::to_string(operation->code) + "\t0\t" + operation->time;
        // Only an alarm's first object is a number of ours; others are persons.
        out += "\t" + (operation->code == 3 ? operation->objects[0] : pseudonym("p", operation->objects[0]));
        return out + "\t0\t0\t0";
    }
    std::string out;
    const bool result = line.find('&') != std::string_view::npos;
    const bool options =
        line.find('\t') == std::string_view::npos && line.find(',') != std::string_view::npos;
    const char separator = result ? '&' : options ? ',' : '\t';
    for (const auto& [name, value] : read_fields(line, separator)) {
        if (!out.empty()) out += separator;
        out +=
            name + "=" + (is_record_field(name) ? value : pseudonym(name == "cardno" ? "card" : "p", value));
    }
    return out;
}

void Recorder::take(std::string_view method, const Request& request, std::string_view body)
{
    if (!on_) return;
    std::string kept = std::string(method) + " /iclock/" + std::string(name_of(request.place)) + "?SN=SN1";
    for (const auto& [name, value] : request.query) {
        if (is_open(name)) kept += "&" + name + "=" + value;
        if (const auto info = read_info(value); name == "info" && info)
            kept += "&info=" + info->firmware + "," + std::to_string(info->users) + ",0," +
                    std::to_string(info->logs) + ",192.0.2.1";
    }
    kept += "\n";
    const auto table = request.value("table");
    if (ascii::same_word(table, "attphoto"))
        kept += "(photograph left out)\n";
    else
        for (const auto one : lines_of(body))
            kept += line(table, one) + "\n";
    kept += "\n";
    cut_ = cut_ || text_.size() + kept.size() > size_max;
    if (!cut_) text_ += kept;
}

std::string Recorder::end()
{
    on_ = false;
    names_.clear();
    auto text = std::move(text_);
    text_.clear();
    if (cut_) text += "# the recording was full here\n";
    return text;
}

} // namespace gatehouse::zkteco
