#include "protocols/vzenith/words.hpp"

#include "protocols/wire/advice.hpp"
#include "protocols/wire/base64.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace gatehouse::vzenith {
namespace {

constexpr std::size_t board_text_max = 200; // one byte of length, and boards have small buffers

struct StateCode {
    std::int64_t code;
    wire::Advice advice;
};
// Sheet §2.
constexpr std::array state_codes{
    StateCode{400,
              {"the camera could not read the question; its firmware may be too old, update it",
               "相机无法识别请求；固件可能过旧，请升级固件"}},
    StateCode{401,
              {"the camera wants a log-in; switch authentication of TCP 8131 off on the camera",
               "相机要求登录；请在相机上关闭 TCP 8131 的认证"}},
    StateCode{404,
              {"the camera does not have what was asked for; look at its web page",
               "相机上没有所请求的内容；请查看相机网页"}},
    StateCode{405,
              {"the camera does not know this command; its firmware is too old or a clone's, update it",
               "相机不支持此命令；固件过旧或是仿制机型，请升级固件"}},
    StateCode{408,
              {"a part of the camera did not answer in time; try again, then restart the camera",
               "相机内部部件响应超时；请重试，仍不行请重启相机"}},
    StateCode{
        500,
        {"the camera failed inside; restart it when that happens again", "相机内部错误；再次出现请重启相机"}},
};
constexpr wire::Advice in_no_manual{"the camera answered with a code that is in no manual; restart it and "
                                    "report the model",
                                    "相机返回了手册中没有的代码；请重启相机并反馈型号"};

json::array serial_data(const ReplyWords& words)
{
    json::array list;
    for (const auto& frame : words.serial) {
        json::object entry;
        entry["serialChannel"] = words.serial_channel;
        entry["data"] = wire::to_base64(frame);
        entry["dataLen"] = frame.size();
        list.push_back(std::move(entry));
    }
    return list;
}

json::object voice_of(const std::string& text)
{
    json::object voice;
    voice["type"] = "ps_voice_play";
    voice["voice"] = wire::to_base64(text);
    voice["voice_interval"] = 0;
    voice["voice_volume"] = 100;
    voice["voice_male"] = 1;
    return voice;
}

} // namespace

std::string reply_text(const ReplyWords& words)
{
    json::object body;
    body["info"] = words.open ? "ok" : "no";
    if (words.open) body["channelNum"] = words.channel;
    if (words.plate_id) body["plateid"] = *words.plate_id;
    if (words.next) {
        json::object next;
        next["plateid"] = words.next->first;
        next["continue"] = words.next->second ? 1 : 0;
        body["ContinuePushOffline"] = std::move(next);
    }
    if (!words.serial.empty()) body["serialData"] = serial_data(words);
    if (!words.voice.empty()) body["playserver_json_request"] = voice_of(words.voice);
    json::object root;
    root["Response_AlarmInfoPlate"] = std::move(body);
    return json::serialize(root);
}

json::object ioctl_order(int output, int value, std::chrono::milliseconds pulse)
{
    json::object order;
    order["cmd"] = "ioctl";
    order["io"] = output - 1;
    order["value"] = value;
    order["delay"] = pulse.count();
    return order;
}

json::object serial_order(const std::string& port, std::string_view bytes)
{
    json::object order;
    order["cmd"] = "ttransmission";
    order["subcmd"] = "send";
    order["datalen"] = bytes.size();
    order["data"] = wire::to_base64(bytes);
    order["comm"] = port;
    return order;
}

std::uint16_t board_crc(std::string_view bytes)
{
    unsigned crc = 0xffff;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xa001U : crc >> 1U;
    }
    return static_cast<std::uint16_t>(crc);
}

std::optional<std::string> board_frame(std::uint8_t address, std::string_view text)
{
    const auto spoken = to_gbk(text);
    if (!spoken || spoken->empty() || spoken->size() > board_text_max) return std::nullopt;
    std::string frame;
    frame += static_cast<char>(address);
    frame += "\x64\xff\xff\x30";
    frame += static_cast<char>(spoken->size() + 1);
    frame += '\x01';
    frame += *spoken;
    const auto crc = board_crc(frame);
    frame += static_cast<char>(crc & 0xffU);
    frame += static_cast<char>(crc >> 8U);
    return frame;
}

std::string sentence_of(std::int64_t state_code)
{
    if (state_code == 200) return {};
    const auto at = std::find_if(state_codes.begin(), state_codes.end(),
                                 [&](const StateCode& row) { return row.code == state_code; });
    return wire::in_both_languages(at == state_codes.end() ? in_no_manual : at->advice,
                                   std::to_string(state_code));
}

} // namespace gatehouse::vzenith
