#include "protocols/zkteco/records.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::zkteco {

namespace ascii = wire::ascii;

namespace {

constexpr std::size_t body_lines_max = 100'000;
constexpr std::size_t fields_max = 64;
constexpr std::size_t value_max = 4096;
constexpr std::size_t photo_head_max = 1024;

// Beyond `most` the rest is not looked at.
std::vector<std::string_view> split(std::string_view text, char separator, std::size_t most)
{
    std::vector<std::string_view> parts;
    const auto separators = static_cast<std::size_t>(std::count(text.begin(), text.end(), separator));
    parts.reserve(std::min(separators + 1, most));
    while (parts.size() < most) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return parts;
}

int small_number(std::string_view text, int otherwise)
{
    const auto value = number(text);
    return value && *value >= -100'000 && *value <= 100'000 ? static_cast<int>(*value) : otherwise;
}

std::string clean(std::string_view text)
{
    return wire::to_utf8(ascii::trim(text.substr(0, value_max)));
}

// A dozen fields: to look at each is less work than to keep them sorted.
const Field* first_of(const Fields& fields, std::string_view name)
{
    const auto found =
        std::find_if(fields.begin(), fields.end(), [name](const Field& one) { return one.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

// The byte of a hexadecimal text that holds these bits; 0 when it is too short or no hexadecimal.
unsigned byte_at(std::string_view hex, std::size_t index)
{
    unsigned value = 0;
    if (hex.size() < index * 2 + 2) return 0;
    const auto* begin = hex.data() + index * 2;
    const auto read = std::from_chars(begin, begin + 2, value, 16);
    return read.ec == std::errc() && read.ptr == begin + 2 ? value : 0;
}

} // namespace

std::vector<std::string_view> lines_of(std::string_view body)
{
    std::vector<std::string_view> lines;
    for (auto line : split(body, '\n', body_lines_max)) {
        while (!line.empty() && (line.back() == '\r' || line.back() == '\0'))
            line.remove_suffix(1);
        if (!ascii::trim(line).empty()) lines.push_back(line);
    }
    return lines;
}

std::optional<std::int64_t> number(std::string_view text)
{
    text = ascii::trim(text);
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (text.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
}

std::optional<Punch> read_punch(std::string_view line)
{
    const auto parts = split(line, '\t', fields_max);
    if (parts.size() < 4) return std::nullopt;
    Punch punch;
    punch.pin = clean(parts[0]);
    punch.time = clean(parts[1]);
    punch.status = small_number(parts[2], 255);
    punch.verify = small_number(parts[3], -1);
    if (parts.size() > 4) punch.work_code = clean(parts[4]);
    if (punch.pin.empty() || punch.time.empty()) return std::nullopt;
    return punch;
}

std::optional<Operation> read_operation(std::string_view line)
{
    constexpr std::string_view word = "OPLOG ";
    if (!line.starts_with(word)) return std::nullopt;
    const auto parts = split(line.substr(word.size()), '\t', fields_max);
    if (parts.size() < 3) return std::nullopt;
    Operation operation;
    operation.code = small_number(parts[0], -1);
    operation.time = clean(parts[2]);
    for (std::size_t i = 0; i < operation.objects.size() && i + 3 < parts.size(); ++i)
        operation.objects.at(i) = clean(parts[i + 3]);
    if (operation.code < 0) return std::nullopt;
    return operation;
}

Fields read_fields(std::string_view line, char separator)
{
    const auto parts = split(line, separator, fields_max);
    Fields fields;
    fields.reserve(parts.size());
    for (const auto part : parts) {
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) continue;
        auto name = ascii::trim(part.substr(0, equals));
        if (const auto blank = name.rfind(' '); blank != std::string_view::npos)
            name.remove_prefix(blank + 1);
        fields.push_back({ascii::lower(name.substr(0, 64)), clean(part.substr(equals + 1))});
    }
    return fields;
}

std::string_view field(const Fields& fields, std::string_view name)
{
    const auto* found = first_of(fields, name);
    return found != nullptr ? std::string_view(found->value) : std::string_view();
}

bool has_field(const Fields& fields, std::string_view name)
{
    return first_of(fields, name) != nullptr;
}

bool is_biometric(std::string_view line)
{
    constexpr std::array<std::string_view, 9> words{
        "FP ", "FACE ", "USERPIC ", "BIOPHOTO ", "BIODATA ", "FINGERTMP ", "FVEIN ", "PALM ", "IDCARD "};
    for (const auto word : words)
        if (line.size() >= word.size() && ascii::same_word(line.substr(0, word.size()), word)) return true;
    return false;
}

std::optional<Info> read_info(std::string_view text)
{
    const auto parts = split(text, ',', fields_max);
    if (parts.size() < 4) return std::nullopt;
    const auto users = number(parts[1]);
    const auto logs = number(parts[3]);
    if (!users || !logs || *users < 0 || *logs < 0) return std::nullopt;
    Info info;
    info.firmware = clean(parts[0]);
    info.users = *users;
    info.logs = *logs;
    if (parts.size() > 4) info.address = clean(parts[4]);
    return info;
}

std::vector<CommandResult> read_results(std::string_view body)
{
    std::vector<CommandResult> results;
    for (const auto line : lines_of(body)) {
        const auto fields = read_fields(line, '&');
        const auto code = number(field(fields, "return"));
        if (field(fields, "id").empty() || !code || *code < -1'000'000 || *code > 1'000'000'000) continue;
        CommandResult result;
        result.id = field(fields, "id");
        result.code = static_cast<int>(*code);
        result.command = field(fields, "cmd");
        results.push_back(std::move(result));
    }
    return results;
}

std::optional<Photo> read_photo(std::string_view body)
{
    const auto end = body.substr(0, photo_head_max).find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    Photo photo;
    photo.received = body.size() - end - 1;
    for (const auto line : lines_of(body.substr(0, end))) {
        const auto fields = read_fields(line);
        if (has_field(fields, "pin")) photo.name = field(fields, "pin");
        if (has_field(fields, "cmd")) photo.command = field(fields, "cmd");
        const auto size = number(field(fields, "size"));
        if (size && *size > 0) photo.announced = static_cast<std::size_t>(*size);
    }
    if (photo.name.empty()) return std::nullopt;
    return photo;
}

Contact contact_of(std::string_view sensor, int door)
{
    if (door < 1) return Contact::none;
    const auto index = static_cast<std::size_t>(door - 1);
    const auto bits = (byte_at(sensor, index / 4) >> (index % 4 * 2)) & 3U;
    return bits == 1 ? Contact::closed : bits == 2 ? Contact::open : Contact::none;
}

bool relay_of(std::string_view relay, int door)
{
    if (door < 1) return false;
    const auto index = static_cast<std::size_t>(door - 1);
    return ((byte_at(relay, index / 8) >> (index % 8)) & 1U) != 0;
}

} // namespace gatehouse::zkteco
