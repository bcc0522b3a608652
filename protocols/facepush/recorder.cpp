#include "protocols/facepush/recorder.hpp"

#include "protocols/facepush/reading.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace gatehouse::facepush {
namespace {

// Fields that say what happened and nothing of whom: kept as they are. All others are replaced or left out.
constexpr std::array<std::string_view, 50> plain{
    "type",      "time",      "operator",     "VerifyStatus", "PersonType",  "Sendintime",    "PushType",
    "RecordID",  "code",      "result",       "success",      "cmd",         "cmd_id",        "sequence",
    "sec",       "usec",      "matched",      "role",         "version",     "personCount",   "faceCount",
    "taskNo",    "messageId", "similarity1",  "searchScore",  "temperature", "standard",      "mask",
    "maskState", "aliveType", "recType",      "identifyType", "isNoMask",    "showTime",      "recMode",
    "id",        "SnapID",    "message_uuid", "message_id",   "errcode",     "AddSucNum",     "AddErrNum",
    "detail",    "hat",       "pic_name",     "record_time",  "pass_status", "identify_time", "CreateTime",
    "recog_time"};
constexpr std::array<std::string_view, 24> personal{
    "personId",    "personName",  "persionName", "customId",     "name",    "idcardNum",
    "idCard",      "per_id",      "deviceKey",   "facesluiceId", "sn",      "personGuid",
    "person_uuid", "CustomizeID", "PersonUUID",  "DeviceID",     "cardNum", "telnum",
    "guid",        "card",        "client_id",   "device_sn",    "Name",    "deviceNo"};
constexpr std::array<std::string_view, 8> pictures{"imgBase64",    "base64",        "pic",     "scene",
                                                   "face_imgdata", "model_imgdata", "SanpPic", "picinfo"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

void Recorder::begin()
{
    on_ = true;
    cut_ = false;
    text_.clear();
    numbers_.clear();
}

void Recorder::take(std::string_view way, const Fields& fields)
{
    if (!on_) return;
    std::string line(way.substr(0, way.find('?')));
    std::replace(line.begin(), line.end(), ' ', '_');
    line += ' ';
    for (const auto& [name, value] : fields.all()) {
        const auto last = name.substr(name.rfind('.') + 1);
        const auto shown_value = shown(last, value);
        if (shown_value.empty() && !value.empty()) continue;
        if (line.back() != ' ') line += '&';
        line += encoded_form(name) + '=' + encoded_form(shown_value);
    }
    line += '\n';
    cut_ = cut_ || line.size() > size_max - text_.size();
    if (!cut_) text_ += line;
}

std::string Recorder::shown(std::string_view name, std::string_view value)
{
    if (among(pictures, name)) return "picture";
    if (among(personal, name) && !is_stranger(value)) return pseudonym(std::string(value));
    const bool is_shown = among(personal, name) || (among(plain, name) && value.size() <= 64);
    return is_shown ? std::string(value) : std::string();
}

std::string Recorder::pseudonym(const std::string& value)
{
    const auto number = numbers_.emplace(value, numbers_.size() + 1).first->second;
    return "x" + std::to_string(number);
}

std::string Recorder::end()
{
    on_ = false;
    if (cut_) text_ += "# the recording was full here\n";
    numbers_.clear();
    return std::exchange(text_, {});
}

std::vector<RecordedLine> read_recording(std::string_view bytes)
{
    std::vector<RecordedLine> lines;
    constexpr std::size_t lines_max = 20'000;
    if (auto whole = Fields::of_json(bytes)) {
        lines.push_back({"", std::move(*whole)});
        return lines;
    }
    while (!bytes.empty() && lines.size() < lines_max) {
        const auto end = std::min(bytes.find('\n'), bytes.size());
        auto line = bytes.substr(0, end);
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.front() == '#') continue;
        RecordedLine read;
        const auto blank = line.find(' ');
        if (blank != std::string_view::npos) {
            read.way = line.substr(0, blank);
            line.remove_prefix(blank + 1);
        }
        read.fields = Fields::of_form(line);
        lines.push_back(std::move(read));
    }
    return lines;
}

} // namespace gatehouse::facepush
