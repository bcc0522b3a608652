#include "protocols/vzenith/messages.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/wire/base64.hpp"
#include "protocols/wire/name_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::vzenith {
namespace {

int small(const JsonValue& value)
{
    const auto number = as_number(value).value_or(0);
    return number < 0 || number > 9999 ? 0 : static_cast<int>(number);
}

// Where a field goes.
struct Field {
    std::string_view name;
    void (*put)(PlateReport& to, const JsonValue& value) = nullptr;
};

template <auto member>
void number_into(PlateReport& to, const JsonValue& value)
{
    to.*member = as_number(value);
}

template <auto member>
void picture_into(PlateReport& to, const JsonValue& value)
{
    if (value.kind == JsonValue::Kind::text)
        to.*member = wire::from_base64(value.text).value_or(std::string());
}

template <auto member>
void local_into(PlateReport& to, const JsonValue& value)
{
    (to.local ? *to.local : to.local.emplace()).*member = small(value);
}

template <class Fields>
void read_fields(const Fields& fields, const JsonValue& object, PlateReport& to)
{
    for (const auto& member : object)
        if (const auto* field = fields.find(member.name)) field->put(to, member);
}

constexpr wire::NameTable time_fields(std::to_array<Field>({
    {"sec", number_into<&PlateReport::sec>},
    {"usec", number_into<&PlateReport::usec>},
    {"decyear", local_into<&LocalTime::year>},
    {"decmon", local_into<&LocalTime::month>},
    {"decday", local_into<&LocalTime::day>},
    {"dechour", local_into<&LocalTime::hour>},
    {"decmin", local_into<&LocalTime::minute>},
    {"decsec", local_into<&LocalTime::second>},
}));

void read_time(PlateReport& to, const JsonValue& stamp)
{
    if (const auto* time = stamp.member("Timeval")) read_fields(time_fields, *time, to);
}

void read_outputs(PlateReport& to, const JsonValue& outputs)
{
    constexpr int by_offline_list = 2;
    if (!outputs.is_list()) return;
    for (const auto& output : outputs)
        if (number_member(output, "ctrltype") == by_offline_list) to.opened_by_list = true;
}

constexpr wire::NameTable plate_fields(std::to_array<Field>({
    {"license",
     [](PlateReport& to, const JsonValue& value) { to.license = wire::ascii::trim(as_text(value)); }},
    {"plateid", number_into<&PlateReport::plate_id>},
    {"isoffline",
     [](PlateReport& to, const JsonValue& value) { to.offline = as_number(value).value_or(0) != 0; }},
    {"colorType", number_into<&PlateReport::color>},
    {"direction", number_into<&PlateReport::direction>},
    {"triggerType", number_into<&PlateReport::trigger>},
    {"confidence", number_into<&PlateReport::confidence>},
    {"carColor", number_into<&PlateReport::car_color>},
    {"carBright", number_into<&PlateReport::car_bright>},
    {"car_brand",
     [](PlateReport& to, const JsonValue& value) { to.car_type = number_member(value, "type"); }},
    {"timeStamp", read_time},
    {"gioouts", read_outputs},
    {"imageFile", picture_into<&PlateReport::scene>},
    {"imageFragmentFile", picture_into<&PlateReport::crop>},
}));

// PlateResult, or nothing when there is none.
std::optional<PlateReport> read_plate(const JsonValue& around)
{
    const auto* result = around.member("PlateResult");
    if (result == nullptr || !result->is_object()) return std::nullopt;
    auto report = std::make_optional<PlateReport>();
    read_fields(plate_fields, *result, *report);
    return report;
}

Push read_alarm(const JsonValue& alarm)
{
    const auto* result = alarm.member("result");
    auto report = result == nullptr ? std::nullopt : read_plate(*result);
    if (!report) {
        if (number_member(alarm, "heartbeat")) return SignOfLife{text_member(alarm, "serialno")};
        return Unreadable{"a plate report without its result"};
    }
    report->serial = text_member(alarm, "serialno");
    if (const auto* channel = alarm.member("channel")) report->channel = small(*channel);
    return std::move(*report);
}

Push read_input(const JsonValue& alarm)
{
    InputReport report;
    report.serial = text_member(alarm, "serialno");
    const auto* outer = alarm.member("result");
    const auto* result = outer == nullptr ? nullptr : outer->member("TriggerResult");
    if (result == nullptr || !result->is_object()) return Unreadable{"an input report without its result"};
    report.source = number_member(*result, "source");
    report.value = number_member(*result, "value");
    return report;
}

Push read_document(const JsonValue& document)
{
    const auto* plate = document.member("AlarmInfoPlate");
    if (plate != nullptr && plate->is_object()) return read_alarm(*plate);
    const auto* input = document.member("AlarmGioIn");
    if (input != nullptr && input->is_object()) return read_input(*input);
    if (document.member("SerialData") != nullptr) return Unwanted{Unwanted::What::serial_data};
    if (document.member("TriggerImage") != nullptr) return Unwanted{Unwanted::What::snapshot};
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
        wire::FlatJson document;
        if (!read_object(text, document)) return Unreadable{"JSON that cannot be read"};
        return read_document(document.root());
    }
    if (auto serial = form_field(text, "serialno")) return SignOfLife{std::move(*serial)};
    return Unreadable{"neither JSON nor a form with a serial number"};
}

std::optional<PlateReport> read_result(const JsonValue& text, std::string_view pictures)
{
    auto report = read_plate(text);
    if (!report) return std::nullopt;
    report->encrypted = number_member(text, "active_id").value_or(0) != 0;
    report->scene = take(pictures, number_member(text, "fullImgSize"));
    report->crop = take(pictures, number_member(text, "clipImgSize"));
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
