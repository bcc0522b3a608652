#pragma once
#include "gateway/access/list_ledger.hpp"
#include "gateway/access/list_state.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/config/site.hpp"
#include "gateway/device/list_port.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::access {

// The faces that a device may hold, and those of them that it must not hold any more, with the time since
// when.
struct FacesThere {
    std::set<std::string> marked;
    std::map<std::string, base::WallTime> withdrawn;
};

// One list of one device brought in step: read, compared, changed, read again. Made by ListSync for each
// turn, which writes down what it leaves in `ledger` and `faces_gone`. io thread only.
class ListTurn {
public:
    using Entries = std::vector<model::ListEntry>;
    // One read, or one batch of changes, may take so long.
    static constexpr std::chrono::seconds call_limit{120};

    struct Counters {
        base::Counter& written;
        base::Counter& failures;
    };
    ListTurn(base::Clock& clock, Counters counters) : clock_(clock), counters_(counters) {}

    // With `write` false it only says what would change. What went wrong is in `state`.
    asio::awaitable<void> settle(bool write);

    ListState state;
    std::shared_ptr<device::ListPort> port;
    config::ListPolicy policy = config::ListPolicy::off;
    ListLedger ledger;
    Entries wanted;
    std::vector<ListDiff::Unfit> left_out;
    FacesThere faces;
    std::set<std::string> faces_gone; // of `faces`: found to be there no more

private:
    using Results = std::vector<device::ListResult>;

    // Whether it could be read.
    asio::awaitable<bool> read();
    // Whether all faces that had to go have gone, or could be asked for.
    asio::awaitable<bool> clear_faces();
    asio::awaitable<void> change(Entries entries, bool removal);
    void note(const Entries& entries, const Results& results, bool removal);
    void disbelieve(const ListDiff& left);
    void take_stock();
    [[nodiscard]] ListDiff difference() const;
    [[nodiscard]] bool is_there(const std::string& value) const;

    base::Clock& clock_;
    Counters counters_;
    Entries there_;
};

// Writes to the device or removes from it.
[[nodiscard]] asio::awaitable<base::Result<std::vector<device::ListResult>>>
carry_out(device::ListPort* port, std::vector<model::ListEntry> entries, bool removal);

} // namespace gatehouse::access
