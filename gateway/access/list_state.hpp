#pragma once
#include "gateway/access/list_diff.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace gatehouse::access {

// How one device's list of one type stands to ours.
struct ListState {
    std::string device;
    model::ListEntry::Type type = model::ListEntry::Type::plate;
    ListDiff diff;           // before anything was written
    std::size_t written = 0; // added or changed
    std::size_t removed = 0;
    struct Failure {
        std::string value;
        std::string reason; // one plain sentence
        std::string code;   // the device's own
        bool again = false; // is tried again by itself
    };
    std::vector<Failure> failures;
    std::string digest;      // of what the device holds now
    std::string digest_ours; // of what it should hold
    std::string problem;     // why the device could not be asked; empty: it could
    [[nodiscard]] bool in_step() const { return problem.empty() && digest == digest_ours; }
};

} // namespace gatehouse::access
