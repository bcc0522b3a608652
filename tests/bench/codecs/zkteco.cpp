// ZKTeco push: posts of both dialects, a line a record (sheet §2, §3).
#include "protocols/zkteco/records.hpp"
#include "protocols/zkteco/request.hpp"
#include "tests/bench/codecs/codec.hpp"

#include <fmt/format.h>

namespace gatehouse::bench {
namespace {

constexpr int lines = 20; // of one post

bool read_punches(std::string_view body)
{
    const auto request =
        zkteco::read_request("POST", "/iclock/cdata?SN=BOCK200961014&table=ATTLOG&Stamp=9999");
    if (request.place != zkteco::Place::cdata || request.value("table") != "ATTLOG") return false;
    int understood = 0;
    for (const auto line : zkteco::lines_of(body))
        if (zkteco::read_punch(line)) ++understood;
    return understood == lines;
}

bool read_access_log(std::string_view body)
{
    const auto request = zkteco::read_request("POST", "/iclock/cdata?SN=BOCK200961014&table=rtlog");
    if (request.place != zkteco::Place::cdata || request.value("table") != "rtlog") return false;
    int understood = 0;
    for (const auto line : zkteco::lines_of(body))
        if (!zkteco::field(zkteco::read_fields(line), "index").empty()) ++understood;
    return understood == lines;
}

std::string punches()
{
    std::string body;
    for (int i = 0; i < lines; ++i)
        body += fmt::format("{}\t2026-11-26 08:15:{:02}\t0\t15\t\t0\t0\t\n", 1001 + i, i);
    return body;
}

std::string access_log()
{
    std::string body;
    for (int i = 0; i < lines; ++i)
        body += fmt::format(
            "time=2026-11-26 08:15:{:02}\tpin={}\tcardno=7654321\teventaddr=1\tevent=0\tinoutstatus=0\t"
            "verifytype=15\tindex={}\tsitecode=0\tlinkid=0\tmaskflag=0\ttemperature=0\r\n",
            i, 1001 + i, 20417 + i);
    return body;
}

// A record is a frame here; a post carries many.
Codec by_line(std::string name, const std::string& post, ReadOne read)
{
    auto codec = one_by_one(std::move(name), {post}, std::move(read));
    codec.frames = lines;
    codec.read = [whole = std::move(codec.read)] { return whole() * lines; };
    return codec;
}

} // namespace

std::vector<Codec> zkteco_codecs()
{
    return {by_line("zkteco, attendance", punches(), read_punches),
            by_line("zkteco, access", access_log(), read_access_log)};
}

} // namespace gatehouse::bench
