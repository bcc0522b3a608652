#include "protocols/facepush/explain.hpp"

#include "protocols/facepush/recorder.hpp"
#include "protocols/facepush/uface_messages.hpp"

#include "gateway/base/time_text.hpp"

namespace gatehouse::facepush {

std::string line_of(const Read& read, std::chrono::minutes offset)
{
    if (!read.reading) return "no event (" + std::string(to_string(read.reason)) + "): " + read.text;
    const auto& reading = *read.reading;
    std::string line = reading.granted ? "granted " : "denied ";
    line += reading.credential + " person=" + (reading.person.empty() ? "none" : reading.person);
    if (!reading.granted) line += " reason=" + reading.reason;
    line += " time=" + (reading.time ? base::format_time(*reading.time, offset) : std::string("none"));
    if (reading.later) line += " later";
    return line + " key=" + reading.key;
}

std::vector<std::string> explain_uface(std::string_view bytes, std::chrono::minutes offset)
{
    std::vector<std::string> lines;
    for (const auto& message : read_recording(bytes)) {
        const auto callback = callback_of(message.way, "POST", message.fields);
        using Kind = Callback::Kind;
        switch (callback.kind) {
        case Kind::identify: lines.push_back(line_of(read_identify(message.fields, offset), offset)); break;
        case Kind::heartbeat: lines.emplace_back("heartbeat"); break;
        case Kind::face_enrolled: lines.emplace_back("a face was enrolled at the terminal"); break;
        case Kind::task_request: lines.emplace_back("asks for an order"); break;
        case Kind::task_result: lines.emplace_back("result of an order"); break;
        case Kind::unknown: lines.emplace_back("no message of this family"); break;
        }
    }
    return lines;
}

} // namespace gatehouse::facepush
