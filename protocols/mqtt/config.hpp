#pragma once
#include "gateway/base/secret.hpp"
#include "gateway/config/site.hpp"
#include "gateway/model/envelope.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::mqtt {

enum class Version { automatic, v5, v3 };

// The keys of one [[upstream]] with protocol = "mqtt"; the README lists them.
struct Config {
    std::string host;
    std::uint16_t port = 1883;
    bool tls = false;
    std::string username;
    base::Secret password;
    std::string ca;          // PEM file; empty: the system's trust store
    std::string certificate; // PEM file of our own chain
    std::string key;         // PEM file
    Version version = Version::automatic;
    std::string client_id; // empty: gh-{site}-{gateway}
    std::chrono::seconds keepalive{60};
    std::size_t window = 256;
    double rate_max = 0;                        // messages a second while a backlog drains; 0: no limit
    std::vector<std::string> allowed_operators; // empty: everybody the broker lets through
    bool retain = true;                         // false: provider without retain and Will
    std::chrono::seconds will_delay{30};
};

// Reads the table, reporting every issue through it.
[[nodiscard]] Config read_config(config::Table& table);

// The client id in force (§4: fixed per gateway).
[[nodiscard]] std::string client_id_of(const Config& config, const model::Names& names);

} // namespace gatehouse::mqtt
