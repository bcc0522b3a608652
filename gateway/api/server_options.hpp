#pragma once
#include "gateway/api/callers.hpp"
#include "gateway/api/own_certificate.hpp"
#include "gateway/api/static_file.hpp"
#include "gateway/base/asio.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gatehouse::api {

struct ServerOptions {
    std::string host = "127.0.0.1";           // an address or localhost, without TLS a loopback one; empty:
                                              // no TCP at all
    std::uint16_t port = 0;                   // 0: any; see Server::port()
    std::optional<CertificateFiles> tls{};    // nothing: TCP goes in clear
    std::vector<std::string> names{};         // by which browsers may call us beside localhost and addresses
    std::string control_socket;               // path; empty: none
    std::span<const StaticFile> console{};    // outlives the server
    std::size_t connections_max = 512;        // over TCP: seven for each of fifty browsers, and some
    std::size_t control_connections_max = 32; // apart, so that no client of TCP keeps an operator out
    std::size_t streams_max = 64;             // that follow the events
    std::size_t handshakes_max = 32;          // of TLS at a time
    std::size_t read_body_max = 64U * 1024;   // of a request over TCP
    std::size_t file_body_max = 17U * 1024 * 1024; // of one that carries a file, and over the control socket
    std::size_t file_bodies_max = 2;               // of those over TCP at a time
    std::chrono::milliseconds handshake_timeout{10'000};
    std::chrono::milliseconds idle_timeout{60'000};    // between requests
    std::chrono::milliseconds request_timeout{30'000}; // first to last byte of a request, and to take its
                                                       // answer
    std::chrono::milliseconds file_timeout{120'000};   // the same for one that carries a file
    Callers::Limits callers{};
    asio::any_io_executor worker{}; // reads certificates; empty: the server's own
    std::function<void(bool ok, std::string detail)> tell_certificate{};
};

} // namespace gatehouse::api
