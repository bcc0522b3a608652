#pragma once
#include "gateway/audit/record.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::audit {

// One thing that is said of the chain, and at which row.
struct Remark {
    std::int64_t seq = 0;
    std::string text; // one plain sentence
};

// What a look at the whole chain found.
struct Report {
    std::int64_t rows = 0;
    std::int64_t first = 0;       // oldest kept row
    Head head;                    // newest
    std::vector<Remark> faults;   // found now; the first `faults_max` of them
    std::size_t faults_total = 0; // all of them
    std::vector<Remark> alarms;   // rows in which the gateway itself says that it found a fault
    std::vector<Remark> notes;    // rows that explain: a restore, a salvage, the beginning
    // Nothing was changed, removed or put in, as far as chain and heads can tell.
    [[nodiscard]] bool whole() const { return faults_total == 0 && alarms.empty(); }
};

// Goes over a chain from its oldest kept row on and says which rows were changed, removed or replaced. Pure;
// whoever reads the rows feeds them in the order of their numbers, then asks once for the report.
class ChainCheck {
public:
    static constexpr std::size_t faults_max = 100;

    // Heads that must be part of the chain: noted beside the database, or told upstream. `from`: how a
    // sentence names it.
    void expect(Head head, std::string from);
    // Something beside the chain is not there that has to be.
    void miss(std::string what) { fault(0, std::move(what)); }
    void take(const Row& row);
    // A row that the database cannot give as it should be.
    void take_unreadable(std::int64_t seq, const std::string& why);
    [[nodiscard]] Report finish();

private:
    struct Expected {
        Head head;
        std::string from;
        bool met = false;      // the row is there and has this hash
        bool replaced = false; // a restore says that it put something else in this one's place
    };
    void fault(std::int64_t seq, std::string text);
    void compare(const Row& row);
    void listen(const Row& row);
    void judge_beginning();
    void judge(const Expected& expected);

    Report report_;
    std::vector<Expected> expected_;
    std::map<std::int64_t, std::string> retired_; // hashes of rows that age deleted, by number
    std::optional<Row> first_;
    std::int64_t last_seq_ = 0;
    std::string last_hash_;
    bool last_whole_ = true; // the row before is as its own hash says
};

} // namespace gatehouse::audit
