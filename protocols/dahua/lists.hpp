#pragma once
#include "gateway/device/list_port.hpp"
#include "protocols/dahua/session.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::dahua {

// The lists that the device keeps itself (sheet §5): plates that open (TrafficRedList) and that do not
// (TrafficBlackList), or people and cards (AccessControlCard). Each change is sent once, then all is read
// back, because firmware says OK and keeps something else. People only where the older interface answers.
class Lists final : public device::ListPort {
public:
    explicit Lists(Session& session) : session_(session) {}

    [[nodiscard]] bool takes(model::ListEntry::Type type) const override;
    [[nodiscard]] bool takes_faces() const override { return takes(model::ListEntry::Type::person); }
    [[nodiscard]] device::HeldEntry as_held(const model::ListEntry& entry) const override;
    asio::awaitable<base::Result<std::vector<model::ListEntry>>> read(model::ListEntry::Type type) override;
    asio::awaitable<std::vector<device::ListResult>> write(std::vector<model::ListEntry> entries) override;
    asio::awaitable<std::vector<device::ListResult>> remove(std::vector<model::ListEntry> entries) override;

private:
    // One record of the device.
    struct Row {
        std::string list;
        std::int64_t record = 0;
        std::string user; // UserID; empty for plates
        std::string card; // CardNo; empty for plates
        model::ListEntry entry;
    };
    using Rows = std::vector<Row>;

    asio::awaitable<Answer> read_all(model::ListEntry::Type type, Rows& rows);
    asio::awaitable<Answer> read_list(std::string list, model::ListEntry::Type type, Rows& rows);
    asio::awaitable<Answer> ask_page(const std::string& list, std::size_t offset, Tree& page);
    asio::awaitable<Answer> check_people();
    asio::awaitable<device::ListResult> write_one(model::ListEntry entry, Rows& rows);
    asio::awaitable<Answer> clear_others(const model::ListEntry& wanted, const std::string& list, Rows& rows);
    asio::awaitable<Answer> put(const model::ListEntry& wanted, const std::string& list, Rows& rows);
    asio::awaitable<Answer> erase(const Row& row);
    asio::awaitable<device::ListResult> remove_one(model::ListEntry entry, Rows& rows);
    asio::awaitable<Answer> write_face(const model::ListEntry& entry);
    asio::awaitable<void> tell(std::string what, const std::vector<device::ListResult>& results);
    asio::awaitable<void> compare(const std::vector<model::ListEntry>& entries,
                                  std::vector<device::ListResult>& results);

    [[nodiscard]] Row row_of(const std::string& list, model::ListEntry::Type type,
                             const json::object& record) const;
    [[nodiscard]] std::string fields_of(const model::ListEntry& entry, const Row* before) const;
    [[nodiscard]] std::vector<int> doors_of(const json::object& record) const;

    Session& session_;
    bool seeks_ = true;          // the firmware can page
    std::optional<bool> people_; // it knows AccessControlCard
};

} // namespace gatehouse::dahua
