#pragma once
#include "gateway/store/database.hpp"
#include "gateway/store/passage_rows.hpp"

#include <chrono>
#include <map>
#include <tuple>
#include <unordered_set>

namespace gatehouse::store {

// SQL of the passages that can be searched, in a file of their own. Belongs to one thread; what it throws is
// SQLite::Exception. Made by PassageIndex.
class PassageTables {
public:
    // A file that another version has written is begun anew.
    PassageTables(const std::filesystem::path& file, std::chrono::minutes utc_offset);

    [[nodiscard]] PassagePosition position();
    void apply(const PassageBatch& batch);
    [[nodiscard]] PassagePage select(const PassageQuery& query);
    [[nodiscard]] std::vector<TrafficRow> traffic(base::WallTime from, base::WallTime to);
    [[nodiscard]] PassageCounts count(base::WallTime from, base::WallTime to);
    // A page of each table. Whether more waits.
    [[nodiscard]] bool forget(const PassageCutoffs& cutoffs);
    // From the first entry on again: the journal is another one.
    void clear();

private:
    enum Way { in, out, other, denied };
    using Hour = std::tuple<std::int64_t, std::string, bool>; // hour, lane, vehicle
    using Deltas = std::map<Hour, std::array<std::int64_t, 4>>;
    using Keys = std::unordered_set<std::string>;

    void put(const PassageRow& row, Deltas& deltas);
    void put(const PassageMerge& merge, Deltas& deltas);
    void tally(const PassageRow& row, std::int64_t sign, Deltas& deltas) const;
    void add_traffic(const Deltas& deltas);
    [[nodiscard]] std::optional<PassageRow> find(const PassagePlace& place);
    [[nodiscard]] std::pair<PassagePlace, PassagePlace> span_of(const PassageQuery& query);
    [[nodiscard]] Keys plates(const std::function<bool(std::string_view)>& wanted);
    [[nodiscard]] PassagePage select_keys(const PassageQuery& query, std::string_view column,
                                          const Keys& keys);
    [[nodiscard]] PassagePage select_rows(const PassageQuery& query, const Keys* plates);

    std::chrono::milliseconds utc_offset_;
    DatabasePtr database_;
    SQLite::Statement insert_;
    SQLite::Statement find_;
    SQLite::Statement see_plate_;
};

} // namespace gatehouse::store
