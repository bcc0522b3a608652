#include "gateway/pipeline/decision_memo.hpp"

namespace gatehouse::pipeline {

model::Decision* DecisionMemo::find(const std::string& device, const std::string& device_key)
{
    const auto place = places_.find({device, device_key});
    if (place == places_.end()) return nullptr;
    recent_.splice(recent_.begin(), recent_, place->second);
    return &place->second->decision;
}

void DecisionMemo::put(const std::string& device, const std::string& device_key, model::Decision decision)
{
    if (auto* known = find(device, device_key)) {
        *known = std::move(decision);
        return;
    }
    recent_.push_front({{device, device_key}, std::move(decision)});
    places_.emplace(recent_.front().key, recent_.begin());
    if (recent_.size() <= size_max_) return;
    places_.erase(recent_.back().key);
    recent_.pop_back();
}

} // namespace gatehouse::pipeline
