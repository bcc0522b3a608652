#pragma once
#include "tests/process/centre.hpp"
#include "tests/process/oracle.hpp"

namespace gatehouse::proof {

struct Demands {
    std::set<RecordKey> records;   // must have been delivered
    bool sequence_complete = true; // every number up to the highest came, as event or alert
};

// What the simulator knows: acknowledged pushes, and the whole log of the devices we asked (`polled`).
[[nodiscard]] std::set<RecordKey> owed(const Truth& truth, const std::set<std::string>& polled);
// Records of `demands` that the centre has not got yet.
[[nodiscard]] std::size_t missing(const std::vector<Delivery>& deliveries,
                                  const std::set<RecordKey>& records);

// All that is wrong with what the centre got, a sentence each (ten of a kind at most): a record that is
// missing, a record under two ids, an id with two contents, first deliveries of a device out of order, a hole
// in the sequence that nobody announced.
[[nodiscard]] std::vector<std::string> complaints(const std::vector<Delivery>& deliveries,
                                                  const Demands& demands);

} // namespace gatehouse::proof
