#include "tests/sim/rtsp/packets.hpp"

#include "tests/sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace gatehouse::sim::rtsp {
namespace {

constexpr std::size_t payload_max = 1400;
constexpr std::uint8_t payload_type = 96; // JPEG: 26

void put16(std::string& out, std::size_t value)
{
    out += static_cast<char>(value >> 8U & 0xffU);
    out += static_cast<char>(value & 0xffU);
}

void put32(std::string& out, std::uint32_t value)
{
    put16(out, value >> 16U);
    put16(out, value & 0xffffU);
}

unsigned byte_at(std::string_view text, std::size_t at)
{
    return static_cast<unsigned char>(text.at(at));
}

// ---- H.264 and H.265 ----

// A NAL unit as it is, or in fragments: FU-A (RFC 6184, 5.8) or FU (RFC 7798, 4.4.3).
void add_nal_unit(bool h265, const std::string& unit, std::vector<std::string>& out)
{
    if (unit.size() <= payload_max) {
        out.push_back(unit);
        return;
    }
    std::string indicator;
    unsigned type = byte_at(unit, 0) & 0x1fU;
    if (h265) {
        type = byte_at(unit, 0) >> 1U & 0x3fU;
        indicator += static_cast<char>((byte_at(unit, 0) & 0x81U) | 49U << 1U);
        indicator += unit.at(1);
    } else {
        indicator += static_cast<char>((byte_at(unit, 0) & 0xe0U) | 28U);
    }
    const std::size_t head = indicator.size(); // of the unit, which the fragments say in their own way
    for (std::size_t at = head; at < unit.size(); at += payload_max) {
        const unsigned start = at == head ? 0x80U : 0;
        const unsigned end = at + payload_max >= unit.size() ? 0x40U : 0;
        out.push_back(indicator + static_cast<char>(start | end | type) + unit.substr(at, payload_max));
    }
}

// ---- JPEG ----

struct Jpeg {
    std::string tables; // of quantisation, 64 bytes each
    std::string_view scan;
};

// What RFC 2435 sends of a baseline JPEG: everything else is known to both sides.
Jpeg parts_of(std::string_view file)
{
    Jpeg jpeg;
    std::size_t at = 2;
    while (at + 4 <= file.size()) {
        const auto marker = byte_at(file, at + 1);
        const std::size_t size = byte_at(file, at + 2) << 8U | byte_at(file, at + 3);
        const auto segment = file.substr(at + 4, size - 2);
        at += 2 + size;
        if (marker == 0xdb)
            for (std::size_t table = 0; table + 65 <= segment.size(); table += 65)
                jpeg.tables += segment.substr(table + 1, 64);
        if (marker == 0xda) {
            jpeg.scan = file.substr(at, file.size() - at - 2); // without the end of the image
            break;
        }
    }
    return jpeg;
}

void add_jpeg(const Format& format, const std::string& file, std::vector<std::string>& out)
{
    const auto jpeg = parts_of(file);
    for (std::size_t at = 0; at < jpeg.scan.size(); at += payload_max) {
        std::string payload;
        put32(payload, static_cast<std::uint32_t>(at)); // type-specific 0, offset
        payload += '\1';                                // 4:2:0
        payload += '\xff';                              // the tables are sent along
        payload += static_cast<char>(format.width / 8);
        payload += static_cast<char>(format.height / 8);
        if (at == 0) {
            put16(payload, 0);
            put16(payload, jpeg.tables.size());
            payload += jpeg.tables;
        }
        payload += jpeg.scan.substr(at, payload_max);
        out.push_back(std::move(payload));
    }
}

std::string_view rtp_name(Codec codec)
{
    switch (codec) {
    case Codec::h264: return "H264";
    case Codec::h265: return "H265";
    case Codec::mjpeg: return "JPEG";
    case Codec::svac: return "SVAC";
    }
    return {};
}

std::string parameters(Codec codec, const std::vector<std::string>& headers)
{
    if (codec == Codec::h264 && headers.size() >= 2)
        return fmt::format("a=fmtp:96 packetization-mode=1;profile-level-id={:02X}{:02X}{:02X};"
                           "sprop-parameter-sets={},{}\r\n",
                           byte_at(headers[0], 1), byte_at(headers[0], 2), byte_at(headers[0], 3),
                           base64(headers[0]), base64(headers[1]));
    if (codec == Codec::h265 && headers.size() >= 3)
        return fmt::format("a=fmtp:96 sprop-vps={};sprop-sps={};sprop-pps={}\r\n", base64(headers[0]),
                           base64(headers[1]), base64(headers[2]));
    return {};
}

} // namespace

std::vector<std::string> payloads(const Format& format, const AccessUnit& unit)
{
    std::vector<std::string> out;
    for (const auto& part : unit.parts)
        if (format.codec == Codec::mjpeg)
            add_jpeg(format, part, out);
        else if (format.codec == Codec::svac)
            out.push_back(part.substr(0, payload_max));
        else
            add_nal_unit(format.codec == Codec::h265, part, out);
    return out;
}

std::string description(const Format& format, const std::vector<std::string>& headers)
{
    const int type = format.codec == Codec::mjpeg ? 26 : payload_type;
    return fmt::format("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=Media Presentation\r\nc=IN IP4 0.0.0.0\r\n"
                       "t=0 0\r\na=control:*\r\na=range:npt=now-\r\nm=video 0 RTP/AVP {}\r\n"
                       "a=rtpmap:{} {}/90000\r\n{}a=framerate:{}\r\na=control:trackID=0\r\n",
                       type, type, rtp_name(format.codec), parameters(format.codec, headers), format.rate);
}

std::vector<std::string> Track::packets(const Format& format, const AccessUnit& unit, std::uint32_t ticks)
{
    timestamp_ += ticks;
    const unsigned type = format.codec == Codec::mjpeg ? 26 : payload_type;
    auto out = payloads(format, unit);
    for (auto& payload : out) {
        const unsigned last = &payload == &out.back() ? 0x80U : 0;
        std::string head("\x80");
        head += static_cast<char>(last | type);
        put16(head, sequence_++);
        put32(head, timestamp_);
        put32(head, source_);
        payload.insert(0, head);
    }
    return out;
}

std::string interleaved(std::uint8_t channel, const std::string& packet)
{
    std::string out("$");
    out += static_cast<char>(channel);
    put16(out, packet.size());
    return out + packet;
}

} // namespace gatehouse::sim::rtsp
