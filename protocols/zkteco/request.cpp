#include "protocols/zkteco/request.hpp"

#include "protocols/wire/ascii.hpp"

#include <array>
#include <utility>

namespace gatehouse::zkteco {

namespace ascii = wire::ascii;

namespace {

constexpr std::size_t parameters_max = 64;
constexpr std::size_t path_max = 128;

constexpr std::array<std::pair<std::string_view, Place>, 9> places{{
    {"cdata", Place::cdata},
    {"getrequest", Place::getrequest},
    {"devicecmd", Place::devicecmd},
    {"ping", Place::ping},
    {"registry", Place::registry},
    {"push", Place::push},
    {"rtdata", Place::rtdata},
    {"querydata", Place::querydata},
    {"exchange", Place::exchange},
}};

// A percent sign that begins no escape stands for itself.
std::string decoded(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && ascii::hex_digit(text[i + 1]) >= 0 &&
                            ascii::hex_digit(text[i + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(ascii::hex_digit(text[i + 1]) * 16 + ascii::hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

Place place_of(std::string_view path)
{
    if (path.size() > path_max) return Place::other;
    std::string clean;
    for (const char c : ascii::lower(path))
        if (c != '/' || clean.empty() || clean.back() != '/') clean += c;
    std::string_view rest = clean;
    constexpr std::string_view root = "/iclock/";
    if (!rest.starts_with(root)) return Place::other;
    rest.remove_prefix(root.size());
    if (rest.ends_with(".aspx")) rest.remove_suffix(5);
    for (const auto& [name, place] : places)
        if (rest == name) return place;
    return Place::other;
}

} // namespace

Request read_request(std::string_view method, std::string_view target)
{
    Request out;
    out.post = method == "POST";
    const auto mark = target.find('?');
    out.place = place_of(target.substr(0, mark));
    if (mark == std::string_view::npos) return out;
    std::string_view rest = target.substr(mark + 1);
    while (!rest.empty() && out.query.size() < parameters_max) {
        const auto end = rest.find('&');
        const auto one = rest.substr(0, end);
        const auto equals = one.find('=');
        if (equals != std::string_view::npos)
            out.query.emplace(ascii::lower(one.substr(0, equals)), decoded(one.substr(equals + 1)));
        else if (!one.empty())
            out.query.emplace(ascii::lower(one), std::string());
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    out.serial = std::string(out.value("sn"));
    return out;
}

} // namespace gatehouse::zkteco
