#include "gateway/app/check.hpp"
#include "gateway/app/console_files.hpp"
#include "gateway/app/daemon.hpp"
#include "gateway/app/examine.hpp"
#include "gateway/app/explain.hpp"
#include "gateway/app/restore.hpp"
#include "gateway/app/verify_audit.hpp"
#include "gateway/app/version_report.hpp"
#include "gateway/cli/cli.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv)
try {
    using namespace gatehouse;
    cli::Offline offline;
    offline.run = [](const std::string& config) { return app::run_daemon(config, app::console_files()); };
    offline.check = [](const std::string& config, bool json) {
        return app::check_config(config, json, std::cout, std::cerr);
    };
    offline.doctor = [](const std::string& config, bool daemon_runs) {
        return app::examine(config, daemon_runs);
    };
    offline.control_socket = [](const std::string& config) {
        config::Issues ignored; // the doctor names them
        return app::load_config(config, ignored).control_socket;
    };
    offline.restore = [](const std::string& config, const cli::RestoreOrder& order) {
        return app::restore(config, order, std::cout, std::cerr);
    };
    offline.audit = [](const std::string& config, const std::string& head) {
        return app::verify_audit_offline(config, head);
    };
    offline.explain = [](const std::string& config, const cli::PlateQuestion& question) {
        return app::explain_offline(config, question);
    };
    offline.version = [](bool json) { return app::print_version(json, std::cout); };
    return cli::run(argc, argv, offline, std::cout, std::cerr);
} catch (const std::exception& failure) {
    std::cerr << "gatehouse: cannot go on: " << failure.what() << "\n";
    return 1;
}
