#pragma once
#include "gateway/device/list_port.hpp"
#include "protocols/isapi/list_messages.hpp"
#include "protocols/isapi/session.hpp"

namespace gatehouse::isapi {

// The device's own lists as lists of the gateway: plates of cameras that open a barrier, persons with their
// faces and cards of terminals. A card without a person hangs on a person of its own, "C" and its number.
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
    template <class Row>
    using Rows = base::Result<std::vector<Row>>;

    // Why the device can never hold it, or empty.
    [[nodiscard]] std::string why_not(const model::ListEntry& entry) const;
    [[nodiscard]] std::vector<int> doors_of(const model::ListEntry& entry) const;
    [[nodiscard]] model::ListEntry as_kept(model::ListEntry entry) const;
    [[nodiscard]] std::string search_id() const;

    asio::awaitable<Rows<PlateRow>> plates(std::string plate);
    asio::awaitable<Rows<model::ListEntry>> persons();
    asio::awaitable<Rows<CardRow>> cards();
    asio::awaitable<Rows<model::ListEntry>> cards_with_owners();

    asio::awaitable<device::ListResult> write_one(model::ListEntry entry);
    asio::awaitable<Answer> write_plate(model::ListEntry entry);
    asio::awaitable<Answer> write_person(model::ListEntry entry);
    asio::awaitable<Answer> write_card(std::string number, std::string person);
    asio::awaitable<Answer> write_face(std::string person, std::string jpeg);
    asio::awaitable<device::ListResult> remove_one(model::ListEntry entry);
    asio::awaitable<device::ListResult> remove_plate(std::string plate);
    asio::awaitable<Answer> remove_person(std::string person);
    asio::awaitable<Answer> send_json(std::string method, std::string_view target, std::string body);
    asio::awaitable<void> audit(std::string what, std::vector<device::ListResult> results);

    Session& session_;
    PlateWords words_ = PlateWords::allow_list; // what this firmware understood
};

} // namespace gatehouse::isapi
