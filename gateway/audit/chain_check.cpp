#include "gateway/audit/chain_check.hpp"

#include "gateway/audit/chain.hpp"

namespace gatehouse::audit {
namespace {

constexpr std::size_t remarks_max = 100; // a chain of a year holds a handful

std::string range_text(std::int64_t from, std::int64_t to)
{
    if (from == to) return "row " + std::to_string(from) + " is missing";
    return "rows " + std::to_string(from) + " to " + std::to_string(to) + " are missing";
}

std::string sentence_of(const Record& record)
{
    return record.action + " by " + record.actor + ": " + record.detail;
}

void add(std::vector<Remark>& remarks, const Row& row)
{
    if (remarks.size() < remarks_max) remarks.push_back({row.seq, sentence_of(row.record)});
}

} // namespace

void ChainCheck::expect(Head head, std::string from)
{
    expected_.push_back({.head = std::move(head), .from = std::move(from)});
}

void ChainCheck::fault(std::int64_t seq, std::string text)
{
    ++report_.faults_total;
    if (report_.faults.size() < faults_max) report_.faults.push_back({seq, std::move(text)});
}

void ChainCheck::take(const Row& row)
{
    compare(row);
    if (!first_) first_ = row;
    for (auto& expected : expected_)
        if (expected.head.seq == row.seq) expected.met = expected.head.hash == row.hash;
    listen(row);
    ++report_.rows;
    last_seq_ = row.seq;
    last_hash_ = row.hash;
}

void ChainCheck::take_unreadable(std::int64_t seq, const std::string& why)
{
    fault(seq, "row " + std::to_string(seq) + " cannot be read: " + why);
    last_seq_ = seq;
    last_hash_.clear();
    last_whole_ = false;
}

// A row holds together by itself (its hash fits its text), and with the row before (its prev is that one's
// hash). Whoever rewrites a row with a hash of its own shows at the next one.
void ChainCheck::compare(const Row& row)
{
    const bool whole = link_hash(row) == row.hash;
    if (!whole) fault(row.seq, "row " + std::to_string(row.seq) + " was changed");
    if (first_ && row.seq > last_seq_ + 1) {
        fault(last_seq_ + 1, range_text(last_seq_ + 1, row.seq - 1));
    } else if (last_seq_ > 0 && whole && last_whole_ && row.prev != last_hash_) {
        fault(last_seq_, "row " + std::to_string(last_seq_) + " was replaced: it is not the one that row " +
                             std::to_string(row.seq) + " follows");
    }
    last_whole_ = whole;
}

// Only what fits its hash is believed.
void ChainCheck::listen(const Row& row)
{
    if (!last_whole_) return;
    const auto& action = row.record.action;
    if (action == retired_action) {
        if (const auto head = parse_head(row.record.target)) retired_[head->seq] = head->hash;
    } else if (action == broken_action) {
        add(report_.alarms, row);
    } else if (action == restored_action || action == salvaged_action || action == begun_action) {
        add(report_.notes, row);
        const auto replaced = parse_head(row.record.target);
        for (auto& expected : expected_)
            if (replaced && expected.head == *replaced) expected.replaced = true;
    }
}

// What age has deleted is signed off by a later row of the same chain.
void ChainCheck::judge_beginning()
{
    const auto before = first_->seq - 1;
    const auto& prev = first_->prev;
    if (before == 0) {
        if (prev != genesis()) fault(first_->seq, "row 1 does not begin the chain");
        return;
    }
    const auto signed_off = retired_.find(before);
    if (signed_off == retired_.end())
        fault(before, range_text(1, before) + ", and no deletion by age says so");
    else if (signed_off->second != prev)
        fault(first_->seq,
              "row " + std::to_string(first_->seq) + " does not follow the rows that age has deleted");
}

void ChainCheck::judge(const Expected& expected)
{
    if (expected.met || expected.replaced) return;
    const auto seq = expected.head.seq;
    if (seq > report_.head.seq)
        return fault(seq, "the chain ends at row " + std::to_string(report_.head.seq) + ", but " +
                              expected.from + " says that row " + std::to_string(seq) +
                              " was written: the newest rows were removed, or an old copy was put back");
    if (seq < report_.first) return; // deleted by age since, which judge_beginning() looks at
    fault(seq, "row " + std::to_string(seq) + " is not the one that " + expected.from +
                   " names: this is another chain, or an old copy that went on");
}

Report ChainCheck::finish()
{
    report_.head = {last_seq_, last_hash_};
    if (first_) {
        report_.first = first_->seq;
        judge_beginning();
    }
    for (const auto& expected : expected_)
        judge(expected);
    return std::move(report_);
}

} // namespace gatehouse::audit
