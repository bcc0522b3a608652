#pragma once
#include "gateway/base/asio.hpp"
#include "tests/sim/rtsp/codec.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>
#include <string>
#include <vector>

namespace gatehouse::sim::rtsp {

// Drawing and encoding take milliseconds: they are done on this thread, for all cameras of one table of the
// estate, while the io thread serves. Clips that are played again and again are kept for all of them.
class Studio {
public:
    using Clip = std::shared_ptr<const std::vector<Unit>>;

    // Resumes on the caller's own executor.
    template <class Result>
    asio::awaitable<Result> run(asio::awaitable<Result> work)
    {
        return asio::co_spawn(pool_, std::move(work), asio::use_awaitable);
    }
    // Studio thread only.
    [[nodiscard]] std::map<std::string, Clip>& clips() { return clips_; }
    [[nodiscard]] std::map<std::string, std::vector<std::string>>& headers() { return headers_; }

private:
    asio::thread_pool pool_{1};
    std::map<std::string, Clip> clips_;                       // by what they show
    std::map<std::string, std::vector<std::string>> headers_; // by format
};

} // namespace gatehouse::sim::rtsp
