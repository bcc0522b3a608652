#include "vision/models/catalogue.hpp"

#include "protocols/wire/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::vision::models {
namespace {

bool read_text(std::string_view value, std::string& out)
{
    const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    if (!quoted || value.substr(1, value.size() - 2).find_first_of("\"\\") != std::string_view::npos)
        return false;
    out = value.substr(1, value.size() - 2);
    return true;
}

bool read_number(std::string_view value, std::uint64_t& out)
{
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
    return error == std::errc() && end == value.data() + value.size();
}

bool read_flag(std::string_view value, bool& out)
{
    out = value == "true";
    return out || value == "false";
}

bool read_member(Model& model, std::string_view key, std::string_view value)
{
    if (key == "name") return read_text(value, model.name);
    if (key == "file") return read_text(value, model.file);
    if (key == "sha256") return read_text(value, model.sha256);
    if (key == "bytes") return read_number(value, model.bytes);
    if (key == "shipped") return read_flag(value, model.shipped);
    if (key == "licence") return read_text(value, model.licence);
    if (key == "from") return read_text(value, model.from);
    if (key == "what") return read_text(value, model.what);
    if (key == "figures") return read_text(value, model.figures);
    return false;
}

bool read_line(std::vector<Model>& models, std::string_view line)
{
    if (line.empty() || line.front() == '#') return true;
    if (line == "[[model]]") {
        models.emplace_back();
        return true;
    }
    const auto equals = line.find('=');
    if (models.empty() || equals == std::string_view::npos) return false;
    return read_member(models.back(), wire::ascii::trim(line.substr(0, equals)),
                       wire::ascii::trim(line.substr(equals + 1)));
}

} // namespace

Catalogue read_catalogue(std::string_view text)
{
    Catalogue read;
    for (int number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto line = wire::ascii::trim(text.substr(0, end));
        if (!read_line(read.models, line)) {
            read.why = "line " + std::to_string(number) + " is not understood: " + std::string(line);
            return read;
        }
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return read;
}

const std::vector<Model>& catalogue()
{
    static const auto models = read_catalogue(models_text).models;
    return models;
}

const Model* find(std::string_view name)
{
    const auto& models = catalogue();
    const auto found =
        std::find_if(models.begin(), models.end(), [&](const Model& m) { return m.name == name; });
    return found == models.end() ? nullptr : &*found;
}

} // namespace gatehouse::vision::models
