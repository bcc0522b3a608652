#include "protocols/vzenith/event_map.hpp"

#include "protocols/wire/plate_words.hpp"

#include <fmt/format.h>

#include <array>

namespace gatehouse::vzenith {
namespace {

using namespace std::chrono_literals;

Mapped refuse(RefusalReason reason, std::string text)
{
    Mapped mapped;
    mapped.refusal = reason;
    mapped.text = std::move(text);
    return mapped;
}

std::string plate_color(std::optional<std::int64_t> code)
{
    constexpr std::array<std::string_view, 7> words{"unknown", "blue",  "yellow", "white",
                                                    "black",   "green", "green"}; // 6: yellow-green
    const auto at = code.value_or(0);
    return std::string(at > 0 && at < 7 ? words[static_cast<std::size_t>(at)] : "unknown");
}

// A code that is not in the manual stays a number.
template <std::size_t size>
std::string word_of(std::optional<std::int64_t> code, std::int64_t unknown,
                    const std::array<std::string_view, size>& words)
{
    if (!code || *code < 0 || *code == unknown) return {};
    if (*code < static_cast<std::int64_t>(size)) return std::string(words[static_cast<std::size_t>(*code)]);
    return std::to_string(*code);
}

std::string car_color(const PlateReport& report)
{
    constexpr std::array<std::string_view, 9> words{"white", "silver", "yellow", "pink", "red",
                                                    "green", "blue",   "brown",  "black"};
    // Cameras that do not look at colours leave both numbers zero, which would be white.
    if (report.car_color == 0 && report.car_bright.value_or(0) == 0) return {};
    return word_of(report.car_color, 255, words);
}

std::string car_type(const PlateReport& report)
{
    constexpr std::array<std::string_view, 8> words{"",        "car",   "suv",        "mpv",
                                                    "minibus", "coach", "lightTruck", "truck"};
    return word_of(report.car_type, 255, words);
}

std::optional<base::WallTime> time_of(const PlateReport& report, std::chrono::minutes utc_offset)
{
    constexpr std::int64_t sec_max = 253'402'300'799; // the end of year 9999
    if (report.sec && *report.sec > 0 && *report.sec <= sec_max) {
        const auto usec = report.usec.value_or(0);
        const auto fraction = usec > 0 && usec < 1'000'000 ? usec / 1000 : 0;
        return base::WallTime(std::chrono::seconds(*report.sec) + std::chrono::milliseconds(fraction));
    }
    return report.local ? wall_time(*report.local, utc_offset) : std::nullopt;
}

std::string key_of(const PlateReport& report, const std::string& plate, const model::Event& event)
{
    if (!event.device_time) return {};
    if (report.sec && *report.sec > 0 && report.usec.value_or(0) > 0)
        return fmt::format("plate/{}.{:06}/{}", *report.sec, *report.usec, plate);
    // Whole seconds: cars without a plate are told apart by the camera's number.
    const auto sec = event.device_time->time_since_epoch() / 1s;
    if (plate.empty() && report.plate_id) return fmt::format("plate/{}/#{}", sec, *report.plate_id);
    return fmt::format("plate/{}/{}", sec, plate);
}

void attach(model::Event& event, std::string_view kind, const std::string& bytes)
{
    if (bytes.empty()) return;
    model::Picture picture;
    picture.kind = kind;
    picture.bytes = std::make_shared<const std::string>(bytes);
    event.pictures.push_back(std::move(picture));
}

// 64 stays, 65 stay over, 66 turned back: news of a car that was told before, and nothing to open for.
std::string_view afterthought(std::optional<std::int64_t> trigger)
{
    if (trigger == 64 || trigger == 65) return trigger == 64 ? "vehicle_stays" : "vehicle_stay_over";
    return trigger == 66 ? "vehicle_turned_back" : std::string_view();
}

} // namespace

std::string_view to_string(RefusalReason reason)
{
    switch (reason) {
    case RefusalReason::none: return "none";
    case RefusalReason::incomplete: return "incomplete";
    case RefusalReason::encrypted: return "encrypted";
    case RefusalReason::own_trigger: return "own_trigger";
    case RefusalReason::unknown_source: return "unknown_source";
    case RefusalReason::serial_data: return "serial_data";
    case RefusalReason::snapshot: return "snapshot";
    case RefusalReason::unknown_type: return "unknown_type";
    }
    return "unknown_type";
}

Mapped map(const PlateReport& report, std::chrono::minutes utc_offset)
{
    if (report.encrypted)
        return refuse(RefusalReason::encrypted,
                      "the camera encrypts its results; switch that off on the camera");
    Mapped mapped;
    auto& event = mapped.event;
    const auto plate = wire::plate_text(report.license);
    event.device_time = time_of(report, utc_offset);
    event.history = report.offline;
    if (report.plate_id) event.device_record = std::to_string(*report.plate_id);
    event.device_key = key_of(report, plate, event);
    attach(event, "scene", report.scene);
    attach(event, "plate", report.crop);
    if (const auto what = afterthought(report.trigger); !what.empty()) {
        model::Detection seen;
        seen.what = what;
        seen.target = "vehicle";
        seen.channel = report.channel;
        if (!event.device_key.empty()) event.device_key += "/" + std::to_string(*report.trigger);
        event.body = std::move(seen);
        return mapped;
    }
    model::VehiclePassage passage;
    passage.plate.text = plate;
    passage.plate.color = plate_color(report.color);
    const auto confidence = report.confidence.value_or(-1);
    if (confidence >= 0 && confidence <= 100)
        passage.plate.confidence = static_cast<double>(confidence) / 100;
    passage.vehicle_type = car_type(report);
    passage.vehicle_color = car_color(report);
    passage.lane_no = report.channel;
    if (report.opened_by_list) passage.device_list = "allow";
    event.body = std::move(passage);
    return mapped;
}

Mapped map(const InputReport& report, InputNumbers numbers)
{
    if (!report.source || !report.value)
        return refuse(RefusalReason::incomplete, "an input report without source or value");
    const auto fourth = numbers == InputNumbers::of_2018 ? 4 : 3;
    const auto trigger = numbers == InputNumbers::of_2018 ? 3 : 4;
    if (*report.source == trigger)
        return refuse(RefusalReason::own_trigger, "the camera was told over TCP to take a picture");
    if (*report.source < 0 || *report.source > 4)
        return refuse(RefusalReason::unknown_source,
                      fmt::format("source {} is in no manual", *report.source));
    Mapped mapped;
    model::InputChanged input;
    input.input = *report.source == fourth ? 4 : static_cast<int>(*report.source) + 1;
    input.active = *report.value != 0;
    mapped.event.body = std::move(input);
    return mapped;
}

Mapped refusal_of(const Unwanted& message)
{
    switch (message.what) {
    case Unwanted::What::serial_data:
        return refuse(RefusalReason::serial_data, "bytes from the camera's serial port");
    case Unwanted::What::snapshot: return refuse(RefusalReason::snapshot, "a snapshot nobody asked for");
    case Unwanted::What::unknown: break;
    }
    return refuse(RefusalReason::unknown_type, "a message of a kind that is not in the manuals");
}

std::optional<base::WallTime> wall_time(const LocalTime& time, std::chrono::minutes utc_offset)
{
    const std::chrono::year_month_day date{std::chrono::year(time.year),
                                           std::chrono::month(static_cast<unsigned>(time.month)),
                                           std::chrono::day(static_cast<unsigned>(time.day))};
    const bool sane = time.year > 1969 && time.year < 10'000 && time.month > 0 && time.month < 13 &&
                      time.day > 0 && time.day < 32 && time.hour >= 0 && time.hour < 24 && time.minute >= 0 &&
                      time.minute < 60 && time.second >= 0 && time.second < 61;
    if (!sane || !date.ok()) return std::nullopt;
    return base::WallTime(std::chrono::sys_days(date) + std::chrono::hours(time.hour) +
                          std::chrono::minutes(time.minute) + std::chrono::seconds(time.second) - utc_offset);
}

std::string local_text(base::WallTime time, std::chrono::minutes utc_offset)
{
    const auto local = std::chrono::floor<std::chrono::seconds>(time + utc_offset);
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const auto second = (local - day).count();
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second / 3600,
                       second / 60 % 60, second % 60);
}

} // namespace gatehouse::vzenith
