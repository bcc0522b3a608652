#include "protocols/vzenith/words.hpp"

#include "protocols/wire/base64.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace gatehouse::vzenith {
namespace {

constexpr std::size_t board_text_max = 200; // one byte of length, and boards have small buffers

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
    switch (state_code) {
    case 200: return {};
    case 400: return "the camera could not read the question (400); its firmware may be too old for it";
    case 401: return "the camera wants a log-in (401); switch authentication of TCP 8131 off on the camera";
    case 404: return "the camera does not have what was asked for (404)";
    case 405: return "the camera does not know this command (405); its firmware is too old or a clone's";
    case 408: return "a part of the camera did not answer in time (408); try again, then restart the camera";
    case 500: return "the camera failed inside (500); restart it when that happens again";
    default: break;
    }
    return fmt::format("the camera answered with code {}, which is in no manual", state_code);
}

} // namespace gatehouse::vzenith
