#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"

#include <functional>
#include <string>

namespace gatehouse::account {

// Hashes passwords beside the io thread, one at a time: each takes 64 MiB. More than waiting_max that wait
// are turned away (overloaded), so that a flood of log-ins costs neither memory nor the others' patience. io
// thread only.
class Hasher {
public:
    static constexpr std::size_t waiting_max = 8;

    struct Functions {
        std::function<std::string(const std::string& password)> hash; // empty: not enough memory
        std::function<bool(const std::string& hash, const std::string& password)> is_password;
        std::function<bool(const std::string& hash)> is_outdated; // made with other costs than those of now
    };

    // `worker` has one thread.
    explicit Hasher(asio::any_io_executor worker);
    Hasher(asio::any_io_executor worker, Functions functions);

    // Errors: overloaded, failed (no memory).
    asio::awaitable<base::Result<std::string>> hash(std::string password);
    [[nodiscard]] bool is_outdated(const std::string& hash) const { return functions_.is_outdated(hash); }
    // An empty hash takes as long as any, and is nobody's.
    asio::awaitable<base::Result<bool>> check(std::string hash, std::string password);

private:
    class Turn;

    asio::any_io_executor worker_;
    Functions functions_;
    std::size_t there_ = 0; // running and waiting
};

} // namespace gatehouse::account
