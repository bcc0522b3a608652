#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace gatehouse::api {

// What each address may ask of us: so many connections at a time, and requests from a bucket that fills again
// as time goes by. One hostile address then leaves the others their share. io thread only.
class Callers {
public:
    struct Limits {
        std::size_t connections = 64; // at a time
        double burst = 300;           // requests at once: a page with thirty pictures, several times over
        double per_second = 30;       // and from then on
        std::size_t addresses_max = 4096;
        // A proxy or a tunnel on this box speaks for everybody behind it.
        bool loopback_too = false;
    };

    explicit Callers(Limits limits) : limits_(limits) {}

    // False: too many of its kind are there already. One that was let in is to leave().
    [[nodiscard]] bool enter(const std::string& address, base::MonoTime now);
    void leave(const std::string& address);
    // Nothing: go ahead. Else how long to wait.
    [[nodiscard]] std::optional<std::chrono::seconds> ask(const std::string& address, base::MonoTime now);

private:
    struct Caller {
        std::size_t connections = 0;
        double tokens = 0;
        base::MonoTime filled_at{};
    };
    [[nodiscard]] bool is_spared(const std::string& address) const;
    Caller& caller(const std::string& address, base::MonoTime now);
    void forget_idle(base::MonoTime now);
    [[nodiscard]] double tokens_at(const Caller& caller, base::MonoTime now) const;

    Limits limits_;
    std::map<std::string, Caller> callers_; // by key_of() of the address
};

} // namespace gatehouse::api
