#include "tests/process/oracle.hpp"

#include <boost/json/parse.hpp>

#include <fstream>

namespace gatehouse::proof {
namespace {

std::string text_of(const boost::json::object& line, std::string_view key)
{
    return std::string(line.at(key).as_string());
}

void note_created(const boost::json::object& line, Truth& truth)
{
    const RecordKey key(text_of(line, "device"), text_of(line, "record"));
    truth.created.insert(key);
    if (line.contains("log")) truth.in_log.emplace(key, text_of(line, "log"));
}

} // namespace

Truth read_truth(const std::string& file)
{
    Truth truth;
    std::ifstream lines(file);
    for (std::string text; std::getline(lines, text);) {
        boost::system::error_code failure;
        const auto parsed = boost::json::parse(text, failure);
        if (failure) continue; // the last line may be half written
        const auto& line = parsed.as_object();
        const auto what = text_of(line, "e");
        if (what == "created" && line.at("keyed").as_bool())
            note_created(line, truth);
        else if (what == "acked")
            truth.acked.emplace(text_of(line, "device"), text_of(line, "record"));
        else if (what == "command")
            truth.commands.push_back({text_of(line, "device"), text_of(line, "output"),
                                      text_of(line, "action"), line.at("wall").to_number<std::int64_t>(),
                                      line.at("moved").as_bool()});
    }
    return truth;
}

} // namespace gatehouse::proof
