#pragma once
#include "gateway/cli/finding.hpp"
#include "gateway/cli/plate_question.hpp"

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace gatehouse::cli {

// What `restore` is to do.
struct RestoreOrder {
    std::string file;
    bool verify_only = false;
    bool json = false;
    std::string operator_name; // for the audit
};

// The verbs that need the daemon's own code instead of its socket; main fills them. Each returns the exit
// code.
struct Offline {
    std::function<int(const std::string& config)> run;
    std::function<int(const std::string& config, bool json)> check;
    // What can be seen without the daemon: configuration, clock, disk, certificates, ports, store.
    std::function<std::vector<Finding>(const std::string& config, bool daemon_runs)> doctor;
    // Where the daemon of this configuration listens; empty when that cannot be read.
    std::function<std::string(const std::string& config)> control_socket;
    std::function<int(const std::string& config, const RestoreOrder& order)> restore;
    // `head`: NUMBER:HASH that somebody has kept, or empty.
    std::function<OfflineAnswer(const std::string& config, const std::string& head)> audit;
    std::function<PlateAnswer(const std::string& config, const PlateQuestion& question)> explain;
    std::function<int(bool json)> version;
};

// Parses the command line and carries out the verb. Returns the exit code of contract.md §2; usage errors
// are 2.
int run(int argc, const char* const* argv, const Offline& offline, std::ostream& out, std::ostream& err);

} // namespace gatehouse::cli
