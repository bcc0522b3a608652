#pragma once
#include "gateway/base/byte_stream.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace gatehouse::net {

struct TcpConnectorOptions {
    // TCP keepalive: a peer that vanished is noticed after idle + interval * count seconds.
    std::chrono::seconds keepalive_idle{30};
    std::chrono::seconds keepalive_interval{10};
    int keepalive_count = 3;
};

// Connects over TCP, and TLS 1.2 or newer when the target asks for it (certificate checked against the CA
// file or the system's store, name checked, SNI sent). Tries every address a name resolves to. io thread
// only.
class TcpConnector final : public base::Connector {
public:
    explicit TcpConnector(asio::any_io_executor executor, TcpConnectorOptions options = {});
    ~TcpConnector() override;

    // Errors: not_found (name does not resolve), unreachable, untrusted (certificate or name refused),
    // bad_input (unusable CA file), unauthorised (only addresses that the target may not lead to), or the
    // system's own error of the last address tried.
    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;
    // Errors: untrusted, bad_input, unsupported (`plain` is no connection of ours without TLS), closed.
    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>>
    start_tls(std::unique_ptr<base::ByteStream> plain, base::Target target) override;

private:
    base::Result<std::shared_ptr<asio::ssl::context>> context_for(const base::Target& target);

    asio::any_io_executor executor_;
    TcpConnectorOptions options_;
    std::map<std::string, std::shared_ptr<asio::ssl::context>>
        contexts_; // by CA file; bounded by the configuration
};

} // namespace gatehouse::net
