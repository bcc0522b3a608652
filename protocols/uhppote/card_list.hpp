#pragma once
#include "gateway/device/list_port.hpp"
#include "protocols/uhppote/cards.hpp"

namespace gatehouse::uhppote {

// The board's cards as a list of the gateway. The board keeps a number, whole days and a right for each door;
// a card without any right is one that is kept out. What else it knows of a card (PIN, time profiles, first
// card) stays as it is.
class CardList final : public device::ListPort {
public:
    CardList(Session& session, Cards& cards) : session_(session), cards_(cards) {}

    [[nodiscard]] bool takes(model::ListEntry::Type type) const override
    {
        return type == model::ListEntry::Type::card;
    }
    [[nodiscard]] device::HeldEntry as_held(const model::ListEntry& entry) const override;
    asio::awaitable<base::Result<std::vector<model::ListEntry>>> read(model::ListEntry::Type type) override;
    asio::awaitable<std::vector<device::ListResult>> write(std::vector<model::ListEntry> entries) override;
    asio::awaitable<std::vector<device::ListResult>> remove(std::vector<model::ListEntry> entries) override;

private:
    // The card for an entry, or why there is none.
    struct Made {
        std::optional<Card> card;
        std::string why_not;
    };
    [[nodiscard]] Made card_of(const model::ListEntry& entry) const;
    [[nodiscard]] model::ListEntry entry_of(const Card& card) const;
    [[nodiscard]] std::optional<DoorRights> rights_of(const model::ListEntry& entry) const;
    asio::awaitable<device::ListResult> write_one(model::ListEntry entry);
    asio::awaitable<device::ListResult> remove_one(model::ListEntry entry);
    asio::awaitable<void> audit(std::string what, std::vector<device::ListResult> results);

    Session& session_;
    Cards& cards_;
};

} // namespace gatehouse::uhppote
