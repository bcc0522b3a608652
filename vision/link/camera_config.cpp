#include "vision/link/camera_config.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gatehouse::vision {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t points_max = 32;
constexpr std::size_t zones_max = 16;
constexpr std::size_t masks_max = 16;
constexpr auto polygon_hint =
    "is no polygon; right would be \"0.1,0.5 0.9,0.5 0.9,1\": three corners or more, "
    "from 0,0 (upper left) to 1,1 (lower right)";

// What `states` may name.
constexpr std::array state_names{"lost",  "black",  "over_exposed", "low_contrast", "blurred",     "occluded",
                                 "moved", "frozen", "noise",        "no_key_frame", "colour_cast", "stripes"};

std::optional<double> share(std::string_view& text)
{
    double number = -1;
    const auto [end, why] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (why != std::errc{} || !(number >= 0 && number <= 1)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool take(std::string_view& text, char wanted)
{
    if (!text.starts_with(wanted)) return false;
    text.remove_prefix(1);
    return true;
}

Polygon read_polygon(config::Table& table, std::string_view key, const std::string& text)
{
    auto polygon = parse_polygon(text);
    if (!polygon) table.issue(key, "\"" + text + "\" " + polygon_hint);
    return polygon.value_or(Polygon());
}

Wants read_wants(config::Table& table, const Wants& usual)
{
    if (!table.has("vision")) return usual;
    const auto words = table.some_of("vision", {"health", "plates", "faces"});
    const auto has = [&](std::string_view word) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    return {.health = has("health"), .plates = has("plates"), .faces = has("faces")};
}

HealthOptions read_health(config::Table& table)
{
    HealthOptions options;
    options.sensitivity = static_cast<int>(table.integer("sensitivity", options.sensitivity, 1, 10));
    for (const auto& [state, text] : table.text_map("states")) {
        int level = -1;
        if (text == "off")
            level = 0;
        else if (const auto [end, why] = std::from_chars(text.data(), text.data() + text.size(), level);
                 why != std::errc{} || end != text.data() + text.size() || level < 1 || level > 10)
            table.issue("states",
                        "\"" + text + "\" is no sensitivity; right would be \"1\" to \"10\" or \"off\"");
        if (std::find(state_names.begin(), state_names.end(), state) == state_names.end())
            table.issue("states", "\"" + state +
                                      "\" is no state of a camera; right would be \"blurred\", "
                                      "\"moved\" or another of protocols/rtsp/sample.toml");
        options.states[state] = level;
    }
    return options;
}

PlateOptions read_plates(config::Table& table)
{
    PlateOptions options;
    if (const auto region = table.text("plate_region"); !region.empty())
        options.region = read_polygon(table, "plate_region", region);
    for (const auto& mask : table.texts("plate_masks"))
        options.masks.push_back(read_polygon(table, "plate_masks", mask));
    if (options.masks.size() > masks_max) table.issue("plate_masks", "are too many; at most 16");
    options.confidence_min = table.number("plate_confidence", options.confidence_min, 0.1, 1);
    return options;
}

std::vector<Zone> read_zones(config::Table& table)
{
    std::vector<Zone> zones;
    for (auto& row : table.tables("zone")) {
        Zone zone;
        zone.number = static_cast<int>(zones.size()) + 1;
        zone.name = row.required_text("name");
        zone.polygon = read_polygon(row, "polygon", row.required_text("polygon"));
        const auto after = row.duration("after", std::chrono::minutes(zone.minutes), 1min, 24h);
        zone.minutes = static_cast<int>(std::chrono::ceil<std::chrono::minutes>(after).count());
        zone.share = static_cast<int>(row.integer("share", zone.share, 5, 90));
        row.finish();
        zones.push_back(std::move(zone));
    }
    if (zones.size() > zones_max) table.issue("zone", "are too many; at most 16");
    return zones;
}

} // namespace

std::optional<Polygon> parse_polygon(std::string_view text)
{
    Polygon polygon;
    do {
        const auto x = share(text);
        if (!x || !take(text, ',')) return std::nullopt;
        const auto y = share(text);
        if (!y) return std::nullopt;
        polygon.push_back({*x, *y});
    } while (take(text, ' ') && polygon.size() < points_max);
    if (!text.empty() || polygon.size() < 3) return std::nullopt;
    return polygon;
}

CameraConfig read_camera(config::Table& table, const Wants& usual)
{
    CameraConfig config;
    config.wants = read_wants(table, usual);
    config.health = read_health(table);
    config.plates = read_plates(table);
    config.zones = read_zones(table);
    return config;
}

} // namespace gatehouse::vision
