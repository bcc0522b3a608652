#include "protocols/vzenith/recorder.hpp"

#include "protocols/vzenith/event_map.hpp"
#include "protocols/vzenith/frame.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::vzenith {
namespace {

using namespace std::string_view_literals;

constexpr std::array plate_keys{"license"sv, "plate"sv};
constexpr std::array secret_keys{"pass_wd"sv,
                                 "user_name"sv,
                                 "imageFile"sv,
                                 "imageFragmentFile"sv,
                                 "imgdata"sv,
                                 "vehicle_code"sv,
                                 "vehicle_comment"sv,
                                 "customer_id"sv,
                                 "imagePath"sv,
                                 "image_path"sv,
                                 "fragment_path"sv,
                                 "image_sd_path"sv,
                                 "signature"sv,
                                 "data"sv,
                                 "deviceName"sv,
                                 "device_name"sv,
                                 "user_data"sv,
                                 "ipaddr"sv,
                                 "ip_addr"sv,
                                 "full_image_content"sv,
                                 "small_image_content"sv};
constexpr std::array serial_keys{"serialno"sv, "sn"sv};
constexpr std::string_view nobody = "00000000-00000000";

template <std::size_t size>
bool is_one(std::string_view key, const std::array<std::string_view, size>& keys)
{
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::string line_of(const Mapped& mapped)
{
    if (mapped.refused()) return fmt::format("not wanted ({}): {}", to_string(mapped.refusal), mapped.text);
    return fmt::format("{}{}{}", model::type_of(mapped.event.body), mapped.event.history ? ", history" : "",
                       mapped.event.device_time ? "" : ", without a time");
}

struct PushLine {
    std::chrono::minutes utc_offset;
    std::string operator()(const PlateReport& report) const { return line_of(map(report, utc_offset)); }
    std::string operator()(const InputReport& report) const
    {
        return line_of(map(report, InputNumbers::of_2018));
    }
    std::string operator()(const SignOfLife&) const { return "sign of life"; }
    std::string operator()(const Unwanted& message) const { return line_of(refusal_of(message)); }
    std::string operator()(const Unreadable& message) const { return "not understood: " + message.why; }
};

// A document without frame: an answer or a result of TCP, or a post.
std::string line_of(std::string_view text, std::string_view pictures, std::chrono::minutes utc_offset)
{
    const auto document = parse_object(text);
    if (document) {
        if (const auto result = read_result(*document, pictures))
            return "result: " + line_of(map(*result, utc_offset));
        const auto cmd = text_member(*document, "cmd");
        if (!cmd.empty()) return "answer to " + cmd.substr(0, 64);
    }
    return std::visit(PushLine{utc_offset}, read_push(text));
}

void explain_frames(std::string_view bytes, std::chrono::minutes utc_offset, std::vector<std::string>& lines)
{
    for (auto step = decode_frame(bytes); step.consumed > 0; step = decode_frame(bytes)) {
        bytes.remove_prefix(step.consumed);
        if (step.flaw) lines.push_back("not a frame (" + std::string(to_string(*step.flaw)) + ")");
        if (!step.frame) continue;
        const auto split = split_body(step.frame->body);
        if (step.frame->kind == FrameKind::heartbeat)
            lines.emplace_back("heartbeat");
        else if (step.frame->kind == FrameKind::binary)
            lines.emplace_back("a result in binary form, which is not read");
        else
            lines.push_back(line_of(split.text, split.rest, utc_offset));
    }
    if (!bytes.empty()) lines.emplace_back("the recording ends within a frame");
}

} // namespace

void Recorder::begin()
{
    on_ = true;
    cut_ = false;
    text_.clear();
    plates_.clear();
}

void Recorder::take(std::string_view body)
{
    if (!on_) return;
    std::string line;
    if (auto value = parse_tree(body); !value.is_null()) {
        redact(value, {});
        line = json::serialize(value) + "\n";
    } else {
        line = fmt::format("# {} bytes that are no JSON\n", body.size());
    }
    cut_ = cut_ || text_.size() + line.size() > size_max;
    if (!cut_) text_ += line;
}

std::string Recorder::end()
{
    on_ = false;
    if (cut_) text_ += "# the recording was full here\n";
    return std::move(text_);
}

void Recorder::redact(json::value& value, std::string_view key)
{
    if (auto* object = value.if_object()) {
        const auto* cmd = object->if_contains("cmd");
        const bool of_getsn = cmd != nullptr && *cmd == "getsn";
        for (auto& entry : *object)
            redact(entry.value(), of_getsn && entry.key() == "value" ? std::string_view("sn")
                                                                     : std::string_view(entry.key()));
    } else if (auto* list = value.if_array()) {
        for (auto& entry : *list)
            redact(entry, key);
    } else if (is_one(key, secret_keys)) {
        value = "";
    } else if (is_one(key, serial_keys)) {
        value = nobody;
    } else if (is_one(key, plate_keys) && value.is_string()) {
        value = pseudonym(std::string_view(value.get_string()));
    }
}

std::string Recorder::pseudonym(std::string_view plate)
{
    if (plate.empty() || plate == "_无_" || plate == "无") return std::string(plate);
    const auto next = plates_.size() + 1;
    const auto number = plates_.try_emplace(std::string(plate), next).first->second;
    return fmt::format("沪T{:05}", number);
}

std::vector<std::string> explain_bytes(std::string_view bytes, std::chrono::minutes utc_offset)
{
    std::vector<std::string> lines;
    if (bytes.starts_with("VZ")) {
        explain_frames(bytes, utc_offset, lines);
    } else if (parse_object(bytes)) {
        lines.push_back(line_of(bytes, {}, utc_offset));
    } else if (bytes.find("serialno") != std::string_view::npos && !bytes.starts_with('{')) {
        lines.push_back(line_of(bytes, {}, utc_offset));
    } else {
        while (!bytes.empty()) {
            const auto end = std::min(bytes.find('\n'), bytes.size());
            const auto line = bytes.substr(0, end);
            bytes.remove_prefix(std::min(end + 1, bytes.size()));
            if (line.find_first_not_of(" \t\r") == std::string_view::npos || line.starts_with('#')) continue;
            lines.push_back(line_of(line, {}, utc_offset));
        }
    }
    if (lines.empty()) lines.emplace_back("nothing that looks like a message of a camera was found");
    return lines;
}

} // namespace gatehouse::vzenith
