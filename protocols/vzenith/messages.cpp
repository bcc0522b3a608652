#include "protocols/vzenith/messages.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/wire/base64.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::vzenith {
namespace {

int small(const json::object& object, std::string_view key)
{
    const auto value = number_member(object, key).value_or(0);
    return value < 0 || value > 9999 ? 0 : static_cast<int>(value);
}

void read_time(const json::object& result, PlateReport& report)
{
    const auto* stamp = object_member(result, "timeStamp");
    const auto* time = stamp == nullptr ? nullptr : object_member(*stamp, "Timeval");
    if (time == nullptr) return;
    report.sec = number_member(*time, "sec");
    report.usec = number_member(*time, "usec");
    if (!number_member(*time, "decyear")) return;
    report.local = LocalTime{small(*time, "decyear"), small(*time, "decmon"), small(*time, "decday"),
                             small(*time, "dechour"), small(*time, "decmin"), small(*time, "decsec")};
}

// ctrltype 2: raised by the offline list.
bool raised_by_list(const json::object& result)
{
    const auto* outputs = member(result, "gioouts");
    const auto* list = outputs == nullptr ? nullptr : outputs->if_array();
    if (list == nullptr) return false;
    return std::any_of(list->begin(), list->end(), [](const json::value& output) {
        const auto* object = output.if_object();
        return object != nullptr && number_member(*object, "ctrltype") == 2;
    });
}

std::string embedded(const json::object& result, std::string_view key)
{
    const auto* value = member(result, key);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    if (text == nullptr || text->empty()) return {};
    return wire::from_base64(std::string_view(*text)).value_or(std::string());
}

PlateReport read_plate(const json::object& result)
{
    PlateReport report;
    report.license = wire::ascii::trim(text_member(result, "license"));
    report.plate_id = number_member(result, "plateid");
    report.offline = number_member(result, "isoffline").value_or(0) != 0;
    report.color = number_member(result, "colorType");
    report.direction = number_member(result, "direction");
    report.trigger = number_member(result, "triggerType");
    report.confidence = number_member(result, "confidence");
    report.car_color = number_member(result, "carColor");
    report.car_bright = number_member(result, "carBright");
    if (const auto* brand = object_member(result, "car_brand"))
        report.car_type = number_member(*brand, "type");
    read_time(result, report);
    report.opened_by_list = raised_by_list(result);
    return report;
}

Push read_alarm(const json::object& alarm)
{
    const auto* outer = object_member(alarm, "result");
    const auto* result = outer == nullptr ? nullptr : object_member(*outer, "PlateResult");
    if (result == nullptr) {
        if (number_member(alarm, "heartbeat")) return SignOfLife{text_member(alarm, "serialno")};
        return Unreadable{"a plate report without its result"};
    }
    auto report = read_plate(*result);
    report.serial = text_member(alarm, "serialno");
    report.channel = small(alarm, "channel");
    report.scene = embedded(*result, "imageFile");
    report.crop = embedded(*result, "imageFragmentFile");
    return report;
}

Push read_input(const json::object& alarm)
{
    InputReport report;
    report.serial = text_member(alarm, "serialno");
    const auto* outer = object_member(alarm, "result");
    const auto* result = outer == nullptr ? nullptr : object_member(*outer, "TriggerResult");
    if (result == nullptr) return Unreadable{"an input report without its result"};
    report.source = number_member(*result, "source");
    report.value = number_member(*result, "value");
    return report;
}

Push read_document(const json::object& document)
{
    if (const auto* alarm = object_member(document, "AlarmInfoPlate")) return read_alarm(*alarm);
    if (const auto* alarm = object_member(document, "AlarmGioIn")) return read_input(*alarm);
    if (member(document, "SerialData") != nullptr) return Unwanted{Unwanted::What::serial_data};
    if (member(document, "TriggerImage") != nullptr) return Unwanted{Unwanted::What::snapshot};
    return Unwanted{Unwanted::What::unknown};
}

// The value of one field of a multipart form, or of a form in one line.
std::optional<std::string> form_field(std::string_view body, std::string_view name)
{
    const auto quoted = "name=\"" + std::string(name) + "\"";
    if (const auto at = body.find(quoted); at != std::string_view::npos) {
        auto rest = body.substr(at + quoted.size());
        const auto bare = rest.find("\n\n");
        const auto blank = std::min(rest.find("\r\n\r\n"), bare);
        if (blank == std::string_view::npos) return std::nullopt;
        rest.remove_prefix(blank + (blank == bare ? 2 : 4));
        return std::string(wire::ascii::trim(rest.substr(0, rest.find('\n'))));
    }
    const auto plain = std::string(name) + '=';
    const auto at = body.find(plain);
    if (at == std::string_view::npos || (at > 0 && body[at - 1] != '&')) return std::nullopt;
    const auto rest = body.substr(at + plain.size());
    return std::string(wire::ascii::trim(rest.substr(0, rest.find_first_of("&\r\n"))));
}

std::string_view take(std::string_view& bytes, std::optional<std::int64_t> announced)
{
    const auto wanted = static_cast<std::size_t>(std::max<std::int64_t>(announced.value_or(0), 0));
    const auto piece = bytes.substr(0, std::min(wanted, bytes.size()));
    bytes.remove_prefix(piece.size());
    return piece.size() == wanted ? piece : std::string_view(); // half a picture is none
}

} // namespace

Push read_push(std::string_view body)
{
    const auto text = wire::ascii::trim(body);
    if (text.starts_with('{')) {
        const auto document = parse_object(text);
        if (!document) return Unreadable{"JSON that cannot be read"};
        return read_document(*document);
    }
    if (auto serial = form_field(text, "serialno")) return SignOfLife{std::move(*serial)};
    return Unreadable{"neither JSON nor a form with a serial number"};
}

std::optional<PlateReport> read_result(const json::object& text, std::string_view pictures)
{
    const auto* result = object_member(text, "PlateResult");
    if (result == nullptr) return std::nullopt;
    auto report = read_plate(*result);
    report.encrypted = number_member(text, "active_id").value_or(0) != 0;
    report.scene = take(pictures, number_member(text, "fullImgSize"));
    report.crop = take(pictures, number_member(text, "clipImgSize"));
    return report;
}

std::optional<LocalTime> read_local_time(std::string_view text)
{
    LocalTime time;
    const std::array<int*, 6> fields{&time.year, &time.month,  &time.day,
                                     &time.hour, &time.minute, &time.second};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        while (!text.empty() && (text.front() < '0' || text.front() > '9'))
            text.remove_prefix(1);
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), *fields[i]);
        if (failure != std::errc()) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    }
    return time;
}

} // namespace gatehouse::vzenith
