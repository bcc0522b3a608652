#include "gateway/device/store_memory.hpp"

namespace gatehouse::device {

asio::awaitable<base::Result<std::unique_ptr<StoreMemory>>> StoreMemory::load(store::Store& store,
                                                                              std::string owner)
{
    auto values = co_await store.memory(owner);
    if (!values) co_return values.error();
    co_return std::make_unique<StoreMemory>(store, std::move(owner), std::move(*values));
}

StoreMemory::StoreMemory(store::Store& store, std::string owner, std::map<std::string, std::string> values)
    : store_(store), owner_(std::move(owner)), values_(std::move(values))
{
}

std::optional<std::string> StoreMemory::find(const std::string& key) const
{
    const auto found = values_.find(key);
    if (found == values_.end()) return std::nullopt;
    return found->second;
}

asio::awaitable<base::Result<void>> StoreMemory::put(std::string key, std::string value)
{
    const auto known = values_.find(key);
    if (known != values_.end() && known->second == value) co_return base::Result<void>();
    store::MemoryPut put;
    put.device = owner_;
    put.key = key;
    put.value = value;
    store::Change change;
    change.memory.push_back(std::move(put));
    const auto committed = co_await store_.commit(std::move(change));
    if (!committed) co_return committed.error();
    values_[std::move(key)] = std::move(value);
    co_return base::Result<void>();
}

} // namespace gatehouse::device
