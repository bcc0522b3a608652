#pragma once
#include "gateway/base/errc.hpp"

#include <cstdint>
#include <filesystem>

namespace gatehouse::store {

// Remembers, beside the database, how far journal numbers may have been used, so that no number is used twice
// even when the database or the end of its log is lost (pains 29, 31). Store thread only.
class SequenceFloor {
public:
    // log_used: something was committed since the log was last emptied into the database.
    struct State {
        bool known = false;        // false: the file is missing or damaged
        std::int64_t reserved = 0; // no number above this one was ever used
        std::int64_t last = 0;     // the newest number when the log was last empty
        bool log_used = true;
    };

    explicit SequenceFloor(std::filesystem::path file);

    [[nodiscard]] const State& state() const { return state_; }
    // To be called before `seq` is used for the first time; costs a synced write once in some thousand
    // numbers.
    [[nodiscard]] base::Result<void> use(std::int64_t seq);
    // The log was emptied into the database and `last` is its newest number.
    [[nodiscard]] base::Result<void> log_emptied(std::int64_t last);

private:
    [[nodiscard]] base::Result<void> write(State state);

    std::filesystem::path file_;
    State state_;
};

} // namespace gatehouse::store
