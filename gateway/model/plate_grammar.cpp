#include "gateway/model/plate_grammar.hpp"

#include "protocols/wire/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace gatehouse::model {
namespace {

using namespace std::string_view_literals;
using Characters = std::span<const std::string_view>;

constexpr std::array provinces{"京"sv, "津"sv, "沪"sv, "渝"sv, "冀"sv, "豫"sv, "云"sv, "辽"sv,
                               "黑"sv, "湘"sv, "皖"sv, "鲁"sv, "新"sv, "苏"sv, "浙"sv, "赣"sv,
                               "鄂"sv, "桂"sv, "甘"sv, "晋"sv, "蒙"sv, "陕"sv, "吉"sv, "闽"sv,
                               "贵"sv, "粤"sv, "青"sv, "藏"sv, "川"sv, "宁"sv, "琼"sv};
// Services and regions of military plates before 2013.
constexpr std::array old_commands{"军"sv, "海"sv, "空"sv, "北"sv, "沈"sv,
                                  "兰"sv, "济"sv, "南"sv, "广"sv, "成"sv};
constexpr auto commands = "VKHBSLJNGC"sv; // the first letter since then
constexpr std::array kind_names{
    "ordinary plate"sv,  "new-energy plate"sv, "police plate"sv,      "learner plate"sv, "trailer plate"sv,
    "consulate plate"sv, "embassy plate"sv,    "Hong Kong plate"sv,   "Macau plate"sv,   "temporary plate"sv,
    "rescue plate"sv,    "military plate"sv,   "armed police plate"sv};

bool is_digit(std::string_view c)
{
    return c.size() == 1 && c[0] >= '0' && c[0] <= '9';
}

// I never stands on a plate.
bool is_letter(std::string_view c)
{
    return c.size() == 1 && c[0] >= 'A' && c[0] <= 'Z' && c[0] != 'I';
}

// A digit, or a letter that cannot be taken for one: neither I nor O.
bool is_serial(std::string_view c)
{
    return is_digit(c) || (is_letter(c) && c != "O");
}

bool all(Characters characters, bool (*is)(std::string_view))
{
    return std::all_of(characters.begin(), characters.end(), is);
}

bool is_energy_letter(std::string_view c)
{
    // D and F at first; A, B, C, E and G, H, J, K since the first ran out.
    return c.size() == 1 && "ABCDEFGHJK"sv.find(c[0]) != std::string_view::npos;
}

// The six characters of a new-energy serial: the letter in front and four digits behind, or behind five
// digits.
bool is_energy_serial(Characters serial)
{
    const bool small =
        is_energy_letter(serial[0]) && is_serial(serial[1]) && all(serial.subspan(2), is_digit);
    const bool large = all(serial.first(5), is_digit) && is_energy_letter(serial[5]);
    return small || large;
}

// What stands behind province and letter: "12345", "1234警" ...
std::optional<PlateKind> kind_of_serial(Characters serial, bool from_guangdong_z)
{
    if (serial.size() == 6 && is_energy_serial(serial)) return PlateKind::new_energy;
    if (serial.size() == 6 && all(serial.first(4), is_serial) && serial[4] == "应" && serial[5] == "急")
        return PlateKind::rescue;
    if (serial.size() == 6 && all(serial.first(5), is_serial) && serial[5] == "临")
        return PlateKind::temporary;
    if (serial.size() != 5 || !all(serial.first(4), is_serial)) return std::nullopt;
    const auto last = serial[4];
    if (is_serial(last)) return PlateKind::ordinary;
    if (last == "警") return PlateKind::police;
    if (last == "学") return PlateKind::learner;
    if (last == "挂") return PlateKind::trailer;
    if (last == "领") return PlateKind::consulate;
    if (last == "临" || last == "试" || last == "超") return PlateKind::temporary;
    if (from_guangdong_z && last == "港") return PlateKind::hong_kong;
    if (from_guangdong_z && last == "澳") return PlateKind::macau;
    return std::nullopt;
}

bool is_armed_police(Characters plate)
{
    if (plate.size() < 7 || plate[0] != "W" || plate[1] != "J") return false;
    const auto rest = plate.subspan(is_province(plate[2]) ? 3 : 2);
    return (rest.size() == 5 || rest.size() == 7) && all(rest, is_serial);
}

bool is_military(Characters plate)
{
    if (plate.size() != 7 || !is_letter(plate[1]) || !all(plate.subspan(2), is_serial)) return false;
    const bool old = std::find(old_commands.begin(), old_commands.end(), plate[0]) != old_commands.end();
    const bool known = plate[0].size() == 1 && commands.find(plate[0][0]) != std::string_view::npos;
    return old || (known && all(plate.subspan(2), is_digit));
}

} // namespace

std::vector<std::string_view> characters_of(std::string_view text)
{
    std::vector<std::string_view> characters;
    while (!text.empty()) {
        std::size_t size = 1;
        while (size < 4 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U)
            ++size;
        if (!wire::is_utf8(text.substr(0, size))) size = 1;
        characters.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return characters;
}

bool is_province(std::string_view character)
{
    return std::find(provinces.begin(), provinces.end(), character) != provinces.end();
}

std::optional<PlateKind> plate_kind(std::string_view canonical)
{
    const auto plate = characters_of(canonical);
    const Characters all_of_it(plate);
    if (plate.size() < 6) return std::nullopt;
    if (plate.size() == 7 && ((plate.front() == "使" && all(all_of_it.subspan(1), is_digit)) ||
                              (plate.back() == "使" && all(all_of_it.first(6), is_digit))))
        return PlateKind::embassy;
    if (is_armed_police(plate)) return PlateKind::armed_police;
    if (is_military(plate)) return PlateKind::military;
    if (!is_province(plate[0])) return std::nullopt;
    if (plate.size() == 7 && plate[6] == "领" && all(all_of_it.subspan(1, 5), is_digit))
        return PlateKind::consulate;
    if (!is_letter(plate[1])) return std::nullopt;
    return kind_of_serial(all_of_it.subspan(2), plate[0] == "粤" && plate[1] == "Z");
}

std::string_view to_string(PlateKind kind)
{
    return kind_names.at(static_cast<std::size_t>(kind));
}

} // namespace gatehouse::model
