#pragma once
#include "gateway/device/list_port.hpp"
#include "protocols/vzenith/session.hpp"

#include <set>
#include <string>
#include <vector>

namespace gatehouse::vzenith {

// The camera's allow list over TCP (white_list_operator). It can be asked for one plate at a time and not for
// all, so read() knows the plates that were written from here; they are kept in the driver's memory.
class PlateList final : public device::ListPort {
public:
    explicit PlateList(Session& session);

    [[nodiscard]] bool takes(model::ListEntry::Type type) const override;
    [[nodiscard]] device::HeldEntry as_held(const model::ListEntry& entry) const override;
    asio::awaitable<base::Result<std::vector<model::ListEntry>>> read(model::ListEntry::Type type) override;
    asio::awaitable<std::vector<device::ListResult>> write(std::vector<model::ListEntry> entries) override;
    asio::awaitable<std::vector<device::ListResult>> remove(std::vector<model::ListEntry> entries) override;

private:
    asio::awaitable<device::ListResult> write_one(model::ListEntry entry);
    asio::awaitable<device::ListResult> remove_one(model::ListEntry entry);
    asio::awaitable<base::Result<std::vector<model::ListEntry>>> find(std::string plate);
    [[nodiscard]] std::optional<model::ListEntry> entry_of(const JsonValue& record) const;
    asio::awaitable<base::Result<void>> save();
    asio::awaitable<void> audit(std::string what, std::vector<device::ListResult> results);

    Session& session_;
    std::set<std::string> plates_;
};

} // namespace gatehouse::vzenith
