#include "vision/worker/snapshot_feed.hpp"

#include "vision/jpeg/decode.hpp"
#include "vision/worker/av_picture.hpp"
#include "vision/worker/av_trouble.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <utility>

namespace gatehouse::vision {
namespace {

constexpr std::chrono::seconds pictures_every{2};
constexpr std::chrono::milliseconds hurried_every{200};
constexpr std::size_t snapshot_bytes_max = std::size_t{8} << 20;

} // namespace

SnapshotFeed::SnapshotFeed(FeedContext context, FeedTarget target)
    : context_(std::move(context)), target_(std::move(target)), deadline_(context_)
{
}

base::Result<Shape> SnapshotFeed::open()
{
    door_.reset();
    auto door = Door::to(target_.url.host, target_.url.port);
    if (!door) {
        trouble_ = {"unreachable", "the camera's name leads to no address"};
        return door.error();
    }
    door_.emplace(std::move(*door));
    return Shape{.codec = "mjpeg", .frame_rate = 1.0 / pictures_every.count()};
}

base::Result<Unit> SnapshotFeed::read()
{
    if (const auto now = context_.clock.now(); now < next_at_) context_.pause(next_at_ - now);
    next_at_ = context_.clock.now() + (hurried_ ? base::MonoTime::duration(hurried_every) : pictures_every);
    return fetch();
}

base::Result<Unit> SnapshotFeed::fetch()
{
    deadline_.renew(silence_max);
    const auto interrupt = deadline_.callback();
    AVDictionary* options = nullptr;
    av_dict_set(&options, "timeout", fmt::to_string(std::chrono::microseconds(silence_max).count()).c_str(),
                0);
    av_dict_set(&options, "protocol_whitelist", "http,https,tls,tcp", 0);
    av_dict_set(&options, "user_agent", "gatehouse-vision", 0);
    AVIOContext* opened = nullptr;
    const auto url = login_url(target_.url, target_.username, target_.password);
    const int error = avio_open2(&opened, url.c_str(), AVIO_FLAG_READ, &interrupt, &options);
    av_dict_free(&options);
    if (error < 0) return failed(error);
    const Av<AVIOContext> answer(opened);
    std::string bytes;
    std::array<unsigned char, 16'384> chunk;
    for (;;) {
        const int got = avio_read(answer.get(), chunk.data(), chunk.size());
        if (got == AVERROR_EOF || got == 0) break;
        if (got < 0) return failed(got);
        if (bytes.size() + static_cast<std::size_t>(got) > snapshot_bytes_max)
            return failed(AVERROR_INVALIDDATA);
        bytes.append(reinterpret_cast<const char*>(chunk.data()), static_cast<std::size_t>(got));
    }
    std::shared_ptr<AVPacket> packet(av_packet_alloc(), AvFree{});
    if (!packet || bytes.empty() || av_new_packet(packet.get(), static_cast<int>(bytes.size())) < 0)
        return failed(AVERROR_INVALIDDATA);
    std::ranges::copy(bytes, packet->data);
    return Unit{.packet = packet, .bytes = bytes.size(), .key = true, .at = context_.clock.now()};
}

base::Result<PicturePtr> SnapshotFeed::look(const Unit& key)
{
    const auto bytes = std::as_bytes(std::span(key.packet->data, static_cast<std::size_t>(key.packet->size)));
    auto decoded = jpeg::decode(bytes);
    if (!decoded) return decoded.error();
    if (!decoded->damage.empty()) return base::Errc::damaged;
    return std::make_shared<const MatPicture>(std::move(decoded->bgr));
}

base::Result<PicturePtr> SnapshotFeed::follow(const Unit& unit)
{
    hurried_ = true;
    return look(unit);
}

base::error_code SnapshotFeed::failed(int av_error)
{
    // After its deadline libav reports whatever the call it left was doing.
    const auto meaning = av_trouble(deadline_.over() ? AVERROR_EXIT : av_error);
    trouble_ = meaning.trouble;
    return meaning.code;
}

} // namespace gatehouse::vision
