#pragma once
#include "gateway/base/clock.hpp"

#include <cstdint>
#include <string>

namespace gatehouse::audit {

// Who did what, and how it ended (domain.md S-02). No secret, no plate beyond need, no face.
struct Record {
    base::WallTime at{};
    std::string actor;  // operator, "mqtt:centre", "gateway"
    std::string action; // barrier-open, list-import, alert-ack, device-write, picture-view ...
    std::string target;
    std::string detail; // no secrets
    std::string result;
};

// A record in its place in the chain.
struct Row {
    std::int64_t seq = 0; // 1, 2, 3 ... without holes
    Record record;
    std::string prev; // hash of the row before it
    std::string hash; // of `prev` and this row's canonical text, see chain.hpp
};

// The end of a chain at some moment: whoever holds one can tell later whether rows up to it were changed.
struct Head {
    std::int64_t seq = 0; // 0: the chain has no row
    std::string hash;
    [[nodiscard]] bool operator==(const Head&) const = default;
};

// Which rows are wanted.
struct Filter {
    std::int64_t after = 0;  // only seq > after
    std::int64_t before = 0; // only seq < before; 0: no bound
    std::string actor{};     // the whole, or what stands before " ("; empty: all
    std::string action{};    // exactly; empty: all
    bool newest_first = false;
    std::size_t limit = 100; // at most 1000
};

} // namespace gatehouse::audit
