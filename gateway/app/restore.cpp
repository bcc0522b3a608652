#include "gateway/app/restore.hpp"

#include "gateway/app/check.hpp"
#include "gateway/store/doctor.hpp"

namespace gatehouse::app {

int restore(const std::string& config_file, const std::string& backup_file, bool verify_only,
            std::ostream& out, std::ostream& err)
{
    config::Issues issues;
    const auto site = load_config(config_file, issues);
    if (config::has_errors(issues)) {
        err << "gatehouse: " << config_file << " has errors; run: gatehouse check --config " << config_file
            << "\n";
        return 78;
    }
    const auto done = store::restore(backup_file, site.data_dir, verify_only);
    if (!done) {
        err << "gatehouse: " << backup_file << ": " << done.error().message() << "\n";
        return 1;
    }
    out << backup_file
        << (verify_only ? " is a good backup\n"
                        : " is in place; the former database lies beside it as .before-restore\n");
    return 0;
}

} // namespace gatehouse::app
