#include "vision/link/frame.hpp"

#include <boost/endian/conversion.hpp>

namespace gatehouse::vision {
namespace {

template <class T>
void put(std::string& out, T number)
{
    unsigned char bytes[sizeof(T)];
    boost::endian::endian_store<T, sizeof(T), boost::endian::order::little>(bytes, number);
    out.append(reinterpret_cast<const char*>(bytes), sizeof(T));
}

template <class T>
T number_at(std::string_view input, std::size_t at)
{
    return boost::endian::endian_load<T, sizeof(T), boost::endian::order::little>(
        reinterpret_cast<const unsigned char*>(input.data()) + at);
}

FrameStep flawed(base::Errc why)
{
    FrameStep step;
    step.flaw = why;
    return step;
}

bool within_bounds(std::size_t json, std::size_t blobs, std::size_t whole)
{
    return json <= frame_json_max && blobs <= frame_blobs_max && whole <= frame_size_max;
}

} // namespace

FrameStep decode_frame(std::string_view input)
{
    if (input.size() < frame_head_size) return {};
    if (number_at<std::uint32_t>(input, 0) != frame_magic ||
        number_at<std::uint8_t>(input, 4) != frame_version)
        return flawed(base::Errc::bad_input);
    const std::size_t blobs = number_at<std::uint16_t>(input, 6);
    const std::size_t json = number_at<std::uint32_t>(input, 8);
    if (!within_bounds(json, blobs, 0)) return flawed(base::Errc::too_large);
    const std::size_t head = frame_head_size + 4 * blobs;
    if (input.size() < head) return {};
    std::size_t whole = head + json;
    for (std::size_t n = 0; n < blobs; ++n)
        whole += number_at<std::uint32_t>(input, frame_head_size + 4 * n);
    if (!within_bounds(json, blobs, whole)) return flawed(base::Errc::too_large);
    if (input.size() < whole) return {};

    FrameStep step;
    step.consumed = whole;
    auto& frame = step.frame.emplace();
    frame.type = number_at<std::uint8_t>(input, 5);
    frame.json = input.substr(head, json);
    auto at = head + json;
    for (std::size_t n = 0; n < blobs; ++n) {
        const std::size_t size = number_at<std::uint32_t>(input, frame_head_size + 4 * n);
        frame.blobs.emplace_back(input.substr(at, size));
        at += size;
    }
    return step;
}

base::Result<std::string> encode_frame(const Frame& frame)
{
    std::size_t whole = frame_head_size + 4 * frame.blobs.size() + frame.json.size();
    for (const auto& blob : frame.blobs)
        whole += blob.size();
    if (!within_bounds(frame.json.size(), frame.blobs.size(), whole)) return base::Errc::too_large;
    std::string out;
    out.reserve(whole);
    put(out, frame_magic);
    put(out, frame_version);
    put(out, frame.type);
    put(out, static_cast<std::uint16_t>(frame.blobs.size()));
    put(out, static_cast<std::uint32_t>(frame.json.size()));
    for (const auto& blob : frame.blobs)
        put(out, static_cast<std::uint32_t>(blob.size()));
    out += frame.json;
    for (const auto& blob : frame.blobs)
        out += blob;
    return out;
}

} // namespace gatehouse::vision
