#pragma once
#include "gateway/device/list_port.hpp"
#include "protocols/facepush/terminal.hpp"

#include <set>

namespace gatehouse::facepush {

// The persons and faces that a terminal of family A keeps (sheet A1). One order at a time; each person is
// read back at the end.
class People final : public device::ListPort {
public:
    People(Session& session, Terminal& terminal) : session_(session), terminal_(terminal) {}

    [[nodiscard]] bool takes(model::ListEntry::Type type) const override;
    [[nodiscard]] bool takes_faces() const override { return true; }
    [[nodiscard]] device::HeldEntry as_held(const model::ListEntry& entry) const override;
    asio::awaitable<base::Result<std::vector<model::ListEntry>>> read(model::ListEntry::Type type) override;
    asio::awaitable<std::vector<device::ListResult>> write(std::vector<model::ListEntry> entries) override;
    asio::awaitable<std::vector<device::ListResult>> remove(std::vector<model::ListEntry> entries) override;

private:
    asio::awaitable<device::ListResult> write_one(model::ListEntry entry);
    asio::awaitable<device::ListResult> write_face(model::ListEntry entry);
    asio::awaitable<device::ListResult> remove_one(std::string person);
    // The person as the terminal holds it; nothing in the value: not there.
    asio::awaitable<base::Result<std::optional<model::ListEntry>>> find(std::string person);
    asio::awaitable<void> note(std::string what, const device::ListResult& result);

    Session& session_;
    Terminal& terminal_;
};

// What any terminal says no to: one sentence, or empty. `dates`: it keeps the first and the last moment.
[[nodiscard]] std::string unfit(const model::ListEntry& entry, bool dates, bool deny_list,
                                std::size_t value_max);

} // namespace gatehouse::facepush
