#include "tests/sim/vzenith/wire.hpp"

#include "tests/sim/text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace gatehouse::sim::vzenith {

namespace json = boost::json;

namespace {

constexpr std::size_t body_max = 1048576;

std::size_t octet(const std::string& text, std::size_t at)
{
    return static_cast<unsigned char>(text[at]);
}

} // namespace

std::string packet(int kind, int sequence, std::string_view body)
{
    std::string out{'V', 'Z', static_cast<char>(kind), static_cast<char>(sequence)};
    for (std::size_t part = 16777216; part > 0; part /= 256)
        out += static_cast<char>(body.size() / part % 256);
    out += body;
    return out;
}

std::optional<Packet> take_packet(std::string& buffer, bool& broken)
{
    if (buffer.size() < 8) return std::nullopt;
    const auto size =
        octet(buffer, 4) * 16777216 + octet(buffer, 5) * 65536 + octet(buffer, 6) * 256 + octet(buffer, 7);
    broken = !buffer.starts_with("VZ") || size > body_max;
    if (broken || buffer.size() < 8 + size) return std::nullopt;
    Packet out;
    out.kind = static_cast<int>(octet(buffer, 2));
    out.sequence = static_cast<int>(octet(buffer, 3));
    out.body = buffer.substr(8, size);
    buffer.erase(0, 8 + size);
    return out;
}

// Flat grey, 1 x 1.
std::string jpeg()
{
    std::string out("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", 20);
    out += std::string(64, '\x10');
    return out + "\xff\xd9";
}

std::string plate_result(const Car& car, const std::string& license, bool pushed)
{
    std::string extra;
    if (pushed)
        extra = fmt::format(R"("plateid":{},"isoffline":{},"gioouts":[{{"ionum":"0","ctrltype":0}}],)",
                            car.plate_id, car.offline ? 1 : 0);
    if (pushed && car.picture)
        extra += fmt::format(R"("imageFile":"{}","imageFileLen":{},)", base64(jpeg()), jpeg().size());
    return fmt::format(
        R"({{"bright":0,"carBright":0,"carColor":255,"colorType":{},"colorValue":0,"confidence":97,"direction":4,{})"
        R"("license":"{}","location":{{"RECT":{{"bottom":392,"left":690,"right":834,"top":350}}}},)"
        R"("timeStamp":{{"Timeval":{{"sec":{},"usec":{}}}}},"timeUsed":0,"triggerType":{},"type":1}})",
        car.plate.empty() ? 0 : 1, extra, car.plate.empty() && pushed ? "_无_" : license, car.sec, car.usec,
        car.trigger);
}

std::string alarm_info_plate(const Car& car, const std::string& serial, bool gb2312)
{
    const auto license = gb2312 ? to_gb2312(car.plate) : car.plate;
    return fmt::format(R"({{"AlarmInfoPlate":{{"channel":0,"deviceName":"IVS","ipaddr":"127.0.0.1","result":)"
                       R"({{"PlateResult":{}}},"serialno":"{}"}}}})",
                       plate_result(car, license, true), serial);
}

std::string alarm_gio_in(const std::string& serial, int source, int value)
{
    return fmt::format(
        R"({{"AlarmGioIn":{{"deviceName":"IVS","ipaddr":"127.0.0.1","result":{{"TriggerResult":)"
        R"({{"source":{},"value":{}}}}},"serialno":"{}"}}}})",
        source, value, serial);
}

std::string tcp_result(const Car& car, const std::string& cmd)
{
    const auto picture = car.picture ? jpeg() : std::string();
    auto body =
        fmt::format(R"({{"PlateResult":{},"active_id":0,"clipImgSize":0,"cmd":"{}","fullImgSize":{},"id":{},)"
                    R"("imageformat":"jpg","state_code":200}})",
                    plate_result(car, to_gb2312(car.plate), false), cmd, picture.size(), car.record);
    body += '\n';
    body += '\0';
    return body + picture;
}

std::string registration(const std::string& serial, const std::string& boundary)
{
    std::string out;
    const std::pair<std::string, std::string> fields[] = {
        {"device_name", "IVS"}, {"ipaddr", "127.0.0.1"}, {"port", "80"},      {"user_name", "admin"},
        {"pass_wd", "admin"},   {"serialno", serial},    {"channel_num", "1"}};
    for (const auto& [name, value] : fields)
        out += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value +
               "\r\n";
    return out + "--" + boundary + "--\r\n";
}

Heard hear(const std::string& body)
{
    Heard heard;
    boost::system::error_code failure;
    const auto document = json::parse(body, failure);
    const auto* root = failure ? nullptr : document.if_object();
    const auto* said = root == nullptr ? nullptr : root->if_contains("Response_AlarmInfoPlate");
    if (said == nullptr || !said->is_object()) return heard;
    const auto& words = said->get_object();
    const auto number = [](const json::object& from, const char* name) -> std::optional<int> {
        const auto* value = from.if_contains(name);
        if (value == nullptr || !value->is_int64()) return std::nullopt;
        return static_cast<int>(value->get_int64());
    };
    const auto* info = words.if_contains("info");
    heard.open = info != nullptr && info->is_string() && info->get_string() == "ok";
    heard.output = number(words, "channelNum").value_or(0);
    heard.plate_id = number(words, "plateid");
    const auto* next = words.if_contains("ContinuePushOffline");
    if (next != nullptr && next->is_object()) heard.proceed = number(next->get_object(), "continue") == 1;
    return heard;
}

} // namespace gatehouse::sim::vzenith
