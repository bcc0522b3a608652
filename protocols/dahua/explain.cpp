#include "protocols/dahua/explain.hpp"

#include "protocols/dahua/parts.hpp"
#include "protocols/wire/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace gatehouse::dahua {

using namespace wire::ascii;

namespace {

// Names of fields, lower case, whose values belong to a person or a device.
constexpr std::array private_fields{
    "platenumber", "platetext", "cardname",   "cardno",      "userid",       "username", "personname",
    "masterofcar", "name",      "serialno",   "sn",          "macaddress",   "mac",      "physicaladdress",
    "deviceid",    "id",        "uid",        "citizenidno", "employeename", "text",     "snappath",
    "filepath",    "password",  "machinename"};
constexpr std::array picture_fields{"content", "photodata", "facedata"};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<const char*, N>& names)
{
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view one) { return same_word(one, name); });
}

std::string line_of(const Mapped& mapped, const std::string& code)
{
    if (mapped.outcome == Mapped::Outcome::refused)
        return fmt::format("{}: not wanted ({}): {}", code, to_string(mapped.refusal.reason),
                           mapped.refusal.text);
    auto line = fmt::format("{}: {}", code, model::type_of(mapped.event.body));
    if (!mapped.event.device_record.empty()) line += ", record " + mapped.event.device_record;
    if (!mapped.lifecycle.empty()) line += mapped.active ? ", goes on until its Stop" : ", is over";
    if (!mapped.group.empty())
        line += fmt::format(", picture {} of {} of one car", mapped.group_index, mapped.group_size);
    if (!mapped.cuts.empty()) line += fmt::format(", {} pictures announced", mapped.cuts.size());
    if (mapped.asks) line += ", waits for our verdict";
    return line;
}

void explain_itsapi(const json::object& tree, const MapContext& context, std::vector<std::string>& lines)
{
    if (find(tree, "AlarmInfo") != nullptr)
        lines.push_back(line_of(map_alarm(tree, context), "AlarmInfo"));
    else
        lines.push_back(line_of(map_tollgate(tree, context), "TollgateInfo"));
}

void explain_text(std::string_view text, const MapContext& context, std::vector<std::string>& lines)
{
    if (const auto tree = trim(text).starts_with('{') ? read_json(text) : nullptr;
        tree && (tree->contains("Picture") || tree->contains("AlarmInfo")))
        return explain_itsapi(*tree, context, lines);
    const auto notices = read_notices(text);
    if (notices.heartbeat) lines.emplace_back("a sign of life, no event");
    if (!notices.flaw.empty()) lines.push_back("not an event: " + notices.flaw);
    for (const auto& notice : notices.events)
        lines.push_back(line_of(map(notice, context), notice.code));
}

// The head of an HTTP message is stepped over; its boundary is learned from the first line of the body.
std::string_view without_head(std::string_view bytes)
{
    if (!bytes.starts_with("HTTP/") && !bytes.starts_with("POST ")) return bytes;
    const auto end = bytes.find("\r\n\r\n");
    const auto bare = bytes.find("\n\n");
    if (bare < end) return bytes.substr(bare + 2);
    return end == std::string_view::npos ? std::string_view() : bytes.substr(end + 4);
}

// The same value always becomes the same pseudonym, of the same length and kinds of characters.
class Pseudonyms {
public:
    std::string of(std::string_view value)
    {
        auto [at, fresh] = numbers_.try_emplace(std::string(value), numbers_.size() + 1);
        auto number = at->second;
        std::string out(value);
        for (auto c = out.rbegin(); c != out.rend(); ++c) {
            if (is_digit(*c)) {
                *c = static_cast<char>('0' + number % 10);
                number /= 10;
            } else if (is_letter(*c)) {
                *c = static_cast<char>((*c >= 'a' ? 'a' : 'A') + number % 26);
                number /= 26;
            } else if (static_cast<unsigned char>(*c) >= 0x80) {
                *c = '?';
            }
        }
        return out;
    }

private:
    std::map<std::string, std::size_t> numbers_;
};

// Start and end of the value behind a field's name that ends at `at`; an empty one when there is none.
std::pair<std::size_t, std::size_t> value_behind(std::string_view bytes, std::size_t at)
{
    if (at < bytes.size() && bytes[at] == '=') {
        const auto end = std::min(bytes.find_first_of("\r\n&;", at + 1), bytes.size());
        return {at + 1, end};
    }
    if (at >= bytes.size() || bytes[at] != '"') return {at, at};
    for (++at; at < bytes.size() && (is_blank(bytes[at]) || bytes[at] == ':' || bytes[at] == '['); ++at) {
    }
    if (at >= bytes.size()) return {at, at};
    if (bytes[at] == '"') {
        auto end = at + 1;
        while (end < bytes.size() && bytes[end] != '"')
            end += bytes[end] == '\\' ? 2 : 1;
        return {at + 1, std::min(end, bytes.size())};
    }
    const auto end = std::min(bytes.find_first_of(",}] \r\n", at), bytes.size());
    return {at, is_digit(bytes[at]) ? end : at};
}

// Up to the next boundary: a thumbnail inside a picture has marks of its own. Only the marks are kept, so
// that joined pictures can still be cut.
void blank_pictures(std::string& bytes)
{
    for (auto at = bytes.find("\xFF\xD8\xFF"); at != std::string_view::npos;
         at = bytes.find("\xFF\xD8\xFF", at)) {
        const auto end = std::min(bytes.find("\n--", at), bytes.size());
        for (; at < end; ++at) {
            const bool mark =
                bytes[at] == '\xFF' && at + 1 < end && (bytes[at + 1] == '\xD8' || bytes[at + 1] == '\xD9');
            if (mark)
                ++at;
            else
                bytes[at] = '\0';
        }
    }
}

} // namespace

std::vector<std::string> explain_bytes(std::string_view bytes, const MapContext& context)
{
    std::vector<std::string> lines;
    bytes = without_head(bytes);
    const auto body = trim(bytes);
    if (!body.starts_with("--") && !body.empty()) {
        explain_text(bytes, context, lines);
        return lines;
    }
    PartScanner parts;
    parts.feed(bytes);
    parts.finish();
    while (const auto part = parts.next()) {
        if (part->kind == Part::Kind::picture)
            lines.push_back(fmt::format("picture, {} bytes", part->body->size()));
        else
            explain_text(part->text(), context, lines);
    }
    if (parts.flaws() > 0)
        lines.push_back(fmt::format("{} places where bytes had to be skipped", parts.flaws()));
    if (lines.empty()) lines.emplace_back("nothing that looks like an event was found");
    return lines;
}

std::string redact(std::string bytes)
{
    Pseudonyms names;
    blank_pictures(bytes);
    for (std::size_t at = 0; at < bytes.size();) {
        if (!is_name_char(bytes[at])) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < bytes.size() && is_name_char(bytes[end]))
            ++end;
        const auto name = std::string_view(bytes).substr(at, end - at);
        const bool picture = is_one_of(name, picture_fields);
        if (picture || is_one_of(name, private_fields)) {
            const auto [from, to] = value_behind(bytes, end);
            const auto value = std::string_view(bytes).substr(from, to - from);
            const auto fill = picture ? std::string(value.size(), 'A') : names.of(value);
            bytes.replace(from, to - from, fill);
            end = std::max(end, to);
        }
        at = end;
    }
    return bytes;
}

} // namespace gatehouse::dahua
