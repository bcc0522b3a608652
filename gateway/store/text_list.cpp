#include "gateway/store/text_list.hpp"

#include "gateway/model/json_writer.hpp"

#include <boost/json.hpp>

namespace gatehouse::store {

namespace json = boost::json;

std::string write_list(const std::vector<std::string>& list)
{
    std::string out;
    model::JsonWriter writer(out);
    writer.begin_array();
    for (const auto& text : list)
        writer.value(std::string_view(text));
    writer.end_array();
    return out;
}

std::vector<std::string> read_list(const std::string& text)
{
    json::error_code failure;
    const auto value = json::parse(text, failure);
    std::vector<std::string> list;
    if (failure || !value.is_array()) return list;
    for (const auto& item : value.get_array())
        if (item.is_string()) list.emplace_back(item.get_string().c_str(), item.get_string().size());
    return list;
}

std::string write_map(const std::map<std::string, std::string>& map)
{
    std::string out;
    model::JsonWriter writer(out);
    writer.begin_object();
    for (const auto& [key, text] : map)
        writer.key(key).value(std::string_view(text));
    writer.end_object();
    return out;
}

std::map<std::string, std::string> read_map(const std::string& text)
{
    json::error_code failure;
    const auto value = json::parse(text, failure);
    std::map<std::string, std::string> map;
    if (failure || !value.is_object()) return map;
    for (const auto& item : value.get_object())
        if (item.value().is_string())
            map.emplace(std::string(item.key()),
                        std::string(item.value().get_string().c_str(), item.value().get_string().size()));
    return map;
}

} // namespace gatehouse::store
