#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace gatehouse::api {

// A response's body that is too large to hold: how many bytes it has, and its pieces in order, each read only
// when the client has taken the one before.
struct LongBody {
    std::uint64_t size = 0;
    std::function<asio::awaitable<base::Result<std::string>>()> next; // never an empty piece
};

} // namespace gatehouse::api
