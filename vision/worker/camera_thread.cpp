#include "vision/worker/camera_thread.hpp"

#include "vision/worker/refused_feed.hpp"
#include "vision/worker/snapshot_feed.hpp"
#include "vision/worker/video_feed.hpp"

namespace gatehouse::vision {

CameraThread::CameraThread(Watch watch, Ports ports)
    : clock_(ports.clock), decoding_(ports.decoding),
      camera_(std::move(watch), camera_ports(std::move(ports))), thread_([this] {
          camera_.run();
          ended_ = true;
      })
{
}

CameraThread::~CameraThread()
{
    ask_to_end();
    thread_.join();
}

void CameraThread::ask_to_end()
{
    {
        const std::scoped_lock lock(mutex_);
        stop_ = true;
    }
    stopped_.notify_all();
}

void CameraThread::pause(std::chrono::nanoseconds span)
{
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, span, [&] { return stop_.load(); });
}

CameraPorts CameraThread::camera_ports(Ports ports)
{
    return {.clock = clock_,
            .stop = stop_,
            .pause = [this](std::chrono::nanoseconds span) { pause(span); },
            .make_feed = [this](const Source& source) { return make_feed(source); },
            .report = std::move(ports.report),
            .seen = std::move(ports.seen),
            .seed = ports.seed};
}

std::unique_ptr<Feed> CameraThread::make_feed(const Source& source)
{
    const auto url = parse_stream_url(source.url);
    const bool snapshot = source.kind == "snapshot";
    if (!url || snapshot == (url->scheme == StreamUrl::Scheme::rtsp))
        return std::make_unique<RefusedFeed>(
            Trouble{"no_source", "the camera's address is no URL that can be used"});
    FeedContext context{
        .clock = clock_, .stop = stop_, .pause = [this](auto span) { pause(span); }, .decoding = decoding_};
    FeedTarget target{
        .url = *url, .username = camera_.watch().username, .password = camera_.watch().password};
    if (snapshot) return std::make_unique<SnapshotFeed>(std::move(context), std::move(target));
    return std::make_unique<VideoFeed>(std::move(context), std::move(target));
}

} // namespace gatehouse::vision
