#include "tests/process/proof.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace gatehouse::proof {
namespace {

constexpr std::size_t of_a_kind = 10;

class List {
public:
    void add(std::string text)
    {
        if (++count_ <= of_a_kind) out_.push_back(std::move(text));
    }
    void move_to(std::vector<std::string>& all, const char* kind)
    {
        if (count_ > of_a_kind) out_.push_back(fmt::format("... {} of the kind: {}", count_, kind));
        all.insert(all.end(), out_.begin(), out_.end());
    }

private:
    std::size_t count_ = 0;
    std::vector<std::string> out_;
};

void check_records(const std::vector<Delivery>& deliveries, const std::set<RecordKey>& records,
                   std::vector<std::string>& all)
{
    std::set<RecordKey> seen;
    for (const auto& delivery : deliveries)
        if (!delivery.record.empty()) seen.emplace(delivery.source, delivery.record);
    List lost;
    for (const auto& record : records)
        if (!seen.contains(record)) lost.add("lost: " + record.first + " record " + record.second);
    lost.move_to(all, "lost");
}

// A record is told as one event, however often it is told.
void check_ids(const std::vector<Delivery>& deliveries, std::vector<std::string>& all)
{
    std::map<std::tuple<std::string, std::string, std::string>, std::string> id_of;
    std::map<std::string, const Delivery*> first;
    List twice;
    List changed;
    for (const auto& delivery : deliveries) {
        const auto known = first.try_emplace(delivery.id, &delivery);
        const Delivery& before = *known.first->second;
        if (before.sequence != delivery.sequence || before.data != delivery.data)
            changed.add(
                fmt::format("id {} came as {} and as {}", delivery.id, before.sequence, delivery.sequence));
        if (delivery.record.empty()) continue;
        const auto at =
            id_of.try_emplace({delivery.source, delivery.record, delivery.type}, delivery.id).first;
        if (at->second != delivery.id && known.second)
            twice.add(fmt::format("{} record {} came as {} and as {}", delivery.source, delivery.record,
                                  at->second, delivery.id));
    }
    twice.move_to(all, "one record, two ids");
    changed.move_to(all, "one id, two contents");
}

void check_order(const std::vector<Delivery>& deliveries, std::vector<std::string>& all)
{
    std::set<std::string> seen;
    std::map<std::string, std::uint64_t> newest;
    List back;
    for (const auto& delivery : deliveries) {
        if (delivery.type.find(".alert.") != std::string::npos || !seen.insert(delivery.id).second) continue;
        auto& last = newest[delivery.source];
        if (delivery.sequence < last)
            back.add(fmt::format("{}: {} first came after {}", delivery.source, delivery.sequence, last));
        last = std::max(last, delivery.sequence);
    }
    back.move_to(all, "out of order");
}

// Numbers that a start told will never come: "FROM to TO".
std::set<std::uint64_t> announced(const std::vector<Delivery>& deliveries)
{
    std::set<std::uint64_t> numbers;
    for (const auto& delivery : deliveries) {
        if (delivery.type.find("system.notice") == std::string::npos) continue;
        const auto notice = boost::json::parse(delivery.data);
        if (notice.at("what").as_string() != "sequence_skipped") continue;
        unsigned long long from = 1;
        unsigned long long to = 0;
        if (std::sscanf(notice.at("detail").as_string().c_str(), "%llu to %llu", &from, &to) != 2) continue;
        for (; from <= to; ++from)
            numbers.insert(from);
    }
    return numbers;
}

void check_sequence(const std::vector<Delivery>& deliveries, std::vector<std::string>& all)
{
    auto numbers = announced(deliveries);
    std::map<std::uint64_t, std::string> id_of;
    List shared;
    for (const auto& delivery : deliveries) {
        numbers.insert(delivery.sequence);
        if (id_of.try_emplace(delivery.sequence, delivery.id).first->second != delivery.id)
            shared.add(fmt::format("sequence {} was given twice", delivery.sequence));
    }
    shared.move_to(all, "one sequence, two ids");
    List holes;
    std::uint64_t expected = 1;
    for (const auto number : numbers) {
        if (number != expected) holes.add(fmt::format("sequence {} to {} never came", expected, number - 1));
        expected = number + 1;
    }
    holes.move_to(all, "hole");
}

} // namespace

std::set<RecordKey> owed(const Truth& truth, const std::set<std::string>& polled)
{
    auto records = truth.acked;
    for (const auto& record : truth.created)
        if (polled.contains(record.first)) records.insert(record);
    return records;
}

std::size_t missing(const std::vector<Delivery>& deliveries, const std::set<RecordKey>& records)
{
    std::set<RecordKey> seen;
    for (const auto& delivery : deliveries)
        if (!delivery.record.empty()) seen.emplace(delivery.source, delivery.record);
    std::size_t count = 0;
    for (const auto& record : records)
        count += seen.contains(record) ? 0U : 1U;
    return count;
}

std::vector<std::string> complaints(const std::vector<Delivery>& deliveries, const Demands& demands)
{
    std::vector<std::string> all;
    check_records(deliveries, demands.records, all);
    check_ids(deliveries, all);
    check_order(deliveries, all);
    if (demands.sequence_complete) check_sequence(deliveries, all);
    return all;
}

} // namespace gatehouse::proof
