#pragma once
#include <map>
#include <string>
#include <string_view>

namespace gatehouse::zkteco {

// The paths below /iclock/ (sheet §2, §3).
enum class Place { other, cdata, getrequest, devicecmd, ping, registry, push, rtdata, querydata, exchange };

// The first line of one request. Parameters come in any order and any case.
struct Request {
    Place place = Place::other;
    bool post = false;
    std::string serial;                                    // empty: none named
    std::map<std::string, std::string, std::less<>> query; // names in lower case, values decoded

    [[nodiscard]] std::string_view value(std::string_view name) const
    {
        const auto at = query.find(name);
        return at == query.end() ? std::string_view() : std::string_view(at->second);
    }
};

// Takes doubled slashes and a trailing .aspx. total: a strange target yields Place::other.
[[nodiscard]] Request read_request(std::string_view method, std::string_view target);

} // namespace gatehouse::zkteco
