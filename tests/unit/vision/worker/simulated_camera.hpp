#pragma once
#include "tests/sim/estate.hpp"
#include "tests/sim/site.hpp"
#include "tests/sim/text.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <future>
#include <memory>
#include <string>
#include <thread>

namespace gatehouse::vision {

// A camera of the simulator on a thread of its own, because who reads it blocks.
class SimulatedCamera {
public:
    // `more`: further lines of its table; it is called c.
    explicit SimulatedCamera(const std::string& more = {})
        : site_({.executor = io_.get_executor(), .clock = clock_, .oracle = oracle_},
                sim::parse_estate("[[rtsp]]\nid=\"c\"\nsize=\"320x192\"\nfps=25\ngop=\"400ms\"\n"
                                  "sub_size=\"160x96\"\nusername=\"viewer\"\npassword=\"p@ss:w\"\n" +
                                      more,
                                  "estate")),
          group_(io_.get_executor())
    {
        site_.start();
        port_ = static_cast<std::uint16_t>(std::stoul(sim::between(site_.ports().at(0), "\"port\":", "}")));
        thread_ = std::thread([this] { io_.run(); });
    }
    ~SimulatedCamera()
    {
        asio::post(io_, [this] { group_.spawn("stop", site_.stop()); });
        thread_.join();
    }
    SimulatedCamera(const SimulatedCamera&) = delete;
    SimulatedCamera& operator=(const SimulatedCamera&) = delete;

    // A line of the control channel.
    std::string tell(const std::string& line)
    {
        std::promise<std::string> answer;
        asio::post(io_, [&] { answer.set_value(site_.command(line)); });
        return answer.get_future().get();
    }
    [[nodiscard]] std::string url(const std::string& path, const std::string& scheme = "rtsp") const
    {
        return scheme + "://127.0.0.1:" + std::to_string(port_) + path;
    }

private:
    asio::io_context io_{1};
    base::SystemClock clock_;
    sim::Oracle oracle_;
    sim::Site site_;
    base::TaskGroup group_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

} // namespace gatehouse::vision
