#pragma once
#include "gateway/device/driver.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace gatehouse::fakes {

// A device's memory, durable as far as a test goes: it survives the driver.
class FakeMemory final : public device::Memory {
public:
    [[nodiscard]] std::optional<std::string> find(const std::string& key) const override
    {
        const auto at = values.find(key);
        return at == values.end() ? std::nullopt : std::optional(at->second);
    }
    asio::awaitable<base::Result<void>> put(std::string key, std::string value) override
    {
        values[key] = std::move(value);
        co_return base::Result<void>();
    }
    std::map<std::string, std::string> values;
};

} // namespace gatehouse::fakes
