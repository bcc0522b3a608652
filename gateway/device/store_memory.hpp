#pragma once
#include "gateway/device/driver.hpp"
#include "gateway/store/store.hpp"

#include <map>
#include <memory>
#include <string>

namespace gatehouse::device {

// A device's durable memory, kept in the store. The supervisor makes one for each driver, the app one for
// each sink. The store outlives it. io thread only.
class StoreMemory final : public Memory {
public:
    // owner: the device id, or a name of the app's choice. Errors: those of the store.
    static asio::awaitable<base::Result<std::unique_ptr<StoreMemory>>> load(store::Store& store,
                                                                            std::string owner);

    StoreMemory(store::Store& store, std::string owner, std::map<std::string, std::string> values);

    [[nodiscard]] std::optional<std::string> find(const std::string& key) const override;
    // A value that is already there is not written again. Errors: those of the store; the old value stays.
    asio::awaitable<base::Result<void>> put(std::string key, std::string value) override;

private:
    store::Store& store_;
    std::string owner_;
    std::map<std::string, std::string> values_;
};

} // namespace gatehouse::device
