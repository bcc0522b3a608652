#pragma once
#include "gateway/model/decision.hpp"

#include <cstddef>
#include <list>
#include <map>
#include <string>
#include <utility>

namespace gatehouse::pipeline {

// What was decided for a record of a device, so that the same record, announced early, sent in full and sent
// again, is decided once and opens once. Bounded: the least recently used goes first; by then a record is too
// old to open anything.
class DecisionMemo {
public:
    explicit DecisionMemo(std::size_t size_max) : size_max_(size_max) {}

    // The decision, or null. The pointer lasts until the next call.
    [[nodiscard]] model::Decision* find(const std::string& device, const std::string& device_key);
    void put(const std::string& device, const std::string& device_key, model::Decision decision);
    [[nodiscard]] std::size_t size() const { return recent_.size(); }

private:
    using Key = std::pair<std::string, std::string>;
    struct Remembered {
        Key key;
        model::Decision decision;
    };
    std::size_t size_max_;
    std::list<Remembered> recent_; // newest first
    std::map<Key, std::list<Remembered>::iterator> places_;
};

} // namespace gatehouse::pipeline
