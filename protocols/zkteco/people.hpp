#pragma once
#include "protocols/zkteco/push_desk.hpp"
#include "protocols/zkteco/session.hpp"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::zkteco {

// The persons that the device keeps itself, as commands with results. The device knows users only: a person
// is the user of that PIN; a card that is nobody's is a user whose PIN is the card's number. Users who may
// change the device's settings are never touched.
class People final : public device::ListPort {
public:
    People(Session& session, PushDesk& desk) : session_(session), desk_(desk) {}

    [[nodiscard]] bool takes(model::ListEntry::Type type) const override;
    [[nodiscard]] device::HeldEntry as_held(const model::ListEntry& entry) const override;
    asio::awaitable<base::Result<std::vector<model::ListEntry>>> read(model::ListEntry::Type type) override;
    asio::awaitable<std::vector<device::ListResult>> write(std::vector<model::ListEntry> entries) override;
    asio::awaitable<std::vector<device::ListResult>> remove(std::vector<model::ListEntry> entries) override;

private:
    using OrderPtr = CommandQueue::OrderPtr;
    struct User {
        std::string pin;
        std::string name;
        std::string card;   // empty: none
        bool staff = false; // may change settings
        std::vector<int> doors;
    };
    using Users = std::map<std::string, User>;

    asio::awaitable<base::Result<Users>> read_users();
    asio::awaitable<base::Result<Users>> read_attendance();
    asio::awaitable<base::Result<Users>> read_access();
    // The commands that bring the entry to the device, or take it away; why not, or empty.
    std::string plan_write(const model::ListEntry& entry, const Users& users,
                           std::vector<std::string>& commands) const;
    std::string plan_remove(const model::ListEntry& entry, const Users& users,
                            std::vector<std::string>& commands) const;
    asio::awaitable<std::vector<device::ListResult>> carry_out(std::vector<model::ListEntry> entries,
                                                               bool removing);
    asio::awaitable<device::ListResult> result_of(std::vector<OrderPtr> orders);
    [[nodiscard]] std::vector<int> doors_of(std::string_view mask) const;
    [[nodiscard]] int mask_of(const std::vector<int>& doors) const;

    Session& session_;
    PushDesk& desk_;
};

} // namespace gatehouse::zkteco
