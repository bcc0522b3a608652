#pragma once
#include "tests/sim/isapi/switches.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::sim::isapi {

enum class Kind { plate, face, camera, barrier };

struct DeviceConfig {
    std::string id;
    Kind kind = Kind::plate;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; // 0: any free one, printed on stdout
    std::string username;
    std::string password;
    std::string push; // the first httpHosts slot as delivered: http://127.0.0.1:8090/push/<id>
    std::size_t connections = 1;
    bool keep_alive = true;
    std::size_t log_size = 10'000;
    std::size_t outputs = 1;
    double rate = 0; // random events a second
    std::uint64_t seed = 1;
    std::size_t events_max = 0;     // random events; 0: no end
    Span start{0};                  // random traffic begins after
    std::vector<std::string> texts; // plates, employee numbers to draw from; empty: random ones
    Switches switches;
};

} // namespace gatehouse::sim::isapi
