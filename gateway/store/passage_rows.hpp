#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/model/event.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gatehouse::store {

// Where a passage stands among all: by the time at which it happened, then by its entry's number.
struct PassagePlace {
    base::WallTime at{};
    std::int64_t seq = 0; // of the journal entry that shows it
    friend auto operator<=>(const PassagePlace&, const PassagePlace&) = default;
};

// One movement as it is looked for. The entry itself has the rest.
struct PassageRow {
    PassagePlace place;
    bool vehicle = true;
    model::Direction direction = model::Direction::unknown;
    bool let_in = true; // what was decided
    bool passed = true; // as far as is known
    std::string lane;
    std::string plate;  // canonical; empty: none was read
    std::string person; // local id; empty: a stranger, or a vehicle
};

// Several reads turn out to be one movement: the row that stays, and those that go.
struct PassageMerge {
    PassagePlace kept;
    std::vector<PassagePlace> dropped;
    bool passed = true;
};

// How far the journal has been read; the id tells whether it is the same journal.
struct PassagePosition {
    std::int64_t seq = 0;
    std::string id; // of the entry at `seq`; empty: none was there
};

// What became of a page of the journal, in its order: all of it is kept, or none.
struct PassageBatch {
    std::vector<std::variant<PassageRow, PassageMerge>> changes;
    PassagePosition read_upto;
};

// Which passages, newest first. Members that are empty do not narrow it.
struct PassageQuery {
    std::function<bool(std::string_view plate)> plate{}; // asked for each plate that was ever read
    std::string person{};
    std::string lane{};
    std::optional<bool> vehicle{};
    std::optional<bool> let_in{};
    base::WallTime from{};
    base::WallTime to{};                  // not included
    std::optional<PassagePlace> before{}; // the page behind this one
    std::size_t limit = 50;
};

struct FoundPassage {
    PassagePlace place;
    bool passed = true;
};
struct PassagePage {
    std::vector<FoundPassage> found;
    // Where to go on; nothing: that was all. A page may be short, even empty, and have one: a search looks at
    // so many rows at a time and no more, so that nobody waits long.
    std::optional<PassagePlace> next;
};

// How many went which way in an hour, by the site's clock.
struct TrafficRow {
    base::WallTime from{}; // of the hour
    std::string lane;
    bool vehicle = true;
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::int64_t other = 0; // passed, and which way is not known
    std::int64_t denied = 0;
};

struct PassageCounts {
    std::int64_t vehicles = 0; // that passed
    std::int64_t persons = 0;
    std::int64_t denied = 0;
};

// What is too old to be kept.
struct PassageCutoffs {
    PassagePlace passages{};  // before this time and this number
    base::WallTime traffic{}; // before this time
};

} // namespace gatehouse::store
