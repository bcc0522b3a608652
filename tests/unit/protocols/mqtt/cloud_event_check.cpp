#include "tests/unit/protocols/mqtt/cloud_event_check.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <regex>
#include <set>

namespace gatehouse::mqtt_test {
namespace {

namespace json = boost::json;

const std::set<std::string, std::less<>> attributes{
    "specversion", "id", "source", "type", "datacontenttype", "dataschema", "subject", "time", "data"};

bool matches(const std::string& text, const char* pattern)
{
    return std::regex_match(text, std::regex(pattern));
}

class Check {
public:
    explicit Check(const json::object& root) : root_(root) {}

    std::vector<std::string> faults()
    {
        text("specversion", true, "1\\.0");
        text("id", true, "[0-9A-HJKMNP-TV-Z]{26}"); // a ULID
        text("source", true, "/sites/[a-z0-9-]{1,32}/gateways/[a-z0-9-]{1,32}(/devices/[a-z0-9_-]{1,32})?");
        text("type", true, "cn\\.gatehouse\\.[a-z]+(\\.[a-z_]+)?\\.v[1-9][0-9]*");
        text("datacontenttype", true, "application/json");
        text("dataschema", false, "urn:gatehouse:schema:[a-z_.]+:[0-9]+\\.[0-9]+");
        text("subject", false, ".+");
        text("time", true, rfc3339);
        text("sequence", false, "[0-9]{20}");
        text("bootid", false, "[0-9A-HJKMNP-TV-Z]{26}");
        text("receivedtime", false, rfc3339);
        text("clockquality", false, "synced|unsynced|device");
        text("replay", false, "1");
        for (const auto& member : root_)
            extension(std::string(member.key()), member.value());
        const auto* data = root_.if_contains("data");
        if (data == nullptr || !data->is_object()) fault("data is no object");
        return faults_;
    }

private:
    static constexpr auto rfc3339 =
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}[+-][0-9]{2}:[0-9]{2}";

    void fault(std::string what) { faults_.push_back(std::move(what)); }

    void text(const char* name, bool required, const char* pattern)
    {
        const auto* value = root_.if_contains(name);
        if (value == nullptr) {
            if (required) fault(std::string(name) + " is missing");
            return;
        }
        const auto* string = value->if_string();
        if (string == nullptr || !matches(std::string(*string), pattern))
            fault(std::string(name) + " is " + json::serialize(*value));
    }

    void extension(const std::string& name, const json::value& value)
    {
        if (attributes.contains(name)) return;
        if (!matches(name, "[a-z0-9]{1,20}")) fault(name + " is no extension name");
        if (!value.is_string() && !value.is_bool() && !value.is_int64()) fault(name + " has no simple type");
    }

    const json::object& root_;
    std::vector<std::string> faults_;
};

} // namespace

std::vector<std::string> cloud_event_faults(std::string_view document)
{
    boost::system::error_code error;
    const auto parsed = json::parse({document.data(), document.size()}, error);
    const auto* root = error ? nullptr : parsed.if_object();
    if (root == nullptr) return {"no JSON object"};
    return Check(*root).faults();
}

} // namespace gatehouse::mqtt_test
