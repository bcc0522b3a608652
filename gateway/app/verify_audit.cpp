#include "gateway/app/verify_audit.hpp"

#include "gateway/app/check.hpp"
#include "gateway/app/exit_code.hpp"
#include "gateway/audit/chain.hpp"
#include "gateway/audit/report_json.hpp"
#include "gateway/store/audit_check.hpp"

namespace gatehouse::app {

cli::OfflineAnswer verify_audit_offline(const std::string& config_file, const std::string& head)
{
    config::Issues issues;
    const auto site = load_config(config_file, issues);
    if (config::has_errors(issues))
        return {.code = exit_code::bad_configuration,
                .document = {},
                .problem = config_file + " has errors; run: gatehouse check --config " + config_file};
    const auto told = audit::parse_head(head);
    if (!head.empty() && !told)
        return {.code = exit_code::failure,
                .document = {},
                .problem = "head is NUMBER:HASH, as a notice audit_head has it"};
    const auto report = store::check_audit(site.data_dir, told);
    if (report.error() == base::Errc::unsupported)
        return {.code = exit_code::failure,
                .document = {},
                .problem = "the audit in " + site.data_dir + " is no chain yet; the next start makes one"};
    if (!report)
        return {.code = exit_code::failure,
                .document = {},
                .problem = "cannot read the audit in " + site.data_dir + " (may you read that folder?)"};
    return {.code = 0, .document = audit::to_json(*report), .problem = {}};
}

} // namespace gatehouse::app
