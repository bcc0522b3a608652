#pragma once
#include "gateway/api/callers.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/event_feed.hpp"
#include "gateway/api/host_rule.hpp"
#include "gateway/api/server_certificate.hpp"
#include "gateway/api/server_options.hpp"
#include "gateway/api/static_files.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/wakeup.hpp"

#include <memory>
#include <string_view>

namespace gatehouse::api {

// What all connections of one server share: what they serve, their limits and their counters.
struct ServerShared {
    ServerShared(asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics,
                 ServerOptions the_options, Services services);

    // Whether a browser that names this host meant us.
    [[nodiscard]] bool is_us(std::string_view host) const;

    ServerOptions options;
    Context context;
    HostRule host_rule;
    Callers callers;
    StaticFiles console;
    EventFeed feed;
    std::unique_ptr<ServerCertificate> certificate; // null: no TLS
    std::size_t streams = 0;                        // of events
    base::Wakeup stream_ended;
    bool stopping = false;
    std::size_t handshakes = 0;   // under way
    std::size_t large_bodies = 0; // over TCP, being received or worked on
    base::Counter& accepted;
    base::Counter& refused_connections;
    base::Counter& refused_address;
    base::Counter& refused_rate;
    base::Counter& refused_host;
    base::Counter& refused_too_large;
    base::Counter& refused_overloaded;
    base::Counter& refused_malformed;
    base::Counter& refused_streams;
    base::Counter& slow_streams;
    base::Counter& failed_handshakes;
    base::Counter& timed_out;
};

} // namespace gatehouse::api
