#pragma once
#include "gateway/cli/cli.hpp"
#include "tests/unit/gateway/cli/fake_gateway.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace gatehouse::cli {

// Command lines as a shell would give them, and what they print and return.
class CommandLineTest : public testing::Test {
protected:
    struct Result {
        int code = -1;
        std::string out;
        std::string err;
    };

    CommandLineTest()
    {
        offline.run = [this](const std::string& config) { return called("run " + config); };
        offline.check = [this](const std::string& config, bool json) {
            return called("check " + config + (json ? " json" : ""));
        };
        offline.doctor = [this](const std::string& config, bool runs) {
            called("doctor " + config + (runs ? " runs" : ""));
            return findings;
        };
        offline.control_socket = [this](const std::string&) { return configured_socket; };
        offline.restore = [this](const std::string& config, const RestoreOrder& order) {
            return called("restore " + config + " " + order.file + (order.verify_only ? " verify" : "") +
                          (order.json ? " json" : ""));
        };
        offline.explain = [this](const std::string& config, const PlateQuestion& question) {
            PlateAnswer answer;
            answer.code = called("explain " + config + " " + question.plate);
            answer.document = R"({"decisions":[{"lane":"east","result":"open","rule":"resident-list"}]})";
            answer.problem = "no such lane";
            return answer;
        };
        offline.audit = [this](const std::string& config, const std::string& head) {
            OfflineAnswer answer;
            answer.code = called("audit " + config + (head.empty() ? "" : " " + head));
            answer.document =
                R"({"whole":true,"rows":3,"first":1,"head":"3:ab","faults":[],"alarms":[],"notes":[]})";
            answer.problem = "no audit";
            return answer;
        };
        offline.version = [this](bool json) { return called(json ? "version json" : "version"); };
    }

    int called(std::string what)
    {
        calls.push_back(std::move(what));
        return code;
    }

    [[nodiscard]] Result run(const std::vector<std::string>& words) const
    {
        std::vector<const char*> argv{"gatehouse"};
        for (const auto& word : words)
            argv.push_back(word.c_str());
        std::ostringstream out;
        std::ostringstream err;
        Result result;
        result.code = cli::run(static_cast<int>(argv.size()), argv.data(), offline, out, err);
        result.out = out.str();
        result.err = err.str();
        return result;
    }

    // A verb that asks the daemon.
    [[nodiscard]] Result ask(std::vector<std::string> words) const
    {
        words.insert(words.end(), {"--socket", gateway.socket()});
        return run(words);
    }

    FakeGateway gateway;
    Offline offline;
    std::vector<std::string> calls;
    std::vector<Finding> findings;
    int code = 0;
    std::string configured_socket; // in the configuration the doctor reads
};

} // namespace gatehouse::cli
