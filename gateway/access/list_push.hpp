#pragma once
#include "gateway/access/csv_list.hpp"
#include "gateway/base/errc.hpp"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::access {

// What the order `list-push` asks for (mqtt-upstream.md §5): plates of one list.
struct ListPush {
    enum class Mode { add, remove, replace };
    static constexpr std::size_t entries_max = 500; // so that order and answer stay within their bounds
    Mode mode = Mode::add;
    std::string list = "resident";
    std::vector<store::Credential> entries; // as they came; plan() judges them
};

// What a push makes of a list.
struct PushPlan {
    std::vector<store::Credential> entries; // the whole list afterwards
    // Of each pushed entry, in its order: added | changed | unchanged | removed | missing | rejected.
    std::vector<std::string> results;
    std::vector<LineError> rejected; // line: place in the push, from 1
    std::size_t dropped = 0;         // entries that a replacement takes off
    [[nodiscard]] bool changes() const;
};

// total: reads the order's arguments: list, mode (add when missing) and entries, a JSON array of plates or of
// objects {plate, valid_from, valid_to, lanes, name, note}. Otherwise one sentence what is wrong.
struct ReadPush {
    ListPush push;
    std::string flaw; // empty: none
};
[[nodiscard]] ReadPush read_push(const std::map<std::string, std::string>& args,
                                 std::chrono::minutes utc_offset);

// `existing`: the list as it is. Entries are judged by the rules of list files.
[[nodiscard]] PushPlan plan(const ListPush& push, std::vector<store::Credential> existing,
                            CsvOptions options);

} // namespace gatehouse::access
