#include "gateway/api/server_shared.hpp"

namespace gatehouse::api {
namespace {

base::Counter& refused(base::Metrics& metrics, const char* reason)
{
    return metrics.counter("gatehouse_api_refused_total", "what the local API refused", {{"reason", reason}});
}

} // namespace

ServerShared::ServerShared(asio::any_io_executor executor, base::Clock& clock, base::Metrics& metrics,
                           ServerOptions the_options, Services services)
    : options(std::move(the_options)), context{std::move(services), clock},
      host_rule(options.names, options.tls.has_value()), callers(options.callers), console(options.console),
      feed(executor, clock, context.services), stream_ended(executor),
      accepted(metrics.counter("gatehouse_api_connections_total", "connections to the local API")),
      refused_connections(refused(metrics, "connections")), refused_address(refused(metrics, "address")),
      refused_rate(refused(metrics, "rate")), refused_host(refused(metrics, "host")),
      refused_too_large(refused(metrics, "too_large")), refused_overloaded(refused(metrics, "overloaded")),
      refused_malformed(refused(metrics, "malformed")), refused_streams(refused(metrics, "streams")),
      slow_streams(refused(metrics, "slow_stream")), failed_handshakes(refused(metrics, "handshake")),
      timed_out(refused(metrics, "timed_out"))
{
    if (!options.tls) return;
    ServerCertificate::Ports ports{
        .clock = clock,
        .metrics = metrics,
        .worker = options.worker ? options.worker : executor,
        .tell = options.tell_certificate,
    };
    certificate = std::make_unique<ServerCertificate>(std::move(ports), *options.tls);
}

bool ServerShared::is_us(std::string_view host) const
{
    return host_rule.admits(host) || (certificate && HostRule(certificate->pair().names, true).admits(host));
}

} // namespace gatehouse::api
