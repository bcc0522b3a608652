#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/model/list_entry.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::device {

// What a device would make of an entry.
struct HeldEntry {
    std::optional<model::ListEntry> entry; // nothing: it can never hold it
    std::string why_not;                   // then one plain sentence
};

// What became of one entry that was to be written or removed.
struct ListResult {
    bool done = false;
    bool again = false; // not done, but may be tried later: busy, timed out, link lost
    std::string reason; // when not done: one plain sentence; no name, card or plate in it
    std::string code;   // the device's own word or number for it
};

// The lists that a device keeps itself. A driver has one when its device takes lists (Driver::lists). Called
// by whoever keeps lists in step, one call at a time, while run() is running; the caller bounds the time by
// cancelling. Names, cards and pictures never reach a log.
class ListPort {
public:
    virtual ~ListPort() = default;
    [[nodiscard]] virtual bool takes(model::ListEntry::Type type) const = 0;
    // Whether the picture of a person that is written becomes a face there.
    [[nodiscard]] virtual bool takes_faces() const { return false; }
    // The entry as read() would give it back after write(): what the device has no room for is left out,
    // times are cut to its grain, names to its length. Pure: what is wanted and what is there are compared by
    // it.
    [[nodiscard]] virtual HeldEntry as_held(const model::ListEntry& entry) const = 0;
    // Everything of this type that the device holds, ours or not. Errors: those of the link, unsupported.
    virtual asio::awaitable<base::Result<std::vector<model::ListEntry>>>
    read(model::ListEntry::Type type) = 0;
    // Adds or replaces; one result for each, in this order. One that fails does not hinder the others. An
    // entry that was written twice is there once.
    virtual asio::awaitable<std::vector<ListResult>> write(std::vector<model::ListEntry> entries) = 0;
    // One result for each, in this order. An entry that is not there counts as removed. Goes by type and
    // value and takes what hangs on it (a person's face and cards) away too.
    virtual asio::awaitable<std::vector<ListResult>> remove(std::vector<model::ListEntry> entries) = 0;
};

} // namespace gatehouse::device
