#include "protocols/zkteco/replies.hpp"

#include "protocols/zkteco/times.hpp"

#include <fmt/format.h>

namespace gatehouse::zkteco {
namespace {

// A poll of less than a second is said as one.
std::int64_t whole_seconds(std::chrono::milliseconds span)
{
    return std::chrono::ceil<std::chrono::seconds>(span).count();
}

} // namespace

std::string attendance_options(const std::string& serial, const Stamps& stamps,
                               std::chrono::milliseconds poll_every, const std::string& zone, bool serve_time)
{
    auto text = fmt::format("GET OPTION FROM: {}\nATTLOGStamp={}\nOPERLOGStamp={}\nATTPHOTOStamp={}\n",
                            serial, stamps.punches, stamps.operations, stamps.photos);
    text += fmt::format("ErrorDelay=30\nDelay={}\nTransTimes=00:00;14:05\nTransInterval=1\n",
                        whole_seconds(poll_every));
    text += "TransFlag=AttLog\tOpLog\nRealtime=1\nEncrypt=0\nTimeout=60\n";
    if (!zone.empty()) text += "TimeZone=" + zone + "\n";
    if (serve_time) text += "SyncTime=3600\n";
    return text + "ServerVer=2.4.1\n";
}

std::string access_options(const std::string& registry_code, const std::string& session_id,
                           std::chrono::milliseconds poll_every)
{
    std::string text;
    if (!registry_code.empty()) text = "registry=ok\nRegistryCode=" + registry_code + "\n";
    // 3.0.1: no encryption, which nobody needs to negotiate then.
    text += "ServerVersion=3.0.1\nServerName=Gatehouse\nPushProtVer=3.0.1\nErrorDelay=30\n";
    text += fmt::format("RequestDelay={}\nTransTimes=00:00\nTransInterval=1\n", whole_seconds(poll_every));
    text += "TransTables=User\tTransaction\nRealtime=1\nSessionID=" + session_id + "\nTimeoutSec=10\n";
    return text;
}

std::string attendance_time(base::WallTime now, std::chrono::minutes utc_offset)
{
    auto text = write_time(now, utc_offset);
    text[10] = 'T';
    return "Time=" + text + zone_option(utc_offset, ZoneForm::offset);
}

std::string access_time(base::WallTime now, std::chrono::minutes utc_offset, bool in_utc)
{
    const auto number = to_number(now, in_utc ? std::chrono::minutes(0) : utc_offset);
    return fmt::format("DateTime={},ServerTZ={}", number, zone_digits(utc_offset));
}

device::PushReply plain(std::string body, unsigned status)
{
    device::PushReply reply;
    reply.status = status;
    reply.content_type = "text/plain";
    reply.body = std::move(body);
    return reply;
}

} // namespace gatehouse::zkteco
