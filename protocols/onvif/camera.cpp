#include "protocols/onvif/camera.hpp"

#include "vision/link/camera_test.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include <algorithm>

namespace gatehouse::onvif {

Camera::Camera(Session& session) : session_(session), watch_(session.config.id, session.context) {}

void Camera::found(const std::vector<std::string>& streams, const std::string& snapshot)
{
    if (!wanted()) return;
    const auto& host = session_.config.target.host;
    std::vector<vision::Source> sources;
    for (const auto& told : streams)
        if (auto url = address_at(host, told, {"rtsp"}); !url.empty())
            sources.push_back({sources.empty() ? "main" : "sub", std::move(url)});
    if (auto url = address_at(host, snapshot, {"http", "https"}); !url.empty())
        sources.push_back({"snapshot", std::move(url)});
    const auto same = [](const vision::Source& a, const vision::Source& b) {
        return a.kind == b.kind && a.url == b.url;
    };
    if (sources.empty() || std::equal(sources.begin(), sources.end(), sources_.begin(), sources_.end(), same))
        return;
    sources_ = std::move(sources);
    watch_.begin(watch_of(sources_));
}

vision::Watch Camera::watch_of(const std::vector<vision::Source>& sources) const
{
    const auto& config = session_.config;
    vision::Watch wanted;
    wanted.camera = config.id;
    wanted.sources = sources;
    wanted.username = config.username;
    wanted.password = config.password;
    wanted.wants = config.camera.wants;
    wanted.health = config.camera.health;
    wanted.plates = config.camera.plates;
    wanted.zones = config.camera.zones;
    wanted.utc_offset_minutes = session_.context.utc_offset.count();
    return wanted;
}

asio::awaitable<void> Camera::bring()
{
    for (;;) {
        auto seen = co_await watch_.next();
        auto* event = std::get_if<model::Event>(&seen);
        if (event == nullptr) continue;
        session_.status.last_event = session_.context.clock.wall();
        const auto number = co_await session_.delivery.hand_over(std::move(*event));
        (void)co_await session_.delivery.wait_taken(number); // next() wants it on disk
    }
}

void Camera::leave()
{
    watch_.end();
    sources_.clear();
}

asio::awaitable<void> Camera::test(std::vector<device::TestStep>& steps)
{
    if (!wanted() || sources_.empty()) co_return;
    auto seen = co_await vision::test_camera(session_.context.eyes, session_.context.clock,
                                             watch_of(sources_), watch_.begun() ? &watch_.stream() : nullptr);
    for (auto& step : seen)
        steps.push_back(std::move(step));
}

void Camera::write_facts(std::map<std::string, std::string>& facts) const
{
    if (wanted()) watch_.write_facts(facts);
}

std::string address_at(const std::string& host, const std::string& told,
                       std::initializer_list<std::string_view> schemes)
{
    const auto parsed = boost::urls::parse_uri(told);
    if (!parsed || parsed->host().empty()) return {};
    const auto fits = [&](std::string_view scheme) { return parsed->scheme() == scheme; };
    if (std::none_of(schemes.begin(), schemes.end(), fits)) return {};
    boost::urls::url here(*parsed);
    here.remove_userinfo();
    here.set_host(host);
    return std::string(here.buffer());
}

} // namespace gatehouse::onvif
